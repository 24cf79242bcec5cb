import type { StoreRecord, Table, TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import { isServerThere } from "./support/server.js";
import { openStore, ownPrefix } from "./support/stores.js";

type AnyTable = Table<StoreRecord, "async">;

const isThere = await isServerThere();

/** A schema that adds one to the second element: what it returns is what is stored. */
const addsOne = {
  "~standard": {
    version: 1 as const,
    vendor: "test",
    validate: (value: unknown) => {
      const [key, count, ...rest] = value as [string, number, ...unknown[]];
      return typeof count === "number"
        ? { value: [key, count + 1, ...rest] as unknown as StoreRecord }
        : { issues: [{ message: "no number", path: [1] }] };
    },
  },
};

const code = (name: string) => expect.objectContaining({ code: name });

describe.skipIf(!isThere)(isThere ? "batches" : "skipped: no Redis answers", () => {
  test("what needs JavaScript is computed on what the operation finds in the batch", async () => {
    const store = openStore();
    const table: AnyTable = await store.ensureTable("d", "t", {
      type: "ordered_set",
      schema: addsOne,
    });
    const plain: AnyTable = await store.ensureTable("d", "plain");
    await table.insert(["a", 1]);
    await plain.insert(["big", 2n ** 70n]);
    const batch = store
      .batch()
      .updateElement(table, "a", [2, 10])
      .updateElement(table, "none", [2, 1])
      .updateElement(table, "default", [2, 20], ["default", 0])
      .updateCounter(table, "a", 5)
      .updateCounter(
        table,
        "counter",
        [
          [2, 1],
          [2, 1],
        ],
        ["counter", 0],
      )
      .updateCounter(plain, "big", 1)
      .append(table, ["log"], 1)
      .append(table, null, 7);
    expect(await batch.commit()).toBe(true);
    expect(batch.results).toEqual([true, false, false, 16, [1, 2], 2n ** 70n + 1n, ["log", 1], 1]);
    expect(await table.lookupMany(["a", "none", "default", "counter", 1, ["log", 1]])).toEqual([
      [["a", 17]],
      [],
      [["default", 21]],
      [["counter", 3]],
      [[1, 8]],
      [[["log", 1], 2]],
    ]);
  });

  test("an error of such an operation changes nothing", async () => {
    const store = openStore();
    const table: AnyTable = await store.ensureTable("d", "t");
    await table.insert(["a", 1]);
    const begun = () => store.batch().insert(table, ["b", 1]).delete(table, "a");
    await expect(begun().updateElement(table, "b", [9, 1]).commit()).rejects.toThrow(
      code("STORE_INVALID_OPERATION"),
    );
    await expect(begun().updateCounter(table, "a", 1).commit()).rejects.toThrow(
      code("STORE_KEY_NOT_FOUND"),
    );
    await expect(begun().updateCounter(table, "a", 1n).commit()).rejects.toThrow(
      code("STORE_KEY_NOT_FOUND"),
    );
    const ordered = await store.ensureTable("d", "o", { type: "ordered_set" });
    await ordered.insert([Number.MAX_SAFE_INTEGER, 1]);
    await expect(begun().append(ordered, null, 1).commit()).rejects.toThrow(
      code("STORE_COUNTER_OVERFLOW"),
    );
    await expect(ordered.append(null, 1)).rejects.toThrow(code("STORE_COUNTER_OVERFLOW"));
    expect(await table.lookupMany(["a", "b"])).toEqual([[["a", 1]], []]);
  });

  test.each<TableType>(["set", "ordered_set", "bag", "duplicate_bag"])(
    "a condition that fails after everything was changed leaves a %s as it was",
    async (type) => {
      const store = openStore();
      const table: AnyTable = await store.ensureTable("d", "t", { type });
      const check = await store.ensureTable("d", "check");
      await table.insert(["a", 1], { expiresAt: 4e12 });
      await table.insertMany([
        ["a", 2],
        ["b", 1],
        ["b", 1],
      ]);
      await table.insert(["c", 3], { expiresAt: 4e12 });
      const before = await Promise.all([
        table.lookupMany(["a", "b", "c", "d"]),
        table.expiresAt("c"),
      ]);
      const batch = store
        .batch()
        .insert(table, ["b", 1], { expiresAt: 4.1e12 })
        .insert(table, ["d", 4])
        .deleteObject(table, ["a", 2])
        .delete(table, "c")
        .deleteAllObjects(table)
        .insertMany(
          table,
          [
            ["a", 7],
            ["e", 5],
          ],
          { expiresAt: 4e12 },
        )
        .insertNew(table, ["f", 5], { expiresAt: 4e12 })
        .deleteAllObjects(table)
        .insert(table, ["c", 9])
        .check(check, "k", ["k", 1]);
      expect(await batch.commit()).toBe(false);
      expect(
        await Promise.all([table.lookupMany(["a", "b", "c", "d"]), table.expiresAt("c")]),
      ).toEqual(before);
      expect(await table.size).toBe(before[0].flat().length);
      expect(await table.deleteObject(["b", 1])).toBe(type === "duplicate_bag" ? 2 : 1);
    },
  );

  test("deleteAllObjects in a batch leaves what comes after it", async () => {
    const store = openStore();
    const table: AnyTable = await store.ensureTable("d", "t", { type: "bag" });
    await table.insertMany([
      ["a", 1],
      ["a", 2],
    ]);
    expect(await store.batch().deleteAllObjects(table).insert(table, ["a", 1]).commit()).toBe(true);
    expect(await table.lookup("a")).toEqual([["a", 1]]);
    expect(await table.size).toBe(1);
  });

  test("a batch that needs JavaScript is sent again where others come between", async () => {
    const store = openStore();
    const table: AnyTable = await store.ensureTable("d", "t");
    await table.insert(["a", 0]);
    const changes = Promise.all(Array.from({ length: 50 }, (_unused, n) => table.insert(["a", n])));
    const batches = Array.from({ length: 20 }, (_unused, n) =>
      store
        .batch()
        .updateElement(table, "a", [2, -n])
        .updateCounter(table, "all", 1, ["all", 0])
        .commit(),
    );
    expect(await Promise.all(batches)).toEqual(batches.map(() => true));
    await changes;
    expect(await table.lookup("all")).toEqual([["all", 20]]);
  });

  test("with a slot for each table the tables of a domain are listed and dropped alike", async () => {
    const prefix = ownPrefix();
    const store = openStore({ prefix, slots: "table" });
    const [one, two]: AnyTable[] = [
      await store.ensureTable("d", "a:b", { type: "bag" }),
      await store.ensureTable("d", "é\ud800", { type: "ordered_set" }),
    ];
    await store
      .batch()
      .insert(one as AnyTable, ["k", 1])
      .insert(two as AnyTable, ["k", 1])
      .commit();
    expect(await store.tables("d")).toEqual([
      { name: "a:b", type: "bag" },
      { name: "é\ud800", type: "ordered_set" },
    ]);
    expect(await openStore({ prefix }).tables("d")).toEqual([]);
    expect(await store.dropTable("d", "a:b")).toBe(true);
    expect(await store.tables("d")).toEqual([{ name: "é\ud800", type: "ordered_set" }]);
    const again: AnyTable = await store.ensureTable("d", "a:b", { type: "set" });
    expect(await again.size).toBe(0);
  });
});
