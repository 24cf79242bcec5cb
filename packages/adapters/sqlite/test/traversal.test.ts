import type { StoreRecord, TableType } from "@store/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { sqliteAdapter } from "../src/index.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openBackend } from "./support/open-backend.js";
import { openStore } from "./support/open-store.js";
import { scratchPath } from "./support/scratch.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

describe.skipIf(!hasSqlite)("iterators", () => {
  test("in a bag, one goes on within a key of many records, and ends with what is added behind it", () => {
    const table = openStore({ path: scratchPath() }).ensureTable<[string, number]>("d", "t", {
      type: "bag",
    });
    const records = Array.from({ length: 1_000 }, (_, index): [string, number] => ["k", index]);
    table.insertMany(records);
    table.insert(["l", 0]);
    const seen: StoreRecord[] = [];
    for (const record of table.records()) {
      seen.push(record);
      if (record[1] === 500) table.deleteObject(["k", 999]);
      if (record[1] === 501) table.insert(["k", 1_000]);
    }
    const there = records.filter(([, number]) => number !== 999);
    expect(seen).toEqual([...there, ["k", 1_000], ["l", 0]]);
  });

  test.each(TYPES)("one sees at once what its own store changes ahead of it: %s", (type) => {
    const table = openStore({ path: scratchPath() }).ensureTable<[number, string]>("d", "t", {
      type,
    });
    table.insertMany(Array.from({ length: 40 }, (_, index): [number, string] => [index, "old"]));
    const seen: number[] = [];
    for (const [key] of table.records()) {
      seen.push(key);
      table.delete(key + 1);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => 2 * index));
  });

  test("one sees what another store changes, at the latest when its page ends, and stays in order", () => {
    const path = scratchPath();
    const type = "ordered_set";
    const table = openStore({ path }).ensureTable<[number]>("d", "t", { type });
    const other = openStore({ path }).ensureTable<[number]>("d", "t", { type });
    table.insertMany(Array.from({ length: 1_000 }, (_, index): [number] => [2 * index]));
    const keys = table.keys();
    const seen = [keys.next().value];
    other.deleteRange({ gte: 1_000 });
    other.insertMany([[901], [-1]]);
    seen.push(...keys);
    const there = Array.from({ length: 500 }, (_, index) => 2 * index);
    expect(seen).toEqual([...there, 901].sort((a, b) => a - b));
  });

  test("one that nobody goes on with keeps nothing from being written", () => {
    const path = scratchPath();
    const table = openStore({ path }).ensureTable<[number]>("d", "t");
    table.insertMany(Array.from({ length: 1_000 }, (_, index): [number] => [index]));
    const records = table.records();
    records.next();
    openStore({ path, busyTimeout: 0 }).ensureTable<[number]>("d", "t").deleteAllObjects();
    table.insert([1]);
    expect(table.size).toBe(1);
  });

  test("one passes over what expires while it stands still", () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const table = openStore({ path: scratchPath() }).ensureTable<[number]>("d", "t", {
      type: "ordered_set",
    });
    table.insertMany([[1], [2]], { expiresAt: Date.now() + 1_000 });
    table.insertMany([[0], [3]]);
    const keys = table.keys();
    expect(keys.next().value).toBe(0);
    vi.setSystemTime(Date.now() + 1_000);
    expect([...keys]).toEqual([3]);
  });

  test("a table is copied as of one moment while others write to it", () => {
    const path = scratchPath();
    const store = openStore({ path });
    const other = openStore({ path }).ensureTable<[number, string]>("d", "t");
    other.insertMany(Array.from({ length: 2_000 }, (_, index): [number, string] => [index, "old"]));
    const expiresAt = Date.now() + 1e9;
    other.insert([0, "old"], { expiresAt });
    const target = { adapter: sqliteAdapter, options: { path: scratchPath() } };
    let writes = 0;
    const answer = store.copyDomain("d", target, {
      onProgress() {
        other.insert([writes, "new"]);
        other.delete(1_999 - writes++);
      },
    });
    expect(writes).toBeGreaterThan(0);
    expect(answer).toEqual([{ table: "t", records: 2_000 }]);
    const copy = openStore({ path: target.options.path }).ensureTable<[number, string]>("d", "t");
    expect(copy.size).toBe(2_000);
    expect([...copy.records()].every(([, state]) => state === "old")).toBe(true);
    expect(copy.expiresAt(0)).toBe(expiresAt);
    expect(other.lookup(0)).toEqual([[0, "new"]]);
  });

  test("snapshots of a table don't change with it, or with one another, and end with it", () => {
    const table = openBackend(scratchPath()).openTable("d", "t", "ordered_set");
    const snapshots = [1, 2].map((key) => {
      table.insertMany([[key]], [key === 1 ? undefined : 8e15]);
      return table.snapshot?.() ?? [];
    });
    table.deleteAllObjects();
    const first = [[1], undefined];
    const second = [[2], 8e15];
    for (const _again of [1, 2]) {
      expect(snapshots.map((snapshot) => [...snapshot])).toEqual([[first], [first, second]]);
    }
    table.close();
    expect(() => [...(snapshots[0] ?? [])]).toThrow();
  });
});
