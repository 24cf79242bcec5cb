import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { StoreError, StoreRecord, Table } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all } from "../support/table-calls.js";

type AnyTable = Table<StoreRecord, "async">;

describe.each(MODES)("batch in a store that is %s", (mode) => {
  const batching = () => arrayAdapterOf(mode, { capabilities: { batches: true, expiry: true } });

  async function open() {
    const store = storeOf(mode, batching());
    const set = await store.ensureTable("d", "set");
    const ordered = await store.ensureTable("d", "ordered", { type: "ordered_set" });
    const bag = await store.ensureTable("other", "bag", { type: "bag" });
    await set.insertMany([
      ["a", 1],
      ["b", { deep: [1] }],
    ]);
    return { store, set, ordered, bag };
  }

  test("does nothing until commit, then all; the tables may be of several domains", async () => {
    await using store = (await open()).store;
    const [set, bag] = [
      await store.ensureTable("d", "set"),
      await store.ensureTable("other", "bag"),
    ];
    const batch = store.batch().insert(set, ["c", 3]).insert(bag, ["x", 1]);
    expect([await set.member("c"), await bag.size]).toEqual([false, 0]);
    expect(batch.results).toBe(undefined);
    expect(await batch.commit()).toBe(true);
    expect([await set.lookup("c"), await bag.lookup("x")]).toEqual([[["c", 3]], [["x", 1]]]);
  });

  test("keeps copies of its arguments, as they were when the call was made", async () => {
    const { store, set } = await open();
    const record: [string, { list: number[] }] = ["c", { list: [1] }];
    const records = [record];
    const batch = store.batch().insert(set, record).insertMany(set, records);
    record[1].list.push(2);
    records.push(["d", { list: [] }]);
    await batch.commit();
    expect(await set.lookup("c")).toEqual([["c", { list: [1] }]]);
    expect(await set.member("d")).toBe(false);
  });

  test("has for results what each call would have returned", async () => {
    const { store, set, ordered, bag } = await open();
    await bag.insertMany([
      ["x", 1],
      ["x", 2],
    ]);
    const batch = store
      .batch()
      .insert(set, ["c", 1])
      .insertMany(set, [["d", 1]])
      .insertNew(set, ["e", 1])
      .insertNewMany(set, [["f", 1]])
      .replace(set, ["a", 1], ["a", 2])
      .check(set, "a", ["a", 2])
      .updateElement(set, "a", [2, 5])
      .updateElement(set, "missing", [2, 5])
      .updateElement(set, "new", [[2, 5]], ["?", 0, 1])
      .updateCounter(set, "a", 1)
      .updateCounter(set, "a", [2, 1, 6, 0])
      .updateCounter(set, "a", [[2, 1]])
      .updateCounter(set, "a", [
        [2, 1],
        [2, 10],
      ])
      .updateCounter(set, "count", 7, ["?", 1])
      .append(ordered, [["log"]][0] as never, "one")
      .append(ordered, ["log"] as never, "two")
      .delete(set, "b")
      .deleteMany(bag, ["x", "y"])
      .deleteObject(bag, ["x", 1])
      .deleteRange(ordered, { prefix: ["log"], limit: 1 })
      .deleteAllObjects(bag);
    expect(await batch.commit()).toBe(true);
    expect(batch.results).toEqual([
      undefined,
      undefined,
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      6,
      0,
      [1],
      [2, 12],
      8,
      ["log", 1],
      ["log", 2],
      undefined,
      2,
      0,
      1,
      undefined,
    ]);
    expect(await all(ordered.records())).toEqual([[["log", 2], "two"]]);
    expect(await set.lookup("new")).toEqual([["new", 5, 1]]);
  });

  test.each<[string, (batch: AnyBatch, tables: Tables) => unknown]>([
    ["insertNew of a key that is there", (b, { set }) => b.insertNew(set, ["a", 9])],
    ["insertNew of a key that the batch put there", (b, { set }) => b.insertNew(set, ["c", 9])],
    ["insertNewMany with such a key", (b, { set }) => b.insertNewMany(set, [["z"], ["a"]])],
    ["insertNewMany with one key twice", (b, { set }) => b.insertNewMany(set, [["z"], ["z"]])],
    ["replace of another record", (b, { set }) => b.replace(set, ["a", 2], ["a", 3])],
    ["replace with another key", (b, { set }) => b.replace(set, ["a", 1], ["z", 3])],
    ["replace of none", (b, { set }) => b.replace(set, ["z", 1], ["z", 3])],
    ["check of another record", (b, { set }) => b.check(set, "b", ["b", { deep: [2] }])],
    ["check that there is none", (b, { set }) => b.check(set, "a", undefined)],
    ["check that there is one", (b, { set }) => b.check(set, "z", ["z"])],
  ])("with a condition that doesn't hold, %s, is false and changes nothing", async (_what, add) => {
    const tables = await open();
    const { store, set, bag } = tables;
    const batch = store.batch().insert(set, ["c", 1]).insert(bag, ["x"]);
    add(batch, tables as never);
    batch.deleteAllObjects(set);
    expect(await batch.commit()).toBe(false);
    expect(batch.results).toBe(undefined);
    expect([await set.size, await bag.size]).toEqual([2, 0]);
  });

  test.each<[string, (batch: AnyBatch, tables: Tables) => unknown, string, string]>([
    [
      "a missing counter",
      (b, { set }) => b.updateCounter(set, "z", 1),
      "STORE_KEY_NOT_FOUND",
      "isn't in the table",
    ],
    [
      "a counter on no integer",
      (b, { set }) => b.updateCounter(set, "b", 1),
      "STORE_INVALID_OPERATION",
      "no integer",
    ],
    [
      "an overflow",
      (b, { set }) => b.updateCounter(set, "a", Number.MAX_SAFE_INTEGER),
      "STORE_COUNTER_OVERFLOW",
      "safe integers",
    ],
    [
      "a position that isn't there",
      (b, { set }) => b.updateElement(set, "a", [4, 1]),
      "STORE_INVALID_OPERATION",
      "no position 4",
    ],
    [
      "no number left",
      (b, { ordered }) =>
        b.insert(ordered, [Number.MAX_SAFE_INTEGER]).append(ordered, null as never, "x" as never),
      "STORE_COUNTER_OVERFLOW",
      "the last safe integer",
    ],
  ])(
    "with an operation that fails, %s, throws and changes nothing",
    async (_what, add, code, words) => {
      const tables = await open();
      const { store, set, bag } = tables;
      const batch = store.batch().insert(set, ["c", 1]).insert(bag, ["x"]);
      add(batch, tables as never);
      const error = await failure(code as "STORE_IO", () => batch.commit());
      expect(error.message).toContain("commit");
      expect(error.message).toContain(words);
      expect([await set.size, await bag.size]).toEqual([2, 0]);
    },
  );

  test.each<[string, (batch: AnyBatch, tables: Tables) => unknown, string]>([
    ["a record that is none", (b, { set }) => b.insert(set, 7 as never), "STORE_INVALID_RECORD"],
    ["a key that is none", (b, { set }) => b.delete(set, Number.NaN), "STORE_INVALID_KEY"],
    [
      "keys that can't be iterated",
      (b, { set }) => b.deleteMany(set, 7 as never),
      "STORE_INVALID_KEY",
    ],
    [
      "a range that is none",
      (b, { ordered }) => b.deleteRange(ordered, 7 as never),
      "STORE_INVALID_OPERATION",
    ],
    [
      "a moment that is none",
      (b, { set }) => b.insert(set, ["k"], { expiresAt: Number.NaN }),
      "STORE_INVALID_OPERATION",
    ],
    [
      "an option that there isn't",
      (b, { set }) => b.insert(set, ["k"], { at: 1 } as never),
      "STORE_INVALID_OPERATION",
    ],
    [
      "a check of another key",
      (b, { set }) => b.check(set, "a", ["b", 1]),
      "STORE_INVALID_OPERATION",
    ],
    ["a check in a bag", (b, { bag }) => b.check(bag, "a", undefined), "STORE_NOT_SUPPORTED"],
    ["replace in a bag", (b, { bag }) => b.replace(bag, ["a"], ["a"]), "STORE_NOT_SUPPORTED"],
    [
      "updateElement in a bag",
      (b, { bag }) => b.updateElement(bag, "a", [2, 1]),
      "STORE_NOT_SUPPORTED",
    ],
    ["updateCounter in a bag", (b, { bag }) => b.updateCounter(bag, "a", 1), "STORE_NOT_SUPPORTED"],
    ["append in a set", (b, { set }) => b.append(set, ["a"] as never, 1), "STORE_NOT_SUPPORTED"],
    ["deleteRange in a set", (b, { set }) => b.deleteRange(set, {}), "STORE_NOT_SUPPORTED"],
    ["no table", (b) => b.insert({} as never, ["k"]), "STORE_INVALID_OPERATION"],
    ["undefined", (b) => b.insert(undefined as never, ["k"]), "STORE_INVALID_OPERATION"],
  ])("given %s throws at once, in both modes, and goes on without it", async (_what, add, code) => {
    const tables = await open();
    const { store, set } = tables;
    const batch = store.batch().insert(set, ["c", 1]);
    expect(() => add(batch, tables as never)).toThrow(expect.objectContaining({ code }));
    expect(() => add(batch, tables as never)).toThrow(/in a batch: /);
    expect(await batch.commit()).toBe(true);
    expect(await set.lookup("c")).toEqual([["c", 1]]);
  });

  test("is spent after commit, whatever that came to", async () => {
    const { store, set } = await open();
    const batches = [
      store.batch(),
      store.batch().insert(set, ["c"]),
      store.batch().insertNew(set, ["a"]),
      store.batch().updateCounter(set, "z", 1),
    ];
    const outcomes = [];
    for (const batch of batches) {
      try {
        outcomes.push(await batch.commit());
      } catch (error) {
        outcomes.push((error as StoreError).code);
      }
      const again = await failure("STORE_INVALID_OPERATION", () => batch.commit());
      expect(again.message).toBe("commit of a batch: the batch was committed, and is spent");
      expect(() => batch.insert(set, ["d"])).toThrow("the batch was committed, and is spent");
    }
    expect(outcomes).toEqual([true, true, false, "STORE_KEY_NOT_FOUND"]);
    expect(batches.map(({ results }) => results)).toEqual([[], [undefined], undefined, undefined]);
    expect(await set.member("d")).toBe(false);
  });

  test("over tables of two backends is refused, naming both", async () => {
    const { store, set } = await open();
    await store.configureDomain("far", { adapter: batching() });
    const far = await store.ensureTable("far", "away");
    const batch = store.batch().insert(set, ["c"]);
    let error: unknown;
    try {
      batch.insert(far, ["k"]);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "STORE_NOT_SUPPORTED" });
    expect((error as StoreError).message).toMatch(/"away" \(domain "far"\).*"set" \(domain "d"\)/);
    expect(await batch.commit()).toBe(true);
  });

  test("over a table of another store, a closed one, or an adapter without batches is refused", async () => {
    const { store, set, ordered } = await open();
    const other = await (await open()).store.ensureTable("d", "set");
    const batch = store.batch();
    expect(() => batch.insert(other, ["k"])).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_OPERATION",
        message: expect.stringContaining("of another store"),
      }),
    );
    await ordered.close();
    expect(() => batch.insert(ordered, ["k"])).toThrow(
      expect.objectContaining({ code: "STORE_TABLE_CLOSED" }),
    );
    await store.configureDomain("plain", { adapter: arrayAdapterOf(mode) });
    const plain = await store.ensureTable("plain", "t");
    expect(() => batch.insert(plain, ["k"])).toThrow(
      expect.objectContaining({
        code: "STORE_NOT_SUPPORTED",
        message: expect.stringContaining("has no batches"),
      }),
    );
    batch.insert(set, ["c"]);
    await set.close();
    await failure("STORE_TABLE_CLOSED", () => batch.commit());
  });

  test("whose changes the adapter can't apply throws what it throws", async () => {
    const adapter = arrayAdapterOf(mode, {
      capabilities: { batches: true },
      onChanges: () => {
        throw new Error("the disk is full");
      },
    });
    const store = storeOf(mode, adapter);
    const table = await store.ensureTable("d", "t");
    const batch = store.batch().insert(table, ["c"]);
    const error = await failure("STORE_IO", () => batch.commit());
    expect(error.message).toBe("commit of a batch: the disk is full");
  });

  describe("with moments", () => {
    beforeEach(() => void vi.useFakeTimers({ now: 1_000, toFake: ["Date"] }));
    afterEach(() => void vi.useRealTimers());

    test("gives records theirs, keeps them in updates, and sees what expired", async () => {
      const { store, set, bag } = await open();
      await set.insert(["c", 1], { expiresAt: 5_000 });
      await set.insert(["gone", 1], { expiresAt: 1_500 });
      const short = await store.ensureTable("d", "short", { expireAfter: 100 });
      vi.setSystemTime(2_000);
      await store
        .batch()
        .insert(set, ["at", 1], { expiresAt: new Date(3_000) })
        .insertNew(set, ["gone", 2])
        .updateCounter(set, "c", 1)
        .updateElement(set, "c", [2, 7])
        .replace(set, ["a", 1], ["a", 2], { expiresAt: 4_000 })
        .insertMany(
          bag,
          [
            ["x", 1],
            ["x", 2],
          ],
          { expiresAt: 3_000 },
        )
        .insert(bag, ["x", 3])
        .insert(bag, ["past"], { expiresAt: 1 })
        .check(set, "past", undefined)
        .insert(short, ["s"])
        .updateCounter(short, "n", 1, ["n", 0])
        .commit();
      const moments = (table: AnyTable, ...keys: string[]) =>
        Promise.all(keys.map((key) => table.expiresAt(key)));
      expect(await moments(set, "at", "gone", "c", "a", "b")).toEqual([
        3_000,
        undefined,
        5_000,
        4_000,
        undefined,
      ]);
      expect(await moments(short, "s", "n")).toEqual([2_100, 2_100]);
      expect(await bag.member("past")).toBe(false);
      vi.setSystemTime(3_000);
      expect(await bag.lookup("x")).toEqual([["x", 3]]);
      expect(await set.member("at")).toBe(false);
      expect(await store.batch().check(set, "at", undefined).commit()).toBe(true);
    });

    test("a record inserted with a moment that is past isn't there for what follows", async () => {
      const { store, set, bag } = await open();
      const batch = store
        .batch()
        .insert(set, ["a", 2], { expiresAt: 500 })
        .insertNew(set, ["a", 3])
        .insertMany(bag, [
          ["x", 1],
          ["x", 2],
        ])
        .insert(bag, ["x", 1], { expiresAt: 1 })
        .deleteMany(bag, ["x"]);
      expect(await batch.commit()).toBe(true);
      expect(batch.results?.at(-1)).toBe(1);
      expect(await set.lookup("a")).toEqual([["a", 3]]);
    });
  });
});

type AnyBatch = ReturnType<ReturnType<typeof storeOf>["batch"]>;
type Tables = Record<"set" | "ordered" | "bag", AnyTable>;
