import type { StoreRecord, TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import { MAX_ROWS } from "../src/tables/many-rows.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openBackend } from "./support/open-backend.js";
import { openStore } from "./support/open-store.js";
import { rawDatabase } from "./support/raw-database.js";
import { scratchPath } from "./support/scratch.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

describe.skipIf(!hasSqlite)("tables", () => {
  test("domains lists those that have tables, whatever is in their names", () => {
    const backend = openBackend(scratchPath());
    expect(backend.domains?.()).toEqual([]);
    for (const domain of ["b", "a/\ud800"]) {
      for (const name of ["t", "u"]) backend.openTable(domain, name, "set").close();
    }
    expect(backend.domains?.()).toEqual(["a/\ud800", "b"]);
    for (const name of ["t", "u"]) backend.dropTable("b", name);
    expect(backend.domains?.()).toEqual(["a/\ud800"]);
  });

  test.each(TYPES)("lists longer than a statement takes are all or none: %s", (type) => {
    const table = openStore({ path: scratchPath() }).ensureTable("d", "t", { type });
    const count = 2 * MAX_ROWS + 5;
    const records = Array.from({ length: count }, (_, index): StoreRecord => [index, "x"]);
    const keys = records.map(([key]) => key);
    table.insertMany(records);
    expect(table.size).toBe(count);
    expect(table.lookupMany(keys)).toEqual(records.map((record) => [record]));
    expect(table.insertNewMany([...records.map(([key]) => [[key], 1] as const), [0, 1]])).toBe(
      false,
    );
    expect(table.size).toBe(count);
    expect(table.insertNewMany(records.map(([key]) => [[key], 1] as const))).toBe(true);
    expect(table.size).toBe(2 * count);
    expect(table.deleteMany([...keys, "nobody"])).toBe(count);
    expect(table.size).toBe(count);
    expect([table.lookupMany([]), table.deleteMany([])]).toEqual([[], 0]);
    table.insertMany([]);
    expect(table.size).toBe(count);
  });

  test.each(TYPES)("long records are written, read and gone through one at a time: %s", (type) => {
    const table = openStore({ path: scratchPath() }).ensureTable<[number, Uint8Array]>("d", "t", {
      type,
    });
    const records = Array.from({ length: 20 }, (_, index): [number, Uint8Array] => [
      index,
      new Uint8Array(2 ** 20).fill(index),
    ]);
    table.insertMany(records);
    expect([...table.records()].map(([key, bytes]) => [key, bytes.length, bytes[0]])).toEqual(
      records.map(([key]) => [key, 2 ** 20, key]),
    );
  });

  test("in a bag equal records are one, however long, whatever the order of their parts", () => {
    const table = openStore({ path: scratchPath() }).ensureTable("d", "t", { type: "bag" });
    const long = "x".repeat(10_000);
    table.insertMany([
      ["a", { long, other: 1 }],
      ["a", { other: 1, long }],
      ["a", { other: 2, long }],
      ["b", { long, other: 1 }],
    ]);
    expect(table.lookup("a").map(([, value]) => (value as { other: number }).other)).toEqual([
      1, 2,
    ]);
    expect(table.deleteObject(["a", { other: 1, long }])).toBe(1);
    expect(table.size).toBe(2);
  });

  test("what is read has its properties and entries in the order in which they were written", () => {
    const table = openStore({ path: scratchPath() }).ensureTable("d", "t");
    const map = new Map([
      ["z", 1],
      ["a", 2],
    ]);
    table.insert(["k", { z: 1, a: 2 }, map]);
    const [[, object, stored] = []] = table.lookup("k");
    expect(Object.keys(object as object)).toEqual(["z", "a"]);
    expect([...(stored as typeof map).keys()]).toEqual(["z", "a"]);
    expect(table.replace(["k", { a: 2, z: 1 }, new Map([...map].reverse())], ["k", 1])).toBe(true);
  });

  test("append counts keys of exactly its form, whatever stands between them", () => {
    const table = openStore({ path: scratchPath() }).ensureTable("d", "t", { type: "ordered_set" });
    const { MAX_SAFE_INTEGER } = Number;
    expect(table.append(["r"], 1)).toEqual(["r", 1]);
    table.insertMany([
      [["r", 2.5]],
      [["r", 7n]],
      [["r", 63, null]],
      [["r", 64, ""]],
      [["r", MAX_SAFE_INTEGER + 1]],
      [["r", 2n ** 60n]],
      [["r", "64"]],
      [["s", 9]],
      [8],
    ]);
    expect(table.append(["r"], 1)).toEqual(["r", 2]);
    expect(table.append(null, 1)).toBe(9);
    for (const number of [63, 64, 255, 256, 2 ** 22, 2 ** 38, 2 ** 46, MAX_SAFE_INTEGER - 1]) {
      table.insert([["r", number]]);
      expect(table.append(["r"], 1)).toEqual(["r", number + 1]);
    }
    expect(() => table.append(["r"], 1)).toThrow(/the last number is 9007199254740991/);
  });

  test("an update that others come before is tried again, and makes them wait in the end", () => {
    const path = scratchPath();
    const table = openBackend(path).openTable("d", "t", "set");
    const other = openStore({ path }).ensureTable<[string, number, number]>("d", "t");
    other.insert(["a", 0, 0]);
    for (const [rivals, expected] of [
      [3, ["a", 1, 3]],
      [8, ["a", 2, 11]],
    ] as const) {
      let left = rivals;
      const changed = table.update?.("a", ([key, count, others]) => {
        if (left-- > 0) other.updateCounter("a", [3, 1]);
        return [key, (count as number) + 1, others];
      });
      expect(changed?.slice(0, 2)).toEqual(expected.slice(0, 2));
      expect(other.lookup("a")).toEqual([expected]);
    }
  });

  test("an update that leaves the record as it is writes nothing", () => {
    const path = scratchPath();
    const table = openBackend(path).openTable("d", "t", "set");
    table.insertMany([["a", 1]]);
    // It changes with each commit of another connection.
    const version = rawDatabase(path).prepare("PRAGMA data_version");
    const before = version.get();
    expect(table.update?.("a", (record) => record)).toEqual(["a", 1]);
    expect(version.get()).toEqual(before);
    table.update?.("a", () => ["a", 2]);
    expect(version.get()).not.toEqual(before);
  });

  test("what only sets can do changes nothing in a bag; core doesn't ask for it", () => {
    const bag = openBackend(scratchPath()).openTable("d", "t", "bag");
    bag.insertMany([["a", 1]]);
    expect(bag.update?.("a", () => ["a", 2])).toBe(undefined);
    expect(bag.replace?.(["a", 1], ["a", 2])).toBe(false);
    expect(bag.lookup("a")).toEqual([["a", 1]]);
  });

  test("moments are exact, and records that are past them stay out of the way of all calls", () => {
    const path = scratchPath();
    const table = openStore({ path }).ensureTable("d", "t", { type: "ordered_set" });
    const ahead = Date.now() + 1e9 + 0.125;
    table.insert(["a", 1], { expiresAt: ahead });
    expect(table.expiresAt("a")).toBe(ahead);
    table.insert(["b", 1], { expiresAt: 1e300 });
    expect(table.expiresAt("b")).toBe(1e300);
    table.insertMany(
      [
        ["c", 1],
        ["d", 1],
      ],
      { expiresAt: 1 },
    );
    expect(rows(path, "_store_1")).toBe(4);
    expect([
      table.size,
      table.count(),
      table.count({ gte: "b" }),
      table.count({ limit: 3 }),
    ]).toEqual([2, 2, 1, 2]);
    expect(table.deleteMany(["c", "b"])).toBe(1);
    expect(table.last()).toBe("a");
    expect(
      table.insertNewMany([
        ["c", 2],
        ["d", 2],
      ]),
    ).toBe(true);
    expect(table.deleteRange({ limit: 2, reverse: true })).toBe(2);
    expect([...table.keys()]).toEqual(["a"]);
  });
});

/** How many rows a SQL table has. */
function rows(path: string, sqlName: string): unknown {
  return Object.values(
    rawDatabase(path).prepare(`SELECT count(*) AS count FROM ${sqlName}`).get() ?? {},
  )[0];
}
