import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  _,
  type AdapterTable,
  createStore,
  type StoreRecord,
  type Table,
  type TableType,
} from "../../src/index.js";
import {
  type ArrayAdapterSettings,
  arrayAdapter,
  asyncArrayAdapter,
} from "../support/array-adapter.js";
import { failure } from "../support/mode.js";
import { choices } from "../support/stored-value.js";

type AsyncTable = Table<StoreRecord, "async">;
const TYPES: TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** A table of an adapter that has the mandatory methods only, each as slow as chance will have it. */
async function slowTable(
  seed: number,
  type: TableType = "set",
  settings?: ArrayAdapterSettings<"async">,
): Promise<AsyncTable> {
  const choose = choices(seed);
  const adapter = asyncArrayAdapter(settings, () => choose(5));
  return createStore({ adapter }).ensureTable("d", "t", { type });
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_value, index) => make(index));

describe.each(SEEDS)("an async adapter with the mandatory methods only, delays %i", (seed) => {
  test("updateCounter by many callers counts each, and tells each another value", async () => {
    const table = await slowTable(seed);
    await table.insert(["hits", 0]);
    const values = await Promise.all(times(30, () => table.updateCounter("hits", 1)));
    expect(values.map(Number).sort((a, b) => a - b)).toEqual(times(30, (index) => index + 1));
    expect(await table.lookup("hits")).toEqual([["hits", 30]]);
  });

  test("updateCounter with a default by many callers inserts it once and counts each", async () => {
    const table = await slowTable(seed, "ordered_set");
    const values = await Promise.all(times(20, () => table.updateCounter("h", 1, ["any", 100])));
    expect(new Set(values).size).toBe(20);
    expect(await table.lookup("h")).toEqual([["h", 120]]);
  });

  test("updateCounter with a default, while others delete its key, loses no caller", async () => {
    const table = await slowTable(seed);
    const calls = times(10, () => [table.updateCounter("h", 1, ["h", 0]), table.take("h")]).flat();
    const results = await Promise.all(calls);
    const counted = results.filter((result) => typeof result === "number");
    const taken = results.flatMap((result) => (Array.isArray(result) ? result : []));
    const left = await table.lookup("h");
    const sum = [...taken, ...left].reduce((total, [, count]) => total + Number(count), 0);
    expect(counted).toHaveLength(10);
    expect(sum).toBe(10);
  });

  test.each(TYPES)("insertNew of one key by many callers into a %s works for one", async (type) => {
    const table = await slowTable(seed, type);
    const won = await Promise.all(times(10, (index) => table.insertNew(["key", index])));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await table.lookup("key")).toEqual([["key", won.indexOf(true)]]);
  });

  test("insertNewMany of lists that overlap is all or nothing", async () => {
    const table = await slowTable(seed);
    const lists = times(6, (index) => [
      [index, "from", index] as const,
      [index + 1, "from", index] as const,
    ]);
    const won = await Promise.all(lists.map((list) => table.insertNewMany(list)));
    const expected = lists.filter((_list, index) => won[index]).flat();
    expect(await table.matchObject([_, "from", _])).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
  });

  test.each(TYPES)(
    "take of one key by many callers from a %s gives one the records",
    async (type) => {
      const table = await slowTable(seed, type);
      await table.insert(["key", 1]);
      const taken = await Promise.all(times(10, () => table.take("key")));
      expect(taken.flat()).toEqual([["key", 1]]);
    },
  );

  test("replace of one record by many callers works for one", async () => {
    const table = await slowTable(seed);
    await table.insert(["key", "old"]);
    const won = await Promise.all(
      times(10, (index) => table.replace(["key", "old"], ["key", index])),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await table.lookup("key")).toEqual([["key", won.indexOf(true)]]);
  });

  test("updateElement of other elements by many callers keeps every change", async () => {
    const table = await slowTable(seed);
    await table.insert(["key", 0, 0, 0, 0]);
    await Promise.all(times(4, (index) => table.updateElement("key", [index + 2, "new"])));
    expect(await table.lookup("key")).toEqual([["key", "new", "new", "new", "new"]]);
  });

  test("matchDelete by many callers counts each record once", async () => {
    const table = await slowTable(seed, "bag");
    await table.insertMany(times(10, (index) => [index % 3, index]));
    const counts = await Promise.all(times(4, () => table.matchDelete([_, _])));
    expect(counts.reduce((total, count) => total + count)).toBe(10);
    expect(await table.size).toBe(0);
  });
});

const key = fc.integer({ min: 0, max: 3 });
const record = fc.tuple(key, fc.integer({ min: 0, max: 2 }));

/** Calls that take their place in the queue once. (A counter with a default may take two.) */
const write = fc.oneof<fc.Arbitrary<[string, (table: Table) => unknown]>[]>(
  record.map((given) => [`insert ${given}`, (table) => table.insert(given)]),
  fc
    .array(record, { maxLength: 3 })
    .map((given) => [`insertMany ${given}`, (table) => table.insertMany(given)]),
  record.map((given) => [`insertNew ${given}`, (table) => table.insertNew(given)]),
  fc
    .array(record, { maxLength: 2 })
    .map((given) => [`insertNewMany ${given}`, (table) => table.insertNewMany(given)]),
  key.map((given) => [`take ${given}`, (table) => table.take(given)]),
  key.map((given) => [`delete ${given}`, (table) => table.delete(given)]),
  record.map((given) => [`deleteObject ${given}`, (table) => table.deleteObject(given)]),
  fc.constant(["deleteAllObjects", (table) => table.deleteAllObjects()]),
  fc
    .tuple(record, record)
    .map(([a, b]) => [`replace ${a} ${b}`, (table) => table.replace(a, [a[0], b[1]])]),
  record.map(([given, value]) => [
    `updateElement ${given} ${value}`,
    (table) => table.updateElement(given, [2, value]),
  ]),
  record.map(([given, value]) => [
    `updateCounter ${given} ${value}`,
    (table) => table.updateCounter(given, value),
  ]),
  record.map(([, value]) => [`matchDelete ${value}`, (table) => table.matchDelete([_, value])]),
);
const read = fc.oneof<fc.Arbitrary<[string, (table: Table) => unknown]>[]>(
  key.map((given) => [`lookup ${given}`, (table) => table.lookup(given)]),
  key.map((given) => [`member ${given}`, (table) => table.member(given)]),
  key.map((given) => [`next ${given}`, (table) => table.next(given)]),
  key.map((given) => [`prev ${given}`, (table) => table.prev(given)]),
  fc.constant(["first", (table) => table.first()]),
  fc.constant(["last", (table) => table.last()]),
  fc.constant(["size", (table) => table.size]),
  fc.constant(["info", (table) => table.info()]),
  key.map((limit) => [`records ${limit}`, (table) => collected(table.records({ limit }))]),
  key.map((limit) => [`keys ${limit}`, (table) => collected(table.keys({ limit }))]),
  fc.constant(["foldl", (table) => table.foldl((one, all) => [...all, one], [] as unknown[])]),
  record.map((given) => [`matchObject ${given}`, (table) => table.matchObject(given)]),
  record.map(([limit, value]) => [
    `matchObject _ ${value} ${limit}`,
    (table) => table.matchObject([_, value], { limit }),
  ]),
);

async function collected<T>(records: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of records) found.push(one);
  return found;
}

/** What came of a call: what it returned, or its error's code. */
const outcome = (result: unknown) =>
  Promise.resolve(result).catch((error: { code: string }) => error.code);

async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe.each(TYPES)("a %s with an adapter that has the mandatory methods only", (type) => {
  test("comes, by writes called all at once, to what they come to one by one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), fc.nat(), async (calls, seed) => {
        const sync = createStore({ adapter: arrayAdapter() }).ensureTable("d", "t", { type });
        const oneByOne: unknown[] = [];
        for (const [, call] of calls) oneByOne.push(await outcomeOf(() => call(sync)));

        const slow = (await slowTable(seed, type)) as unknown as Table;
        const atOnce = await Promise.all(calls.map(([, call]) => outcome(call(slow))));
        expect(atOnce).toEqual(oneByOne);
        expect(await collected(slow.records())).toEqual([...sync.records()]);
      }),
      { numRuns: 60 },
    );
  });

  test("comes to the same in a sync store, an async one, and with an async adapter", async () => {
    const calls = fc.array(fc.oneof(write, read), { maxLength: 25 });
    const named = { name: "array" };
    await fc.assert(
      fc.asyncProperty(calls, async (chosen) => {
        const options = { type };
        const tables: unknown[] = [
          createStore({ adapter: arrayAdapter() }).ensureTable("d", "t", options),
          await createStore({ adapter: arrayAdapter(), mode: "async" }).ensureTable(
            "d",
            "t",
            options,
          ),
          await createStore({ adapter: asyncArrayAdapter(named) }).ensureTable("d", "t", options),
        ];
        for (const [, call] of chosen) {
          const [first, ...others] = await Promise.all(
            tables.map((table) => outcomeOf(() => call(table as Table))),
          );
          for (const other of others) expect(other).toEqual(first);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("an operation of several steps", () => {
  test("that changes nothing writes nothing", () => {
    let writes = 0;
    const adapter = arrayAdapter({
      methods: (table) => ({
        insertMany(records) {
          writes++;
          table.insertMany(records);
        },
        delete(key) {
          writes++;
          table.delete(key);
        },
      }),
    });
    const table = createStore({ adapter }).ensureTable("d", "t");
    table.insert(["key", 1]);
    writes = 0;
    table.replace(["key", 2], ["key", 3]);
    table.replace(["key", 1], ["other", 1]);
    table.insertNew(["key", 2]);
    table.insertMany([]);
    table.take("none");
    table.updateElement("none", [2, 1]);
    expect(() => table.updateCounter("none", 1)).toThrow();
    table.matchDelete([_, 9]);
    expect(writes).toBe(0);
  });

  test.each(TYPES)("insertNewMany of one key twice into a %s works for bags only", (type) => {
    const table = createStore({ adapter: arrayAdapter() }).ensureTable("d", "t", { type });
    const keys = [["a", [1n]], "b", ["a", [1n]]];
    const isBag = type.endsWith("bag");
    expect(table.insertNewMany(keys.map((given) => [given]) as never)).toBe(isBag);
    expect(table.member("b")).toBe(isBag);
  });

  test("updateCounter down to 0 returns it, as a number or a bigint", async () => {
    const table = await slowTable(1);
    await table.insert(["key", 1, 1n]);
    expect(await table.updateCounter("key", -1)).toBe(0);
    expect(await table.updateCounter("key", [3, -1])).toBe(0n);
  });
});

describe("the queue of an async adapter's writes", () => {
  test("keeps the order in which they were called", async () => {
    const table = await slowTable(9);
    await Promise.all([
      table.insert(["key", 1]),
      table.deleteAllObjects(),
      table.insert(["key", 2]),
      table.updateElement("key", [2, 3]),
      table.updateCounter("key", 1),
    ]);
    expect(await table.lookup("key")).toEqual([["key", 4]]);
  });

  test("goes on after a write that failed, whether it threw or rejected", async () => {
    let failures = 2;
    const table = await slowTable(1, "set", {
      methods: (working) => ({
        insertMany(records) {
          if (failures === 2) {
            failures--;
            throw new Error("thrown");
          }
          if (failures === 1) {
            failures--;
            return Promise.reject(new Error("rejected"));
          }
          return working.insertMany(records);
        },
      }),
    });
    const calls = times(3, (index) => table.insert(["key", index]));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
    expect(await table.lookup("key")).toEqual([["key", 2]]);
  });

  test("holds up no read", async () => {
    const never = new Promise<void>(() => {});
    const table = await slowTable(1, "ordered_set", {
      methods: () => ({ insertMany: () => never }),
    });
    void table.insert(["stuck"]);
    expect(await table.lookup("key")).toEqual([]);
    expect(await table.size).toBe(0);
    expect(await table.first()).toBe(undefined);
    expect(await collected(table.records())).toEqual([]);
  });
});

describe("an async adapter with atomic operations of its own", () => {
  const atomic = (table: AdapterTable<"async">): Partial<AdapterTable<"async">> => ({
    insertNew: async (records) => {
      await table.insertMany(records);
      return true;
    },
    take: (key) => table.lookup(key),
    update: async () => undefined,
  });
  const scan = async function* (): AsyncGenerator<StoreRecord> {};

  const cases: [string, TableType, (table: AdapterTable<"async">) => object, number][] = [
    ["all three in an ordered_set", "ordered_set", atomic, 4],
    ["all three and scan in a set", "set", (table) => ({ ...atomic(table), scan }), 4],
    ["all three but no scan in a set", "set", atomic, 1],
    [
      "insertNew and take only",
      "ordered_set",
      (table) => ({ ...atomic(table), update: undefined }),
      1,
    ],
    ["none of them", "ordered_set", () => ({}), 1],
  ];
  test.each(cases)("%s, gets so many writes at a time", async (_what, type, methods, atATime) => {
    let running = 0;
    let most = 0;
    const table = await slowTable(3, type, {
      methods: (working) => ({
        ...methods(working),
        async insertMany(records) {
          most = Math.max(most, ++running);
          await working.insertMany(records);
          running--;
        },
      }),
    });
    await Promise.all(times(4, (index) => table.insert([index])));
    expect(most).toBe(atATime);
  });

  test("gets its own methods called, with what core made exact", async () => {
    const seen: unknown[] = [];
    const note =
      (name: string, result: unknown) =>
      async (...args: unknown[]) => {
        seen.push([name, ...args]);
        return result;
      };
    const details = { repaired: { files: 2 } };
    const table = await slowTable(1, "set", {
      methods: () =>
        ({
          insert: note("insert", undefined),
          insertNew: note("insertNew", true),
          member: note("member", true),
          take: note("take", []),
          update: note("update", undefined),
          updateCounter: note("updateCounter", 7),
          matchObject: note("matchObject", []),
          sync: note("sync", undefined),
          flushCounters: note("flushCounters", undefined),
          usage: note("usage", { memoryBytes: 1, diskBytes: 2, details }),
        }) as object,
    });
    await table.insert([-0]);
    expect(await table.insertNew([1n])).toBe(true);
    expect(await table.insertNewMany([["a"], ["b"]])).toBe(true);
    expect(await table.member("m")).toBe(true);
    expect(await table.take("t")).toEqual([]);
    expect(await table.updateElement("u", [2, 1])).toBe(false);
    expect(await table.updateCounter("c", [3, 2, 9, 0])).toBe(7);
    expect(await table.matchObject(["k", _], { limit: 5 })).toEqual([]);
    await table.sync();
    await table.flushCounters();
    expect(await table.info()).toMatchObject({ memoryBytes: 1, diskBytes: 2, details });
    expect(seen).toEqual([
      ["insert", [0]],
      ["insertNew", [[1n]]],
      ["insertNew", [["a"], ["b"]]],
      ["member", "m"],
      ["take", "t"],
      ["update", "u", expect.any(Function)],
      ["updateCounter", "c", { position: 3, increment: 2, bound: { threshold: 9, setValue: 0 } }],
      ["matchObject", expect.objectContaining({ key: "k" }), 5],
      ["sync"],
      ["flushCounters"],
      ["usage"],
    ]);
  });

  test("may call what update changes more than once", async () => {
    const table = await slowTable(1, "set", {
      methods: (working) => ({
        async update(key, change) {
          const [record] = await working.lookup(key);
          if (record === undefined) return undefined;
          change([key, "somebody else's"]);
          const changed = change(record);
          await working.insertMany([changed]);
          return changed;
        },
      }),
    });
    await table.insert(["key", 1]);
    expect(await table.replace(["key", 1], ["key", 2])).toBe(true);
    expect(await table.updateCounter("key", 1).catch(() => "refused")).toBe("refused");
    expect(await table.updateElement("key", [2, { a: new Date(0) }])).toBe(true);
    expect(await table.lookup("key")).toEqual([["key", { a: new Date(0) }]]);
  });

  test("that neither inserts a counter's default nor finds its key is told so", async () => {
    const table = await slowTable(1, "set", {
      methods: () => ({ insertNew: async () => false }),
    });
    const error = await failure("STORE_INVALID_ADAPTER", () =>
      table.updateCounter("key", 1, ["key", 0]),
    );
    expect(error.message).toContain("neither inserts the default record nor finds its key");
  });
});
