import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mode, Store, StoreRecord, TableChange, Toolkit } from "../../src/index.js";
import { applying, arrayAdapter, arrayAdapterOf } from "../support/array-adapter.js";
import { BatchModel, type ModelOperation, modelOperation } from "../support/batch-model.js";
import { TYPES } from "../support/domain-fixture.js";
import { storeOf } from "../support/mode.js";
import { all } from "../support/table-calls.js";

/** A batch, its operations by name. */
type AnyBatch = Record<string, (...args: unknown[]) => unknown> & {
  commit(): Promise<boolean>;
  readonly results: readonly unknown[] | undefined;
};

async function tablesOf(store: Store<"async">) {
  const tables = TYPES.map(async (type) => [type, await store.ensureTable("d", type, { type })]);
  return Object.fromEntries(await Promise.all(tables));
}

/** Commits a batch; what it comes to is as {@link BatchModel} says it. */
async function commit(
  store: Store<"async">,
  tables: Awaited<ReturnType<typeof tablesOf>>,
  operations: readonly ModelOperation[],
): Promise<unknown> {
  const batch = store.batch() as unknown as AnyBatch;
  for (const [name, type, ...args] of operations) batch[name]?.(tables[type], ...args);
  try {
    return (await batch.commit()) ? batch.results : false;
  } catch (error) {
    expect(batch.results).toBe(undefined);
    return (error as { code: string }).code;
  }
}

/** An adapter whose backend runs batches by itself, planned by the toolkit. */
function transacting() {
  const adapter = arrayAdapter({ capabilities: { batches: true } });
  const open: typeof adapter.open = (options, toolkit: Toolkit) => {
    const { applyChanges: _none, ...backend } = adapter.open(options, toolkit);
    return {
      ...backend,
      transact(operations) {
        const plan = toolkit.planBatch(operations, "sync");
        for (const change of plan?.changes ?? []) for (const _done of applying(change));
        return plan?.results;
      },
    };
  };
  return { ...adapter, open };
}

describe.each<[string, Mode, () => ReturnType<typeof arrayAdapterOf>]>([
  ["sync", "sync", () => arrayAdapterOf("sync", { capabilities: { batches: true } })],
  [
    "sync, in an async store",
    "async",
    () => arrayAdapterOf("sync", { capabilities: { batches: true } }),
  ],
  ["async", "async", () => arrayAdapterOf("async", { capabilities: { batches: true } })],
  ["sync, with transact", "sync", transacting],
  [
    "sync, with moments",
    "sync",
    () => arrayAdapterOf("sync", { capabilities: { batches: true, expiry: true } }),
  ],
])("batches over an adapter that is %s", (_what, mode, make) => {
  test("do what a model of arrays does", async () => {
    let passed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(modelOperation, { maxLength: 6 }), { maxLength: 6 }),
        async (batches) => {
          await using store = storeOf(mode, make());
          const tables = await tablesOf(store);
          const model = new BatchModel();
          for (const operations of batches) {
            const expected = model.commit(operations);
            expect(await commit(store, tables, operations)).toEqual(expected);
            if (Array.isArray(expected)) passed++;
            for (const type of TYPES) {
              expect(await all(tables[type].records())).toEqual(model.tables[type]);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(passed).toBeGreaterThan(100);
  }, 120_000);
});

describe("an adapter that applies changes", () => {
  test("gets the planned changes only, and none of a batch that fails", async () => {
    const seen: (readonly TableChange[])[] = [];
    const adapter = arrayAdapter({
      capabilities: { batches: true },
      onChanges: (changes) => seen.push(changes),
    });
    await using store = storeOf("sync", adapter);
    const { set, ordered_set, bag } = await tablesOf(store);
    const [one, two]: StoreRecord[] = [
      [1, 1],
      [2, 1],
    ] as never;
    await store
      .batch()
      .insertNew(set, one as StoreRecord)
      .check(set, 2, undefined)
      .updateCounter(set, 1, 5)
      .append(ordered_set as never, null as never, "e" as never)
      .deleteMany(bag, [7])
      .deleteObject(bag, [7])
      .delete(bag, 7)
      .deleteRange(ordered_set, { gt: 100 })
      .deleteAllObjects(bag)
      .commit();
    const kinds = seen[0]?.map(({ kind, table: _table, ...rest }) => ({ kind, ...rest }));
    expect(kinds).toEqual([
      { kind: "insert", records: [[1, 1]], expiresAt: undefined },
      { kind: "insert", records: [[1, 6]], expiresAt: undefined },
      { kind: "insert", records: [[1, "e"]], expiresAt: undefined },
      { kind: "delete", keys: [7] },
      { kind: "deleteAllObjects" },
    ]);
    seen.length = 0;
    expect(
      await store
        .batch()
        .insert(set, two as StoreRecord)
        .insertNew(set, [1])
        .commit(),
    ).toBe(false);
    expect(await store.batch().check(set, 1, [1, 6]).commit()).toBe(true);
    expect(await store.batch().commit()).toBe(true);
    expect(await store.batch().insertMany(set, []).insertNewMany(bag, []).commit()).toBe(true);
    expect(seen).toEqual([]);
  });
});
