import { describe, expect, test } from "vitest";
import {
  type Adapter,
  type AdapterTable,
  createStore,
  type StoreRecord,
  type Toolkit,
} from "../../src/index.js";
import { type ArrayOptions, applying, asyncArrayAdapter } from "../support/array-adapter.js";
import { standStill } from "../support/clock.js";
import { choices } from "../support/stored-value.js";

const CAPABILITIES = { batches: true } as const;

/** Batches planned by core; every call takes another number of turns. */
function planned(seed: number): Adapter<ArrayOptions, "async"> {
  const choose = choices(seed);
  return asyncArrayAdapter({ capabilities: CAPABILITIES }, () => choose(4));
}

/** The atomic methods and batches are the adapter's own: all calls are made at once, and it keeps them apart itself. */
function transacting(seed: number, seen: string[] = []): Adapter<ArrayOptions, "async"> {
  const choose = choices(seed);
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(task: () => Promise<T>): Promise<T> => {
    const result = last.then(task);
    last = result.catch(() => {});
    return result;
  };
  const raw = new Map<AdapterTable<"async">, AdapterTable<"async">>();
  const methods = (table: AdapterTable<"async">): Partial<AdapterTable<"async">> => ({
    insertMany: (records) => alone(() => table.insertMany(records)),
    delete: (key) => alone(() => table.delete(key)),
    deleteObjects: (records) => alone(() => table.deleteObjects(records)),
    deleteAllObjects: () => alone(() => table.deleteAllObjects()),
    insertNew: (records) =>
      alone(async () => {
        for (const [key] of records) if ((await table.lookup(key)).length > 0) return false;
        await table.insertMany(records);
        return true;
      }),
    take: (key) =>
      alone(async () => {
        const found = await table.lookup(key);
        await table.delete(key);
        return found;
      }),
    update: (key, change) =>
      alone(async () => {
        const [record] = await table.lookup(key);
        if (record === undefined) return undefined;
        const changed = change(record);
        await table.insertMany([changed]);
        return changed;
      }),
  });
  const adapter = asyncArrayAdapter({ capabilities: CAPABILITIES }, () => choose(4));
  return {
    ...adapter,
    async open(options, toolkit: Toolkit) {
      const { applyChanges: _none, ...backend } = await adapter.open(
        options as ArrayOptions,
        toolkit,
      );
      return {
        ...backend,
        async openTable(domain, name, type) {
          const table = await backend.openTable(domain, name, type);
          const scan: AdapterTable<"async">["scan"] = async function* () {
            for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
              yield* await table.lookup(key);
            }
          };
          const own = { ...table, ...methods(table), scan };
          raw.set(own, table);
          return own;
        },
        transact: (operations) =>
          alone(async () => {
            seen.push(...operations.map(({ kind }) => kind));
            const plan = await toolkit.planBatch(operations, "async");
            for (const change of plan?.changes ?? []) {
              const table = raw.get(change.table as AdapterTable<"async">);
              for (const done of applying({ ...change, table } as never)) await done;
            }
            return plan?.results;
          }),
      };
    },
  };
}

describe.each([
  ["that core plans", planned],
  ["that has batches of its own", transacting],
] as const)("an async adapter %s", (_what, make) => {
  standStill();
  const seeds = Array.from({ length: 20 }, (_unused, seed) => seed);

  test.each(seeds)(
    "keeps sums whole among concurrent batches and writes (seed %i)",
    async (seed) => {
      await using store = createStore({ adapter: make(seed) });
      const accounts = await store.ensureTable<[string, number]>("d", "accounts");
      const log = await store.ensureTable<[number, number]>("d", "log", { type: "ordered_set" });
      await accounts.insertMany([
        ["a", 100],
        ["b", 100],
      ]);
      const choose = choices(seed + 1_000);
      let appended = 0;
      const work = Array.from({ length: 30 }, async () => {
        const amount = choose(9);
        switch (choose(4)) {
          case 0:
            await accounts.updateCounter("other", 1, ["other", 0]);
            return;
          case 1:
            appended++;
            await log.append(null, amount);
            return;
          case 2: {
            // Reads, then writes on the condition that nothing has changed.
            const [[, balance] = ["a", 0]] = await accounts.lookup("a");
            const batch = store
              .batch()
              .replace(accounts, ["a", balance], ["a", balance - amount])
              .updateCounter(accounts, "b", amount)
              .append(log, null, amount);
            if (await batch.commit()) appended++;
            return;
          }
          default: {
            const batch = store
              .batch()
              .updateCounter(accounts, "a", amount)
              .updateCounter(accounts, "b", -amount)
              .append(log, null, amount);
            appended++;
            expect(await batch.commit()).toBe(true);
          }
        }
      });
      await Promise.all(work);
      const [a, b] = [await accounts.lookupElement("a", 2), await accounts.lookupElement("b", 2)];
      expect(a + b).toBe(200);
      const keys: number[] = [];
      for await (const key of log.keys()) keys.push(key);
      expect(keys).toEqual(Array.from({ length: appended }, (_unused, index) => index + 1));
    },
  );

  test("does what was called before a batch before it, and after it after", async () => {
    await using store = createStore({ adapter: make(7) });
    const table = await store.ensureTable<StoreRecord>("d", "t");
    const results = await Promise.all([
      table.insert(["k", 1]),
      store.batch().check(table, "k", ["k", 1]).insert(table, ["k", 2]).commit(),
      table.updateCounter("k", 1),
      store.batch().check(table, "k", ["k", 3]).delete(table, "k").commit(),
      table.member("k"),
    ]);
    expect(results.slice(0, 4)).toEqual([undefined, true, 3, true]);
    expect(await table.member("k")).toBe(false);
  });
});

describe("an async adapter with transact", () => {
  test("gets the operations, and those without records not at all", async () => {
    const seen: string[] = [];
    await using store = createStore({ adapter: transacting(1, seen) });
    const table = await store.ensureTable<StoreRecord>("d", "t");
    const batch = store.batch().insertMany(table, []).insertNewMany(table, []);
    expect(await batch.commit()).toBe(true);
    expect(batch.results).toEqual([undefined, true]);
    expect(seen).toEqual([]);
    const next = store.batch().insertMany(table, []).deleteMany(table, []).insert(table, ["k"]);
    expect(await next.commit()).toBe(true);
    expect(next.results).toEqual([undefined, 0, undefined]);
    expect(seen).toEqual(["deleteMany", "insert"]);
  });
});
