import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  _,
  type Adapter,
  type AdapterTable,
  createStore,
  type StoreErrorCode,
  type Table,
  type Toolkit,
} from "../../src/index.js";
import { arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, storeOf } from "../support/mode.js";

type MethodName = Exclude<
  keyof AdapterTable,
  "type" | "freshRecords" | "snapshot" | "expire" | "expiresAt"
>;

/** A call for each method that comes to that method. */
const CALLS: Record<MethodName, (table: Table) => unknown> = {
  lookup: (table) => table.lookup(1),
  insertMany: (table) => table.insertMany([[1, 1]]),
  delete: (table) => table.delete(1),
  deleteObjects: (table) => table.deleteObject([1, 1]),
  deleteAllObjects: (table) => table.deleteAllObjects(),
  size: (table) => table.size,
  first: (table) => table.first(),
  last: (table) => table.last(),
  next: (table) => table.next(1),
  prev: (table) => table.prev(1),
  close: (table) => table.close(),
  insert: (table) => table.insert([1, 1]),
  member: (table) => table.member(1),
  take: (table) => table.take(1),
  insertNew: (table) => table.insertNew([2, 1]),
  update: (table) => table.replace([1, 1], [1, 2]),
  updateCounter: (table) => table.updateCounter(1, 1),
  scan: (table) => all(table.records()),
  scanKeys: (table) => all(table.keys()),
  matchObject: (table) => table.matchObject([_, 1]),
  sync: (table) => table.sync(),
  flushCounters: (table) => table.flushCounters(),
  usage: (table) => table.info(),
  lookupMany: (table) => table.lookupMany([1]),
  deleteMany: (table) => table.deleteMany([1]),
  replace: (table) => table.replace([1, 1], [1, 2]),
  append: (table) => table.append(null as never, 1),
  firstLookup: (table) => table.firstLookup(),
  lastLookup: (table) => table.lastLookup(),
  nextLookup: (table) => table.nextLookup(1),
  prevLookup: (table) => table.prevLookup(1),
  count: (table) => table.count({ limit: 5 }),
  deleteRange: (table) => table.deleteRange({ gte: 1 }),
  matchDelete: (table) => table.matchDelete([_, 1]),
};
const METHODS = Object.keys(CALLS) as MethodName[];

/** Those that only an ordered_set has. */
const ORDERED: ReadonlySet<MethodName> = new Set(["append", "deleteRange"]);

/** More calls that come to a method in the course of something else. */
const DETOURS: [string, MethodName, (table: Table) => unknown][] = [
  ["insert by insertMany", "insertMany", (table) => table.insert([1, 1])],
  ["insertNew by lookup", "lookup", (table) => table.insertNew([2, 1])],
  ["insertNew by insertMany", "insertMany", (table) => table.insertNew([2, 1])],
  ["take by delete", "delete", (table) => table.take(1)],
  ["replace by insertMany", "insertMany", (table) => table.replace([1, 1], [1, 2])],
  ["updateElement by lookup", "lookup", (table) => table.updateElement(1, [2, 5])],
  ["updateCounter by lookup", "lookup", (table) => table.updateCounter(1, 1)],
  ["updateCounter's default by insertMany", "insertMany", (t) => t.updateCounter(9, 1, [9, 0])],
  ["matchDelete by deleteObjects", "deleteObjects", (table) => table.matchDelete([_, 1])],
  ["records by first", "first", (table) => all(table.records())],
  ["records by lookup", "lookup", (table) => all(table.records())],
  ["keys by next", "next", (table) => all(table.keys())],
  ["keys by scan", "scan", (table) => all(table.keys())],
  ["foldl by scan", "scan", (table) => table.foldl(() => 0, 0)],
  ["matchObject by scan", "scan", (table) => table.matchObject([_, 1])],
  ["matchObject by lookup", "lookup", (table) => table.matchObject([1, 1])],
  ["next by member", "member", (table) => table.next(7)],
  ["info by size", "size", (table) => table.info()],
];

/** Goes through an iterator of either mode. */
function all(records: Iterable<unknown> | AsyncIterable<unknown>): unknown {
  return Symbol.iterator in records ? [...records] : drain(records);
}

async function drain(records: AsyncIterable<unknown>): Promise<void> {
  for await (const _record of records);
}

/** A store with a table that has the record [1, 1], and one method replaced. */
function tableWith(method: MethodName, replacement: () => unknown): Table {
  const adapter = arrayAdapter({
    methods: (table) => {
      table.insertMany([[1, 1]]);
      return { [method]: replacement };
    },
  });
  const type = ORDERED.has(method) ? "ordered_set" : "set";
  return createStore({ adapter }).ensureTable("d", "t", { type });
}

describe("a sync adapter whose method returns a promise", () => {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  beforeEach(() => {
    rejections.length = 0;
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(rejections).toEqual([]);
  });

  const refused = expect.objectContaining({
    code: "STORE_INVALID_ADAPTER",
    message: expect.stringMatching(
      /the adapter says that it is sync, and returned a (promise|scan)/,
    ),
  });
  const rejecting = () => Promise.reject(new Error("nobody waits for it"));

  test.each(METHODS)("for %s is refused, and its rejection ends nothing", (method) => {
    const table = tableWith(method, rejecting);
    expect(() => CALLS[method](table)).toThrow(refused);
  });

  test.each(DETOURS)("for %s is refused", (_what, method, call) => {
    const table = tableWith(method, rejecting);
    expect(() => call(table)).toThrow(refused);
  });

  test.each(["scan", "scanKeys"] as const)(
    "for the steps of %s: an async scan is refused",
    (method) => {
      const table = tableWith(method, async function* () {
        yield 1;
      });
      expect(() => CALLS[method](table)).toThrow(refused);
    },
  );

  test("for open is refused", () => {
    const adapter = { ...arrayAdapter(), open: rejecting } as unknown as Adapter<object, "sync">;
    const store = createStore({ adapter });
    expect(() => store.ensureTable("d", "t")).toThrow(refused);
  });

  test.each(["openTable", "close"] as const)("for the backend's %s is refused", (method) => {
    const working = arrayAdapter();
    const adapter = {
      ...working,
      open: (options: object, toolkit: Toolkit) => ({
        ...working.open(options as never, toolkit),
        [method]: rejecting,
      }),
    } as unknown as Adapter<object, "sync">;
    const store = createStore({ adapter });
    expect(() => {
      store.ensureTable("d", "t");
      store.close();
    }).toThrow(refused);
  });

  test("in an async store is refused as well", async () => {
    const adapter = arrayAdapter({ methods: () => ({ lookup: rejecting as never }) });
    const table = await createStore({ adapter, mode: "async" }).ensureTable("d", "t");
    const error = await failure("STORE_INVALID_ADAPTER", () => table.lookup(1));
    expect(error.message).toContain("the adapter says that it is sync");
  });
});

describe.each(["sync", "async"] as const)("an adapter that is %s and throws", (mode) => {
  /** A table with the record [1, 1], one of whose methods throws. */
  async function failingTable(
    method: MethodName,
    make: (toolkit: Toolkit) => unknown,
  ): Promise<Table> {
    const isScan = method === "scan" || method === "scanKeys";
    const methods = (table: AdapterTable, _name: string, toolkit: Toolkit): object => {
      void table.insertMany([[1, 1]]);
      const throwing = () => {
        throw make(toolkit);
      };
      return { [method]: mode === "async" && !isScan ? async () => throwing() : throwing };
    };
    const adapter = mode === "sync" ? arrayAdapter({ methods }) : asyncArrayAdapter({ methods });
    const type = ORDERED.has(method) ? "ordered_set" : "set";
    return (await storeOf(mode, adapter).ensureTable("d", "t", { type })) as unknown as Table;
  }

  test.each(METHODS)(
    "from %s: the user sees STORE_IO, the operation, the table and the cause",
    async (method) => {
      const thrown = new Error("the disk is full");
      const table = await failingTable(method, () => thrown);
      const error = await failure("STORE_IO", () => CALLS[method](table));
      expect(error.message).toMatch(/^\w+ on table "t" \(domain "d"\): the disk is full$/);
      expect(error.cause).toBe(thrown);
      expect(error.name).toBe("StoreError");
    },
  );

  test.each(DETOURS)("from %s: the user sees the operation called", async (what, method, call) => {
    const table = await failingTable(method, () => new Error("the disk is full"));
    const error = await failure("STORE_IO", () => call(table));
    const [operation] = what.split(/'| by /);
    expect(error.message).toBe(`${operation} on table "t" (domain "d"): the disk is full`);
  });

  type Made = (toolkit: Toolkit) => unknown;
  const thrown: [string, Made, StoreErrorCode, string, boolean][] = [
    [
      "a coded error",
      () => Object.assign(new Error("held by pid 7"), { code: "STORE_LOCKED" }),
      "STORE_LOCKED",
      "held by pid 7",
      true,
    ],
    ["a coded object", () => ({ code: "STORE_FENCED" }), "STORE_FENCED", "[object Object]", true],
    [
      "an error with a code that isn't ours",
      () => Object.assign(new Error("no space"), { code: "ENOSPC" }),
      "STORE_IO",
      "no space",
      true,
    ],
    [
      "an error with an unknown STORE_ code",
      () => Object.assign(new Error("what"), { code: "STORE_WHAT" }),
      "STORE_IO",
      "what",
      true,
    ],
    ["a string", () => "just text", "STORE_IO", "just text", true],
    ["undefined", () => undefined, "STORE_IO", "undefined", false],
    ["an object with no text", () => Object.create(null), "STORE_IO", "an object", true],
    [
      "toolkit.error without a cause",
      (toolkit) => toolkit.error("STORE_CORRUPT", "block 7 is damaged"),
      "STORE_CORRUPT",
      "block 7 is damaged",
      false,
    ],
  ];
  test.each(thrown)(
    "%s: the user sees its code and text",
    async (_what, make, code, text, isCause) => {
      let made: unknown;
      const table = await failingTable("lookup", (toolkit) => {
        made = make(toolkit);
        return made;
      });
      const error = await failure(code, () => table.lookup(1));
      expect(error.message).toBe(`lookup on table "t" (domain "d"): ${text}`);
      if (isCause) expect(error.cause).toBe(made);
      else expect(error.cause).toBe(undefined);
    },
  );

  test("toolkit.error with a cause: the user sees that cause", async () => {
    const cause = new Error("EIO");
    const table = await failingTable("lookup", (toolkit) =>
      toolkit.error("STORE_IO", "can't read", cause),
    );
    const error = await failure("STORE_IO", () => table.lookup(1));
    expect(error.cause).toBe(cause);
  });

  test("in the middle of a scan: the user has what came before", async () => {
    const scan =
      mode === "sync"
        ? function* () {
            yield [1, 1];
            throw new Error("torn page");
          }
        : async function* () {
            yield [1, 1];
            throw new Error("torn page");
          };
    const adapter =
      mode === "sync"
        ? arrayAdapter({ methods: () => ({ scan: scan as never }) })
        : asyncArrayAdapter({ methods: () => ({ scan: scan as never }) });
    const table = await storeOf(mode, adapter).ensureTable("d", "t");
    const records = table.records();
    expect(await records.next()).toEqual({ done: false, value: [1, 1] });
    const error = await failure("STORE_IO", () => records.next());
    expect(error.message).toBe('records on table "t" (domain "d"): torn page');
  });
});

describe("the functions of the user", () => {
  const table = createStore({ adapter: arrayAdapter() }).ensureTable("d", "t");
  table.insert([1, 1]);

  test("that throw in foldl: STORE_INVALID_OPERATION with the cause", async () => {
    const cause = new TypeError("oops");
    const visit = () => {
      throw cause;
    };
    const error = await failure("STORE_INVALID_OPERATION", () => table.foldl(visit, 0));
    expect(error.message).toBe('foldl on table "t" (domain "d"): fn threw: oops');
    expect(error.cause).toBe(cause);
  });

  test("that let a StoreError out of foldl: that very error", async () => {
    const visit = () => table.updateCounter(9, 1);
    const error = await failure("STORE_KEY_NOT_FOUND", () => table.foldl(visit, 0));
    expect(error.message).toMatch(/^updateCounter on table/);
  });

  test("that throw while insertMany reads them: nothing is inserted", async () => {
    const records = function* () {
      yield [2, 1] as const;
      throw new Error("no more");
    };
    const error = await failure("STORE_INVALID_OPERATION", () => table.insertMany(records()));
    expect(error.message).toContain("the iterable of records threw: no more");
    expect(table.member(2)).toBe(false);
  });

  test("that give insertMany a wrong record: its number and path, and nothing is inserted", async () => {
    const records = [[2], [3, { a: () => 1 }]] as never;
    const error = await failure("STORE_INVALID_RECORD", () => table.insertMany(records));
    expect(error.message).toContain("records[1]: [2].a is a function");
    expect(table.member(2)).toBe(false);
  });

  test.each([undefined, null, 1, {}])("insertMany of %o: STORE_INVALID_RECORD", async (records) => {
    const error = await failure("STORE_INVALID_RECORD", () => table.insertMany(records as never));
    expect(error.message).toContain("expected an iterable of records");
  });

  test("that hand out one array again and again: each state is kept", () => {
    const records = function* () {
      const record: [number, number] = [0, 0];
      for (let key = 10; key < 13; key++) {
        record[0] = key;
        yield record;
      }
    };
    table.insertMany(records());
    expect([10, 11, 12].map((key) => table.member(key))).toEqual([true, true, true]);
  });
});
