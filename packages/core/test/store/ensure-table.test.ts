import { describe, expect, test } from "vitest";
import type { Adapter, Store, Table } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { TABLE_CALLS, type UntypedTable } from "../support/table-calls.js";

/** A durable adapter that notes what is done to its tables. */
function durable(notes: string[]): Adapter<ArrayOptions, "sync"> {
  return arrayAdapter({
    capabilities: { durable: true },
    methods: (_table, name) => ({
      sync: () => void notes.push(`sync ${name}`),
      flushCounters: () => void notes.push(`flush ${name}`),
      close: () => void notes.push(`close ${name}`),
    }),
  });
}

describe.each(MODES)("the tables of a store that is %s", (mode) => {
  const open = (adapter: Adapter = arrayAdapter()) => storeOf(mode, adapter);

  test("ensureTable of a new table makes a set that names itself and its domain", async () => {
    await using store = open();
    const table = await store.ensureTable("runs", "live");
    expect(table).toMatchObject({ name: "live", domain: "runs", type: "set" });
    expect(await table.info()).toEqual({
      name: "live",
      domain: "runs",
      type: "set",
      adapter: "array",
      size: 0,
      memoryBytes: undefined,
      diskBytes: undefined,
      details: undefined,
    });
  });

  test.each(["set", "ordered_set", "bag", "duplicate_bag"] as const)(
    "ensureTable of a %s, again with its type or none, returns the same handle",
    async (type) => {
      await using store = open();
      const table = await store.ensureTable("runs", "live", { type });
      expect(table.type).toBe(type);
      expect(await store.ensureTable("runs", "live", { type })).toBe(table);
      expect(await store.ensureTable("runs", "live")).toBe(table);
      expect(await store.ensureTable("runs", "live", {})).toBe(table);
    },
  );

  test("ensureTable with another type throws and leaves the open table alone", async () => {
    await using store = open();
    const table = await store.ensureTable("runs", "live", { type: "bag" });
    const error = await failure("STORE_TABLE_TYPE_MISMATCH", () =>
      store.ensureTable("runs", "live", { type: "set" }),
    );
    expect(error.message).toBe('ensureTable("runs", "live"): the table is of type bag, not set');
    await table.insert(["key", 1]);
    expect(await store.ensureTable("runs", "live")).toBe(table);
  });

  test("ensureTable of a type that the adapter hasn't throws STORE_NOT_SUPPORTED", async () => {
    await using bagless = open(arrayAdapter({ capabilities: { bags: false } }));
    const ensure = (store: Store<"async">, type: Table["type"]) => () =>
      store.ensureTable("runs", type, { type });
    await failure("STORE_NOT_SUPPORTED", ensure(bagless, "bag"));
    await failure("STORE_NOT_SUPPORTED", ensure(bagless, "duplicate_bag"));
    await ensure(bagless, "ordered_set")();
    await using unordered = open(arrayAdapter({ capabilities: { ordered: false } }));
    await failure("STORE_NOT_SUPPORTED", ensure(unordered, "ordered_set"));
    await ensure(unordered, "set")();
    await ensure(unordered, "bag")();
  });

  test.each([[""], [undefined], [1], [{}]])(
    "every member that takes a table's name, given %o, throws STORE_INVALID_TABLE_NAME",
    async (name) => {
      await using store = open();
      const wrong = name as string;
      const refused = (call: () => unknown) => failure("STORE_INVALID_TABLE_NAME", call);
      await refused(() => store.ensureTable("runs", wrong));
      await refused(() => store.dropTable("runs", wrong));
      await refused(() => store.closeTable(wrong));
      await refused(() => store.syncTable(wrong));
      await refused(() => store.flushCounters(wrong));
    },
  );

  test.each([[{ type: "Set" }], [{ type: null }], [{ typ: "set" }], [null], [[]], ["set"]])(
    "ensureTable with options %o throws STORE_INVALID_OPTIONS",
    async (options) => {
      await using store = open();
      await failure("STORE_INVALID_OPTIONS", () =>
        store.ensureTable("runs", "live", options as never),
      );
    },
  );

  test("configureDomain, resetDomain and clear leave open tables with their adapter", async () => {
    await using store = open(arrayAdapter({ name: "first" }));
    const first = await store.ensureTable("runs", "live");
    await first.insert(["key", 1]);
    await store.configureDomain("runs", { adapter: arrayAdapter({ name: "second" }) });
    const second = await store.ensureTable("runs", "live", { type: "bag" });
    expect(second).not.toBe(first);
    expect((await second.info()).adapter).toBe("second");
    expect(await second.lookup("key")).toEqual([]);
    await store.clear();
    await second.insert(["key", 2]);
    expect(await store.ensureTable("runs", "live")).toBe(first);
    expect(await first.lookup("key")).toEqual([["key", 1]]);
    expect(await second.lookup("key")).toEqual([["key", 2]]);
  });

  test("closeTable, syncTable and flushCounters reach every domain's durable table", async () => {
    const notes: string[] = [];
    const adapter = durable(notes);
    await using store = open();
    await store.configureDomain("a", { adapter, options: { dir: "a" } });
    await store.configureDomain("b", { adapter, options: { dir: "b" } });
    const tables = await Promise.all(["a", "b"].map((domain) => store.ensureTable(domain, "t")));
    await store.ensureTable("a", "other");
    await store.syncTable("t");
    await store.flushCounters("t");
    await store.closeTable("t");
    expect(notes).toEqual(["sync t", "sync t", "flush t", "flush t", "close t", "close t"]);
    for (const table of tables) await failure("STORE_TABLE_CLOSED", () => table.size);
    expect(tables.includes(await store.ensureTable("a", "t"))).toBe(false);
  });

  test("closeTable, syncTable and flushCounters leave a table in memory alone", async () => {
    await using store = open();
    const table = await store.ensureTable("runs", "t");
    await table.insert(["key"]);
    await store.syncTable("t");
    await store.flushCounters("t");
    await store.closeTable("t");
    expect(await table.lookup("key")).toEqual([["key"]]);
    expect(await store.ensureTable("runs", "t")).toBe(table);
  });

  test("closeTable, syncTable and flushCounters of a table not open do nothing", async () => {
    const notes: string[] = [];
    await using store = open(durable(notes));
    const table = await store.ensureTable("runs", "t");
    await table.close();
    notes.length = 0;
    for (const name of ["t", "never opened"]) {
      await store.closeTable(name);
      await store.syncTable(name);
      await store.flushCounters(name);
    }
    expect(notes).toEqual([]);
  });

  test("close of a table ends its handle, closing again is no error", async () => {
    await using store = open();
    const table = await store.ensureTable("runs", "t");
    await table.close();
    expect(await table.close()).toBe(undefined);
    const error = await failure("STORE_TABLE_CLOSED", () => table.insert(["key"]));
    expect(error.message).toBe('insert on table "t" (domain "runs"): the table is closed');
  });

  test("every call on a closed table throws STORE_TABLE_CLOSED", async () => {
    await using store = open();
    const table = await store.ensureTable("runs", "t", { type: "ordered_set" });
    await table.close();
    const members = Object.getOwnPropertyNames(table).filter(
      (name) => !["name", "domain", "type", "close"].includes(name),
    );
    expect(Object.keys(TABLE_CALLS).sort()).toEqual(members.sort());
    for (const [name, call] of Object.entries(TABLE_CALLS)) {
      const error = await failure("STORE_TABLE_CLOSED", () => call(table as UntypedTable));
      expect(error.message).toContain(name);
    }
  });
});
