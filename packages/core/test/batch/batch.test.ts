import { describe, expect, test } from "vitest";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { type AnyBatch, openBatching, type Tables } from "../support/batch-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all } from "../support/table-calls.js";

describe.each(MODES)("batch in a store that is %s", (mode) => {
  const open = () => openBatching(mode);

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
});
