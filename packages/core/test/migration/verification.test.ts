import { describe, expect, test } from "vitest";
import type { Adapter, AdapterTable, StoreRecord, TableType } from "../../src/index.js";
import { arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { adapterOf, contentAt, fill, LISTED, RECORDS, TYPES } from "../support/domain-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";

describe.each(MODES)("migrateDomain in a store that is %s", (mode) => {
  const source = adapterOf(mode, "source");
  const open = () => storeOf(mode, source);

  /** What a target does to the records that it is given. */
  const corruptions: [
    string,
    readonly TableType[],
    (given: readonly StoreRecord[]) => StoreRecord[],
  ][] = [
    ["loses a record", TYPES, (given) => given.slice(1)],
    ["changes a value", TYPES, ([[key] = [0], ...rest]) => [[key, "changed"], ...rest]],
    ["changes a key", TYPES, ([[, ...elements] = [0], ...rest]) => [["z", ...elements], ...rest]],
    ["adds a record", TYPES, (given) => [...given, ["zz", 1]]],
    [
      "turns the order of a key's records round",
      ["bag", "duplicate_bag"],
      (given) => given.toReversed(),
    ],
    [
      "takes equal records for one",
      ["duplicate_bag"],
      (given) =>
        given.filter(
          (one, at) =>
            given.findIndex((other) => other[0] === one[0] && other[1] === one[1]) === at,
        ),
    ],
  ];
  test.each(corruptions)(
    "to an adapter that %s finds it: STORE_CORRUPT",
    async (_what, types, change) => {
      for (const type of types) {
        const methods = ({ insertMany }: AdapterTable) => ({
          insertMany: (records: readonly StoreRecord[]) => insertMany(change(records)),
        });
        const adapter =
          mode === "sync"
            ? arrayAdapter({ methods: methods as never })
            : asyncArrayAdapter({ methods: methods as never });
        await using store = open();
        const table = await store.ensureTable("d", type, { type });
        await table.insertMany([...RECORDS, ["b", 3]]);
        const error = await failure("STORE_CORRUPT", () => store.migrateDomain("d", { adapter }));
        expect(error.message).toContain(`moving table "${type}" to adapter`);
        expect(await store.adapterModule("d")).toBe(source);
        expect(await store.ensureTable("d", type)).toBe(table);
        expect(await contentAt(store, adapter, type)).toBe(undefined);
      }
    },
  );

  test("to a durable adapter syncs the copies before it switches", async () => {
    const notes: string[] = [];
    const methods = (table: AdapterTable, name: string) => ({
      insertMany: (records: readonly StoreRecord[]) => {
        notes.push(`insert ${name}`);
        return table.insertMany(records);
      },
      sync: () => {
        notes.push(`sync ${name}`);
        return table.flushCounters?.() ?? (mode === "async" ? Promise.resolve() : undefined);
      },
    });
    const settings = { capabilities: { durable: true }, methods: methods as never };
    const adapter: Adapter = mode === "sync" ? arrayAdapter(settings) : asyncArrayAdapter(settings);
    await using store = open();
    await fill(store);
    await store.migrateDomain("d", { adapter });
    expect(notes).toEqual(LISTED.flatMap((type) => [`insert ${type}`, `sync ${type}`]));
  });
});
