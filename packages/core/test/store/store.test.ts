import { describe, expect, test } from "vitest";
import { type Adapter, createStore, type Mode, type Store, type Table } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

/** An adapter with an option `size`, 1 by default, that must be a number. */
function sized(name: string): Adapter<ArrayOptions, "sync"> {
  return {
    ...arrayAdapter({ name }),
    normalizeOptions({ size = 1, ...others }) {
      if (typeof size === "number") return { size, ...others };
      throw new Error(`size must be a number; got ${typeof size}`);
    },
  };
}

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

describe.each(MODES)("the registry of a store that is %s", (mode) => {
  const memory = sized("memory");
  const disk = sized("disk");
  const open = () => storeOf(mode, memory, { size: 2 });

  test("domainConfig of a domain never configured is the default, with its options", async () => {
    await using store = open();
    expect(await store.domainConfig("runs")).toEqual({ adapter: memory, options: { size: 2 } });
    expect(await store.adapterModule("runs")).toBe(memory);
  });

  test("configureDomain of one domain backs that domain only", async () => {
    await using store = open();
    expect(await store.configureDomain("runs", { adapter: disk, options: { size: 3 } })).toBe(
      undefined,
    );
    expect(await store.domainConfig("runs")).toEqual({ adapter: disk, options: { size: 3 } });
    expect(await store.adapterModule("runs")).toBe(disk);
    expect(await store.adapterModule("journal")).toBe(memory);
  });

  test("configureDomain without options fills in the adapter's defaults", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    expect(await store.domainConfig("runs")).toEqual({ adapter: disk, options: { size: 1 } });
  });

  test("configureDomain with refused options names them and changes nothing", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    const error = await failure("STORE_INVALID_OPTIONS", () =>
      store.configureDomain("runs", { adapter: memory, options: { size: "9" } }),
    );
    expect(error.message).toBe(
      'configureDomain("runs"): adapter "memory": size must be a number; got string',
    );
    expect(error.cause).toBeInstanceOf(Error);
    expect(await store.adapterModule("runs")).toBe(disk);
  });

  test("configureDomain with no adapter at all changes nothing", async () => {
    await using store = open();
    await failure("STORE_INVALID_ADAPTER", () => store.configureDomain("runs", {} as never));
    await failure("STORE_INVALID_OPTIONS", () => store.configureDomain("runs", 1 as never));
    expect(await store.adapterModule("runs")).toBe(memory);
  });

  test.each([
    ["null", null],
    ["an array", []],
    ["a number", 1],
  ])(
    "configureDomain with options that are %s throws STORE_INVALID_OPTIONS",
    async (_what, options) => {
      await using store = open();
      await failure("STORE_INVALID_OPTIONS", () =>
        store.configureDomain("runs", { adapter: disk, options: options as never }),
      );
    },
  );

  test("configureDomain with an options object keeps nothing of it", async () => {
    await using store = open();
    const options = { size: 5 };
    await store.configureDomain("runs", { adapter: disk, options });
    options.size = 6;
    expect((await store.domainConfig("runs")).options).toEqual({ size: 5 });
  });

  test("configureDomain with an adapter that changes the options changes a copy", async () => {
    await using store = open();
    const greedy = arrayAdapter();
    const normalizeOptions = (given: Record<string, unknown>) => Object.assign(given, { more: 1 });
    const options = { size: 5 };
    await store.configureDomain("runs", { adapter: { ...greedy, normalizeOptions }, options });
    expect(options).toEqual({ size: 5 });
    expect((await store.domainConfig("runs")).options).toEqual({ size: 5, more: 1 });
  });

  test("resetDomain of one domain brings back its default, and leaves the others", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    await store.configureDomain("journal", { adapter: disk });
    await store.resetDomain("runs");
    await store.resetDomain("never configured");
    expect(await store.domainConfig("runs")).toEqual({ adapter: memory, options: { size: 2 } });
    expect(await store.adapterModule("journal")).toBe(disk);
  });

  test("clear brings back the default of every domain", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    await store.configureDomain("journal", { adapter: disk });
    await store.clear();
    expect(await store.adapterModule("runs")).toBe(memory);
    expect(await store.adapterModule("journal")).toBe(memory);
  });

  test("ensureTables called often changes nothing", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    expect(await store.ensureTables()).toBe(undefined);
    await store.ensureTables();
    expect(await store.adapterModule("runs")).toBe(disk);
  });

  test.each([[""], [undefined], [1], [null]])(
    "every member that takes a domain, given %o, throws STORE_INVALID_OPTIONS",
    async (domain) => {
      await using store = open();
      const wrong = domain as string;
      const refused = (call: () => unknown) => failure("STORE_INVALID_OPTIONS", call);
      await refused(() => store.configureDomain(wrong, { adapter: disk }));
      await refused(() => store.migrateDomain(wrong, { adapter: disk }));
      await refused(() => store.domainConfig(wrong));
      await refused(() => store.adapterModule(wrong));
      await refused(() => store.resetDomain(wrong));
      await refused(() => store.ensureTable(wrong, "t"));
    },
  );
});

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

  test("domains with the same adapter and equal options share their tables", async () => {
    const adapter = arrayAdapter();
    await using store = open(adapter);
    await store.configureDomain("a", { adapter, options: { deep: { list: [1] }, other: 1 } });
    await store.configureDomain("b", { adapter, options: { other: 1, deep: { list: [1] } } });
    const table = await store.ensureTable("a", "shared");
    expect(await store.ensureTable("b", "shared")).toBe(table);
    expect(table.domain).toBe("a");
  });

  test("domains with other options, or another adapter like it, share nothing", async () => {
    const adapter = arrayAdapter();
    await using store = open(adapter);
    await store.configureDomain("a", { adapter, options: { deep: { list: [1] } } });
    await store.configureDomain("b", { adapter, options: { deep: { list: [2] } } });
    await store.configureDomain("c", { adapter: arrayAdapter() });
    const tables = await Promise.all(
      ["a", "b", "c", "d"].map((domain) => store.ensureTable(domain, "t")),
    );
    expect(new Set(tables).size).toBe(4);
  });

  test("domains whose options hold the same function share, with another one they don't", async () => {
    const adapter = arrayAdapter();
    await using store = open(adapter);
    const now = () => 1;
    await store.configureDomain("a", { adapter, options: { now, on: { repair: now } } });
    await store.configureDomain("b", { adapter, options: { on: { repair: now }, now } });
    await store.configureDomain("c", { adapter, options: { now: () => 1, on: { repair: now } } });
    await store.configureDomain("d", { adapter, options: { now, on: { repair: () => 1 } } });
    await store.configureDomain("e", { adapter, options: { now, on: { repair: undefined } } });
    const table = await store.ensureTable("a", "t");
    expect(await store.ensureTable("b", "t")).toBe(table);
    for (const domain of ["c", "d", "e"]) {
      expect(await store.ensureTable(domain, "t")).not.toBe(table);
    }
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
    const all = async (records: AsyncIterable<unknown>) => {
      for await (const _record of records);
    };
    const calls: Record<string, () => unknown> = {
      insert: () => table.insert([1]),
      insertMany: () => table.insertMany([]),
      insertNew: () => table.insertNew([1]),
      insertNewMany: () => table.insertNewMany([]),
      lookup: () => table.lookup(1),
      member: () => table.member(1),
      take: () => table.take(1),
      delete: () => table.delete(1),
      deleteObject: () => table.deleteObject([1]),
      deleteAllObjects: () => table.deleteAllObjects(),
      replace: () => table.replace([1], [2]),
      updateElement: () => table.updateElement(1, [2, 1]),
      updateCounter: () => table.updateCounter(1, 1),
      first: () => table.first(),
      last: () => table.last(),
      next: () => table.next(1),
      prev: () => table.prev(1),
      records: () => all(table.records()),
      keys: () => all(table.keys()),
      foldl: () => table.foldl((_record, count) => count, 0),
      matchObject: () => table.matchObject([1]),
      matchDelete: () => table.matchDelete([1]),
      size: () => table.size,
      info: () => table.info(),
      sync: () => table.sync(),
      flushCounters: () => table.flushCounters(),
    };
    const members = Object.getOwnPropertyNames(table).filter(
      (name) => !["name", "domain", "type", "close"].includes(name),
    );
    expect(Object.keys(calls).sort()).toEqual(members.sort());
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure("STORE_TABLE_CLOSED", call);
      expect(error.message).toContain(name);
    }
  });
});

describe.each(MODES)("close of a store that is %s", (mode) => {
  test("closes every table, then every backend", async () => {
    const notes: string[] = [];
    const adapter = durable(notes);
    const store = storeOf(mode, {
      ...adapter,
      open(options, toolkit) {
        const backend = adapter.open(options as ArrayOptions, toolkit);
        return { ...backend, close: () => void notes.push("close backend") };
      },
    } as Adapter);
    const table = await store.ensureTable("runs", "a");
    await store.ensureTable("runs", "b");
    expect(await store.close()).toBe(undefined);
    expect(notes).toEqual(["close a", "close b", "close backend"]);
    await failure("STORE_TABLE_CLOSED", () => table.size);
  });

  test("of a store that opened nothing opens nothing", async () => {
    const store = storeOf(mode, {
      ...arrayAdapter(),
      open: () => expect.unreachable("nothing is needed"),
    });
    await store.domainConfig("runs");
    await store.close();
  });

  test("ends every other member; closing again is no error", async () => {
    const store = storeOf(mode, arrayAdapter());
    await store.close();
    await store.close();
    const config = { adapter: arrayAdapter() };
    const calls: Record<string, () => unknown> = {
      configureDomain: () => store.configureDomain("runs", config),
      migrateDomain: () => store.migrateDomain("runs", config),
      domainConfig: () => store.domainConfig("runs"),
      adapterModule: () => store.adapterModule("runs"),
      resetDomain: () => store.resetDomain("runs"),
      clear: () => store.clear(),
      ensureTables: () => store.ensureTables(),
      ensureTable: () => store.ensureTable("runs", "t"),
      closeTable: () => store.closeTable("t"),
      syncTable: () => store.syncTable("t"),
      flushCounters: () => store.flushCounters("t"),
    };
    const members = Object.keys(store).filter((name) => name !== "close");
    expect(Object.keys(calls).sort()).toEqual(members.sort());
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure("STORE_TABLE_CLOSED", call);
      expect(error.message).toContain(`${name}(`);
      expect(error.message).toContain("the store is closed");
    }
  });

  test("with tables and backends that fail closes the others and throws the first failure", async () => {
    const notes: string[] = [];
    const adapter = arrayAdapter({
      methods: (_table, name) => ({
        close() {
          notes.push(name);
          if (name !== "b") throw new Error(`${name} is stuck`);
        },
      }),
    });
    const failing = {
      ...adapter,
      open: (options: ArrayOptions, toolkit: never) => ({
        ...adapter.open(options, toolkit),
        close() {
          notes.push("backend");
          throw new Error("backend is stuck");
        },
      }),
    } as Adapter;
    const store = storeOf(mode, failing);
    await store.configureDomain("other", { adapter: failing, options: { other: true } });
    for (const name of ["a", "b", "c"]) await store.ensureTable("runs", name);
    await store.ensureTable("other", "d");
    const error = await failure("STORE_IO", () => store.close());
    expect(error.message).toBe('close on table "a" (domain "runs"): a is stuck');
    expect(notes).toEqual(["a", "b", "c", "backend", "d", "backend"]);
  });
});

describe("a store", () => {
  const dispose = (store: object, symbol: symbol) => (store as Record<symbol, unknown>)[symbol];

  test("that is sync has Symbol.dispose, and using closes it", () => {
    let closed = 0;
    const adapter = arrayAdapter({ methods: () => ({ close: () => void closed++ }) });
    {
      using store = createStore({ adapter });
      store.ensureTable("runs", "t");
      expect(dispose(store, Symbol.asyncDispose)).toBe(undefined);
    }
    expect(closed).toBe(1);
  });

  test("that is async has Symbol.asyncDispose, and await using closes it", async () => {
    let closed = 0;
    const adapter = asyncArrayAdapter({ methods: () => ({ close: async () => void closed++ }) });
    {
      await using store = createStore({ adapter });
      await store.ensureTable("runs", "t");
      expect(dispose(store, Symbol.dispose)).toBe(undefined);
    }
    expect(closed).toBe(1);
  });

  test("that is async never throws, and returns a promise from every member", async () => {
    await using store = createStore({ adapter: arrayAdapter(), mode: "async" });
    const failing = store.ensureTable("", "");
    expect(failing).toBeInstanceOf(Promise);
    await failure("STORE_INVALID_OPTIONS", () => failing);
    for (const result of [store.clear(), store.domainConfig("d"), store.ensureTable("d", "t")]) {
      expect(result).toBeInstanceOf(Promise);
      await result;
    }
    const table = await store.ensureTable("d", "t");
    for (const result of [table.insert([1]), table.size, table.info(), table.lookup(1)]) {
      expect(result).toBeInstanceOf(Promise);
      await result;
    }
    const keys = table.keys({ nonsense: true } as never);
    await failure("STORE_INVALID_OPERATION", () => keys.next());
  });

  test("that is sync returns no promise, and throws for a wrong range at once", () => {
    using store = createStore({ adapter: arrayAdapter() });
    const table = store.ensureTable("d", "t");
    expect(table.insert([1])).toBe(undefined);
    expect(table.size).toBe(1);
    expect(() => table.keys({ nonsense: true } as never)).toThrow('a range has no "nonsense"');
  });

  test("takes its mode from its default adapter", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    expect(store.ensureTables()).toBeInstanceOf(Promise);
  });

  test("that is async takes sync adapters and async ones", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    await store.configureDomain("sync", { adapter: arrayAdapter() });
    for (const domain of ["sync", "async"]) {
      const table = await store.ensureTable(domain, "t");
      await table.insert(["key", 1]);
      expect(await table.updateCounter("key", 1)).toBe(2);
    }
  });

  test("that is sync refuses an async adapter", () => {
    const message = 'adapter "async-array" is async, and the store is sync';
    const refused = expect.objectContaining({
      code: "STORE_INVALID_ADAPTER",
      message: expect.stringContaining(message),
    });
    const adapter = asyncArrayAdapter();
    expect(() => createStore({ adapter, mode: "sync" as never })).toThrow(refused);
    using store = createStore({ adapter: arrayAdapter() });
    const sneaked = adapter as unknown as Adapter<ArrayOptions, "sync">;
    expect(() => store.configureDomain("d", { adapter: sneaked })).toThrow(refused);
  });

  test.each(["both", null, 1, {}])(
    "createStore with mode %o throws STORE_INVALID_OPTIONS",
    (mode) => {
      expect(() => createStore({ adapter: arrayAdapter(), mode: mode as Mode })).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
      );
    },
  );

  test.each([undefined, null, 1, "adapter"])(
    "createStore with %o for its configuration throws STORE_INVALID_OPTIONS",
    (config) => {
      expect(() => createStore(config as never)).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
      );
    },
  );

  test("has handles that make no call when their members are gone through", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const table = await store.ensureTable("d", "t");
    await table.close();
    expect({ ...table }).not.toHaveProperty("size");
    expect(JSON.parse(JSON.stringify(table))).toEqual({ name: "t", domain: "d", type: "set" });
  });

  test("works when its members are taken from it", () => {
    const { ensureTable, close } = createStore({ adapter: arrayAdapter() });
    const { insert, lookup } = ensureTable("runs", "t");
    insert(["key", 1]);
    expect(lookup("key")).toEqual([["key", 1]]);
    close();
  });
});
