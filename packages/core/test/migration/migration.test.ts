import { describe, expect, test } from "vitest";
import {
  type Adapter,
  type AdapterTable,
  type Mode,
  type Store,
  StoreError,
  type StoreRecord,
  type Table,
  type TableType,
} from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { FaultInjector } from "../support/fault-injector.js";
import { failure, MODES, storeOf } from "../support/mode.js";

type AnyTable = Table<StoreRecord, "async">;

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const BATCH = 500;

/** A store of each mode, with adapters of each mode that it takes. */
const STORES: readonly [store: Mode, source: Mode, target: Mode][] = [
  ["sync", "sync", "sync"],
  ["async", "sync", "sync"],
  ["async", "sync", "async"],
  ["async", "async", "sync"],
  ["async", "async", "async"],
];

function adapterOf(mode: Mode, name: string): Adapter<ArrayOptions> {
  return mode === "sync" ? arrayAdapter({ name }) : asyncArrayAdapter({ name });
}

async function contentOf(table: AnyTable): Promise<StoreRecord[]> {
  const records: StoreRecord[] = [];
  for await (const record of table.records()) records.push(record);
  return records;
}

/** What a place holds under a name, seen through a domain that is configured for it only now. */
async function contentAt(
  store: Store<"async">,
  adapter: Adapter,
  name: string,
  options: object = {},
): Promise<StoreRecord[]> {
  await store.configureDomain("witness", { adapter, options });
  const table = await store.ensureTable("witness", name);
  const content = await contentOf(table);
  await table.close();
  return content;
}

/** A few records, of which a bag keeps more than a set. */
const RECORDS: readonly StoreRecord[] = [
  ["b", 2],
  ["a", new Date(0), new Map([["x", [1]]])],
  ["b", 1, { deep: [Number.NaN, -0, undefined] }],
  [["t", 1], 1n],
  ["b", 2],
];

/** A table of each type in a domain, named by it. */
async function fill(
  store: Store<"async">,
  domain = "d",
  types: readonly TableType[] = TYPES,
  records: readonly StoreRecord[] = RECORDS,
): Promise<AnyTable[]> {
  const tables: AnyTable[] = [];
  for (const type of types) {
    const table = await store.ensureTable(domain, type, { type });
    await table.insertMany(records);
    tables.push(table);
  }
  return tables;
}

describe.each(STORES)("migrateDomain in a store that is %s, from %s to %s adapter", (...modes) => {
  const [mode, sourceMode, targetMode] = modes;
  const source = adapterOf(sourceMode, "source");
  const target = adapterOf(targetMode, "target");
  const open = () => storeOf(mode, source);

  test("moves the tables of every type, and returns their names and sizes", async () => {
    await using store = open();
    const old = await fill(store);
    const content = await Promise.all(old.map(contentOf));
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "set", records: 3 },
      { table: "ordered_set", records: 3 },
      { table: "bag", records: 4 },
      { table: "duplicate_bag", records: 5 },
    ]);
    expect(await store.adapterModule("d")).toBe(target);
    for (const [index, type] of TYPES.entries()) {
      const table = await store.ensureTable("d", type);
      expect(await table.info()).toMatchObject({ adapter: "target", domain: "d", type });
      expect(await contentOf(table)).toEqual(content[index]);
    }
  });

  test("copies in batches, keeps the order of a key's records, and tells of each batch", async () => {
    await using store = open();
    const count = 2 * BATCH + 3;
    const records = Array.from({ length: count }, (_unused, n): StoreRecord => [n % 7, count - n]);
    const bag = await store.ensureTable("d", "bag", { type: "duplicate_bag" });
    await bag.insertMany(records);
    await store.ensureTable("d", "empty");
    const progress: unknown[] = [];
    await store.migrateDomain(
      "d",
      { adapter: target },
      { onProgress: (step) => progress.push(step) },
    );
    expect(progress).toEqual(
      [BATCH, 2 * BATCH, count].map((copied) => ({ table: "bag", copied, total: count })),
    );
    const moved = await store.ensureTable("d", "bag");
    for (let key = 0; key < 7; key++) {
      expect(await moved.lookup(key)).toEqual(records.filter(([other]) => other === key));
    }
  });

  test("closes the old handles, leaves their records, and has the new tables open", async () => {
    await using store = open();
    const [old] = await fill(store);
    await store.migrateDomain("d", { adapter: target });
    const error = await failure("STORE_TABLE_CLOSED", () => old?.insert(["late"]));
    expect(error.message).toBe('insert on table "set" (domain "d"): the table is closed');
    // What is open moves on; what weren't would stay behind.
    expect(await store.migrateDomain("d", { adapter: target, options: { at: 2 } })).toHaveLength(4);
    expect(await contentAt(store, source, "set")).toHaveLength(3);
    expect(await contentAt(store, target, "set")).toHaveLength(3);
  });

  test("undoes everything when any one call of an adapter fails", async () => {
    const seen = new Set<string>();
    for (let faulty = 1; ; faulty++) {
      const injector = new FaultInjector();
      const [from, to] = [
        injector.adapter(sourceMode, "source"),
        injector.adapter(targetMode, "target"),
      ];
      await using store = storeOf(mode, from);
      const old = await fill(store);
      const content = await Promise.all(old.map(contentOf));
      const other = await store.ensureTable("other", "other");
      injector.arm((call) => call === faulty);
      const outcome = await attempt(() => store.migrateDomain("d", { adapter: to }));
      injector.disarm();
      if (outcome instanceof StoreError) {
        expect(outcome.code).toBe("STORE_IO");
        expect(outcome.message).toMatch(
          /^migrateDomain\("d"\): moving table "\w+" to adapter "target": .*injected$/,
        );
        expect(outcome.cause).toBe(injector.error);
        expect([...injector.open]).toEqual([...TYPES, "other"].map((name) => `source/${name}`));
        expect(await store.adapterModule("d")).toBe(from);
        expect(await Promise.all(old.map(contentOf))).toEqual(content);
        expect(await store.ensureTable("d", "bag")).toBe(old[2]);
        await old[0]?.insert(["again"]);
        for (const name of TYPES) expect(await contentAt(store, to, name)).toEqual([]);
      } else {
        expect(outcome).toHaveLength(TYPES.length);
        expect(await store.adapterModule("d")).toBe(to);
        for (const table of old) await failure("STORE_TABLE_CLOSED", () => table.size);
        const open = TYPES.map((name) => `target/${name}`);
        expect([...injector.open]).toEqual(["source/other", ...open]);
      }
      expect(await other.size).toBe(0);
      for (const what of injector.failed) seen.add(what);
      if (injector.failed.length === 0) break;
    }
    // A call that fails after the switch takes nothing back.
    expect([...seen].sort()).toEqual(
      [
        ...["close", "first", "lookup", "next", "size"].map((method) => `source.${method}`),
        ...["first", "insertMany", "lookup", "next", "open", "openTable", "size"].map(
          (method) => `target.${method}`,
        ),
      ].sort(),
    );
  });

  test("that can't remove a copy either says so", async () => {
    const injector = new FaultInjector();
    const to = injector.adapter(targetMode, "target");
    await using store = open();
    await fill(store);
    injector.arm((_call, what) => what === "target.lookup" || what === "target.deleteAllObjects");
    const error = await failure("STORE_IO", () => store.migrateDomain("d", { adapter: to }));
    expect(error.message).toContain('moving table "set" to adapter "target": lookup on table');
    expect(error.message).toMatch(/; the copy of table "set" is left: .*injected/);
    expect(error.cause).toBe(injector.error);
    expect([...injector.open]).toEqual([]);
    expect(await store.adapterModule("d")).toBe(source);
  });
});

async function attempt(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe.each(MODES)("migrateDomain in a store that is %s", (mode) => {
  const source = adapterOf(mode, "source");
  const target = adapterOf(mode, "target");
  const open = () => storeOf(mode, source);

  /** Fails unless nothing at all has changed for the domain, nor in the target. */
  async function expectUnchanged(store: Store<"async">, tables: readonly AnyTable[], to = target) {
    expect(await store.adapterModule("d")).toBe(source);
    for (const table of tables) {
      expect(await store.ensureTable("d", table.name)).toBe(table);
      expect((await table.size) >= 3).toBe(true);
      await table.insert(["written", "afterwards"]);
      expect(await contentAt(store, to, table.name)).toEqual([]);
    }
  }

  test("of a domain without tables switches it", async () => {
    await using store = open();
    expect(await store.migrateDomain("d", { adapter: target, options: { at: 1 } })).toEqual([]);
    expect(await store.domainConfig("d")).toEqual({ adapter: target, options: { at: 1 } });
    expect((await (await store.ensureTable("d", "t")).info()).adapter).toBe("target");
  });

  test("leaves other domains alone, also those that share its adapter", async () => {
    await using store = open();
    await fill(store);
    const other = await store.ensureTable("other", "theirs");
    await other.insert(["k"]);
    await store.migrateDomain("d", { adapter: target });
    expect(await store.adapterModule("other")).toBe(source);
    expect(await store.ensureTable("other", "theirs")).toBe(other);
    expect(await other.lookup("k")).toEqual([["k"]]);
    expect(await contentAt(store, target, "theirs")).toEqual([]);
  });

  test("moves neither closed tables nor those that an earlier adapter has", async () => {
    await using store = open();
    const stayed = await store.ensureTable("d", "stayed");
    await store.configureDomain("d", { adapter: source, options: { at: 2 } });
    const closed = await store.ensureTable("d", "closed");
    await closed.insert(["k"]);
    await closed.close();
    await (await store.ensureTable("d", "open")).insert(["k"]);
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "open", records: 1 },
    ]);
    await stayed.insert(["k"]);
    expect(await contentAt(store, target, "closed")).toEqual([]);
    expect(await contentAt(store, target, "stayed")).toEqual([]);
  });

  test("to the same adapter and equal options moves nothing and keeps the handles", async () => {
    await using store = open();
    const [table] = await fill(store);
    expect(await store.migrateDomain("d", { adapter: source, options: {} })).toEqual([]);
    expect(await store.ensureTable("d", "set")).toBe(table);
    expect(await table?.size).toBe(3);
  });

  test("to where another domain is shares its tables from then on", async () => {
    await using store = open();
    await fill(store);
    await store.configureDomain("there", { adapter: target });
    await store.ensureTable("there", "theirs");
    await store.migrateDomain("d", { adapter: target });
    const table = await store.ensureTable("there", "set");
    expect(await store.ensureTable("d", "set")).toBe(table);
    expect(await table.size).toBe(3);
  });

  test("keeps records apart: what was read before or after changes no table", async () => {
    await using store = open();
    const old = await store.ensureTable<StoreRecord>("d", "t");
    await old.insert(["k", new Map([["a", [1]]]), { list: [1] }]);
    const before = await old.lookup("k");
    await store.migrateDomain("d", { adapter: target });
    const table = await store.ensureTable<StoreRecord>("d", "t");
    for (const record of [...before, ...(await table.lookup("k"))]) {
      (record[1] as Map<string, unknown>).clear();
      (record as unknown as unknown[]).push("more");
    }
    expect(await table.lookup("k")).toEqual([["k", new Map([["a", [1]]]), { list: [1] }]]);
  });

  test.each<[string, unknown, unknown, string, string]>([
    ["no adapter", {}, undefined, "STORE_INVALID_ADAPTER", "expected an adapter"],
    ["no configuration", 7, undefined, "STORE_INVALID_OPTIONS", "a configuration is"],
    ["options that are none", { options: 7 }, undefined, "STORE_INVALID_OPTIONS", "are an object"],
    ["no object of options", {}, 7, "STORE_INVALID_OPTIONS", "expected { onProgress? }; got 7"],
    ["an unknown option", {}, { progress: 1 }, "STORE_INVALID_OPTIONS", 'no option "progress"'],
    ["onProgress that is none", {}, { onProgress: 7 }, "STORE_INVALID_OPTIONS", "is a function"],
  ])("given %s refuses it and changes nothing", async (what, config, options, code, message) => {
    await using store = open();
    const tables = await fill(store);
    const given =
      what === "no adapter" || config === 7 ? config : { adapter: target, ...Object(config) };
    const error = await failure(code as "STORE_IO", () =>
      store.migrateDomain("d", given as never, options as never),
    );
    expect(error.message).toContain('migrateDomain("d"): ');
    expect(error.message).toContain(message);
    await expectUnchanged(store, tables);
  });

  test.each([
    ["bags", "bag"],
    ["ordered", "ordered_set"],
  ])(
    "to an adapter without %s throws STORE_NOT_SUPPORTED before it opens anything",
    async (capability, type) => {
      const adapter: Adapter = {
        ...target,
        capabilities: { ...target.capabilities, [capability]: false },
        open: () => expect.unreachable("nothing is to be opened"),
      };
      await using store = open();
      const tables = await fill(store);
      const error = await failure("STORE_NOT_SUPPORTED", () =>
        store.migrateDomain("d", { adapter }),
      );
      expect(error.message).toBe(
        `migrateDomain("d"): moving table "${type}" to adapter "target": adapter "target" has no ${type}`,
      );
      await expectUnchanged(store, tables);
    },
  );

  test("to a place that holds records under a name refuses it, and leaves them", async () => {
    await using store = open();
    const tables = await fill(store);
    await store.configureDomain("there", { adapter: target });
    const theirs = await store.ensureTable("there", "bag", { type: "bag" });
    await theirs.insert(["theirs"]);
    await theirs.close();
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toBe(
      'migrateDomain("d"): moving table "bag" to adapter "target": there is a table of that name already, with 1 record',
    );
    expect(await contentAt(store, target, "bag")).toEqual([["theirs"]]);
    expect(await contentAt(store, target, "set")).toEqual([]);
    await expectUnchanged(store, tables.slice(0, 2));
  });

  test("to a place where a table of a name is open refuses it, and leaves it open", async () => {
    await using store = open();
    const tables = await fill(store);
    await store.configureDomain("there", { adapter: target });
    const theirs = await store.ensureTable("there", "bag");
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toContain('domain "there" has a table of that name open there');
    await theirs.insert(["theirs"]);
    await expectUnchanged(store, tables.slice(0, 2));
  });

  test("to a place whose table has another type throws STORE_TABLE_TYPE_MISMATCH", async () => {
    await using store = open();
    const tables = await fill(store);
    await store.configureDomain("there", { adapter: target });
    await (await store.ensureTable("there", "bag", { type: "set" })).close();
    const error = await failure("STORE_TABLE_TYPE_MISMATCH", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toContain('moving table "bag" to adapter "target"');
    await expectUnchanged(store, tables);
  });

  test("of a table that another domain has open, too, refuses it", async () => {
    await using store = open();
    const tables = await fill(store);
    expect(await store.ensureTable("other", "bag")).toBe(tables[2]);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toBe(
      'migrateDomain("d"): moving table "bag" to adapter "target": domain "other" has it open, too, and would be left with another table',
    );
    await expectUnchanged(store, tables);
    await tables[2]?.close();
    await store.ensureTable("d", "bag");
    expect(await store.migrateDomain("d", { adapter: target, options: { at: 2 } })).toHaveLength(4);
  });

  test("whose onProgress throws is undone: STORE_INVALID_OPERATION with the cause", async () => {
    await using store = open();
    const tables = await fill(store);
    const cause = new Error("enough");
    const onProgress = ({ table }: { table: string }) => {
      if (table === "bag") throw cause;
    };
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error.message).toBe('migrateDomain("d"): onProgress threw: enough');
    expect(error.cause).toBe(cause);
    await expectUnchanged(store, tables);
  });

  test("whose onProgress lets a StoreError out is undone, and throws that very error", async () => {
    await using store = open();
    const tables = await fill(store);
    const reason = new StoreError("STORE_LOCKED", "mine");
    const onProgress = () => {
      throw reason;
    };
    const error = await failure("STORE_LOCKED", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error).toBe(reason);
    await expectUnchanged(store, tables);
  });

  test.each<[string, (store: Store<"async">, table: AnyTable) => unknown, string]>([
    ["inserts", (_store, table) => table.insert(["k", 1]), 'table "set" was written to meanwhile'],
    ["inserts many", (_s, table) => table.insertMany([["k"]]), "was written to meanwhile"],
    ["inserts new", (_s, table) => table.insertNew(["k"]), "was written to meanwhile"],
    ["takes", (_s, table) => table.take("a"), "was written to meanwhile"],
    ["deletes", (_s, table) => table.delete("a"), "was written to meanwhile"],
    ["deletes an object", (_s, table) => table.deleteObject(["a"]), "was written to meanwhile"],
    ["deletes all", (_s, table) => table.deleteAllObjects(), "was written to meanwhile"],
    ["replaces", (_s, table) => table.replace(["a"], ["a"]), "was written to meanwhile"],
    ["counts", (_s, table) => table.updateCounter("b", 1), "was written to meanwhile"],
    ["deletes what matches", (_s, table) => table.matchDelete(["a"]), "was written to meanwhile"],
    ["closes the table", (_s, table) => table.close(), "the table is closed"],
    [
      "configures the domain",
      (store) => store.configureDomain("d", { adapter: source, options: { at: 3 } }),
      "the domain was configured anew meanwhile",
    ],
  ])("whose onProgress %s is undone", async (_what, act, message) => {
    await using store = open();
    const tables = await fill(store);
    const acted: unknown[] = [];
    const onProgress = ({ table }: { table: string }) => {
      if (table === "set") acted.push(act(store, tables[0] as AnyTable));
    };
    const outcome = await attempt(() =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    await Promise.all(acted);
    expect(outcome).toBeInstanceOf(StoreError);
    expect((outcome as StoreError).message).toContain(message);
    expect(await store.adapterModule("d")).toBe(source);
    expect(await (await store.ensureTable("other", "bag")).size).toBe(4);
    for (const name of TYPES) expect(await contentAt(store, target, name)).toEqual([]);
  });

  test("whose onProgress reads the tables goes on", async () => {
    await using store = open();
    const [set] = await fill(store);
    const read: unknown[] = [];
    const onProgress = () => void read.push(set?.lookup("b"), set?.info());
    await store.migrateDomain("d", { adapter: target }, { onProgress });
    expect((await Promise.all(read)).length).toBe(8);
    expect(await (await store.ensureTable("d", "set")).size).toBe(3);
  });

  test("that is given up ends the adapter's scan", async () => {
    const ended: string[] = [];
    const scan =
      mode === "sync"
        ? function* (): Generator<StoreRecord> {
            try {
              for (let key = 0; ; key++) yield [key];
            } finally {
              ended.push("scan");
            }
          }
        : async function* (): AsyncGenerator<StoreRecord> {
            try {
              for (let key = 0; ; key++) yield [key];
            } finally {
              ended.push("scan");
            }
          };
    const methods = () => ({ scan }) as never;
    const adapter: Adapter =
      mode === "sync" ? arrayAdapter({ methods }) : asyncArrayAdapter({ methods });
    await using store = storeOf(mode, adapter);
    await store.ensureTable("d", "t");
    const onProgress = () => {
      throw new Error("enough");
    };
    await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(ended).toEqual(["scan"]);
  });

  test("after one that failed moves the domain", async () => {
    await using store = open();
    await fill(store);
    const onProgress = () => {
      throw new Error("not now");
    };
    await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(await store.migrateDomain("d", { adapter: target })).toHaveLength(4);
    expect(await (await store.ensureTable("d", "bag")).size).toBe(4);
  });

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
        await expectUnchanged(store, [table], adapter as never);
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
    expect(notes).toEqual(TYPES.flatMap((type) => [`insert ${type}`, `sync ${type}`]));
  });
});

describe("migrateDomain in a sync store", () => {
  const [source, target] = [arrayAdapter({ name: "source" }), arrayAdapter({ name: "target" })];

  test("to an async adapter throws STORE_INVALID_ADAPTER", async () => {
    await using store = storeOf("sync", source);
    await failure("STORE_INVALID_ADAPTER", () =>
      store.migrateDomain("d", { adapter: asyncArrayAdapter() }),
    );
    expect(await store.adapterModule("d")).toBe(source);
  });

  test.each<[string, (store: Store<"async">) => unknown]>([
    ["opens a table of the domain", (store) => store.ensureTable("d", "new")],
    ["opens a table that is being moved", (store) => store.ensureTable("other", "bag")],
    ["migrates another domain", (store) => store.migrateDomain("other", { adapter: target })],
    ["closes a table by name", (store) => store.closeTable("bag")],
    ["closes the store", (store) => store.close()],
  ])("whose onProgress %s refuses that", async (_what, act) => {
    await using store = storeOf("sync", source);
    await fill(store);
    const onProgress = () => void act(store);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error.message).toContain('domain "d" is being migrated');
    expect(await store.adapterModule("d")).toBe(source);
    expect(await store.migrateDomain("d", { adapter: target })).toHaveLength(4);
  });

  test("whose onProgress opens a table of another name goes on", async () => {
    await using store = storeOf("sync", source);
    await fill(store);
    const onProgress = () => void store.ensureTable("other", "theirs");
    expect(await store.migrateDomain("d", { adapter: target }, { onProgress })).toHaveLength(4);
  });
});

describe("migrateDomain in an async store", () => {
  const make = () => {
    const injector = new FaultInjector();
    return {
      injector,
      source: injector.adapter("async", "source"),
      target: injector.adapter("async", "target"),
    };
  };

  /** Two tables of two records: the moments of their migration are few enough to try them all. */
  const fillTwo = (store: Store<"async">) => fill(store, "d", ["bag", "ordered_set"], [[1], [2]]);

  /** Lets `count` microtasks pass. */
  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await undefined;
  }

  /** How many turns a migration of {@link fillTwo} takes, and some more. */
  async function length(): Promise<number> {
    const { source, target } = make();
    await using store = storeOf("async", source);
    await fillTwo(store);
    let isOver = false;
    const migrated = store.migrateDomain("d", { adapter: target }).then(() => {
      isOver = true;
    });
    let count = 0;
    for (; !isOver; count++) await undefined;
    await migrated;
    return count + 20;
  }

  test("loses no write that was acknowledged, whenever it comes", async () => {
    const outcomes = { migrated: 0, undone: 0, closed: 0 };
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      const tables = await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: target }));
      await turns(turn);
      const table = tables[turn % 2] as AnyTable;
      const written = await attempt(() => table.insert(["late", turn]));
      if ((await migrated) instanceof StoreError) outcomes.undone++;
      else outcomes.migrated++;
      const now = await store.ensureTable("d", table.name);
      if (written instanceof StoreError) {
        expect(written.code).toBe("STORE_TABLE_CLOSED");
        outcomes.closed++;
      } else {
        expect(await now.lookup("late")).toEqual([["late", turn]]);
      }
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
  });

  test("and ensureTable at any time: what is written to the handle stays, or it is closed", async () => {
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      await fillTwo(store);
      const opened = turn % 2 === 0 ? store.ensureTable("d", "new") : undefined;
      const migrated = store.migrateDomain("d", { adapter: target });
      await turns(turn);
      const table = await (opened ?? store.ensureTable("d", "new"));
      const written = await attempt(() => table.insert(["k"]));
      await attempt(() => migrated);
      const now = await store.ensureTable("d", "new");
      if (!(written instanceof StoreError)) expect(await now.lookup("k")).toEqual([["k"]]);
      else expect(written.code).toBe("STORE_TABLE_CLOSED");
      if (opened === undefined) expect(now).toBe(table);
    }
  });

  test("and ensureTable that waits for a closing table goes to where the domain is", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    const table = await store.ensureTable("d", "t");
    await table.insert(["k"]);
    const closed = table.close();
    const opened = store.ensureTable("d", "t");
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "t", records: 1 },
    ]);
    await closed;
    await failure("STORE_TABLE_CLOSED", async () => (await opened).size);
    expect(await (await store.ensureTable("d", "t")).lookup("k")).toEqual([["k"]]);
  });

  test("and ensureTable of the same name elsewhere gets the whole table or the old one", async () => {
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      await fillTwo(store);
      await store.configureDomain("there", { adapter: target });
      const migrated = attempt(() => store.migrateDomain("d", { adapter: target }));
      await turns(turn);
      const theirs = await store.ensureTable("there", "bag");
      const others = await store.ensureTable("other", "bag");
      const moved = !((await migrated) instanceof StoreError);
      expect(await theirs.size).toBe(moved ? 2 : 0);
      expect(await others.size).toBe(2);
      expect((await store.adapterModule("d")) === target).toBe(moved);
    }
  });

  test("and close of the store at any time: all is closed, the domain whole in one place", async () => {
    const end = await length();
    const outcomes = new Set<boolean>();
    for (let turn = 0; turn < end; turn++) {
      const { injector, source, target } = make();
      const left = new Map<string, number>();
      const counting = countingAtClose(target, left);
      const store = storeOf("async", source);
      await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: counting }));
      await turns(turn);
      await store.close();
      const outcome = await migrated;
      outcomes.add(outcome instanceof StoreError);
      expect([...injector.open]).toEqual([]);
      if (outcome instanceof StoreError) expect(outcome.code).toBe("STORE_TABLE_CLOSED");
      const sizes = outcome instanceof StoreError ? [0, 0] : [2, 2];
      expect([left.get("bag") ?? 0, left.get("ordered_set") ?? 0]).toEqual(sizes);
    }
    expect(outcomes.size).toBe(2);
  });

  /** The adapter, noting how many records a table has when it is closed. */
  function countingAtClose(adapter: Adapter<ArrayOptions>, left: Map<string, number>): Adapter {
    return {
      ...adapter,
      async open(options, toolkit) {
        const backend = await adapter.open(options, toolkit);
        return {
          ...backend,
          async openTable(domain, name, type) {
            const table = await backend.openTable(domain, name, type);
            const close = async () => {
              left.set(name, await table.size());
              await table.close();
            };
            return { ...table, close };
          },
        };
      },
    };
  }

  test("called twice at once goes one after the other", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    await fillTwo(store);
    const results = await Promise.all([
      store.migrateDomain("d", { adapter: target, options: { at: 1 } }),
      store.migrateDomain("d", { adapter: target, options: { at: 2 } }),
      store.migrateDomain("other", { adapter: target }),
    ]);
    expect(results.map((tables) => tables.length)).toEqual([2, 2, 0]);
    expect((await store.domainConfig("d")).options).toEqual({ at: 2 });
    expect(await (await store.ensureTable("d", "bag")).size).toBe(2);
    expect(await contentAt(store, target, "bag", { at: 1 })).toHaveLength(2);
  });

  test("waits for a table that is being opened, and leaves out one that doesn't open", async () => {
    const { injector, source, target } = make();
    await using store = storeOf("async", source);
    await store.ensureTable("d", "first");
    injector.arm((call) => call === 1);
    const failing = store.ensureTable("d", "failing");
    const opening = store.ensureTable("d", "opening");
    const migrated = store.migrateDomain("d", { adapter: target });
    const elsewhere = store.ensureTable("other", "first");
    await failure("STORE_IO", () => failing);
    await opening;
    expect((await migrated).map(({ table }) => table)).toEqual(["first", "opening"]);
    expect((await (await elsewhere).info()).adapter).toBe("source");
  });

  test("takes along writes that were called before it and wait in the queue", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    const writes = Array.from({ length: 200 }, (_unused, key) => table.insert([-key]));
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "t", records: 200 },
    ]);
    await Promise.all(writes);
  });

  test("and close of a table at any time: moved, or undone without a rest", async () => {
    const end = await length();
    const outcomes = new Set<boolean>();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      const [table] = await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: target }));
      await turns(turn);
      await table?.close();
      const moved = !((await migrated) instanceof StoreError);
      outcomes.add(moved);
      expect(await (await store.ensureTable("d", "bag")).size).toBe(2);
      expect(await contentAt(store, target, "bag")).toHaveLength(moved ? 2 : 0);
    }
    expect(outcomes.size).toBe(2);
  });

  test("and closeTable by name waits for its end", async () => {
    const durable = (name: string) =>
      asyncArrayAdapter({
        name,
        capabilities: { durable: true },
        methods: () => ({ sync: async () => {} }),
      });
    for (let turn = 0; turn < 100; turn++) {
      const [source, target] = [durable("source"), durable("target")];
      await using store = storeOf("async", source);
      await (await store.ensureTable("d", "t")).insertMany([[1], [2]]);
      const migrated = store.migrateDomain("d", { adapter: target });
      const opened = store.ensureTable("d", "t");
      await turns(turn);
      await store.closeTable("t");
      expect(await migrated).toEqual([{ table: "t", records: 2 }]);
      await failure("STORE_TABLE_CLOSED", async () => (await opened).size);
      expect(await (await store.ensureTable("d", "t")).size).toBe(2);
    }
  });
});
