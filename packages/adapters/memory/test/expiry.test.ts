import { createStore, type StoreRecord, type TableType } from "@store/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { memoryAdapter } from "../src/index.js";

const NOW = Date.UTC(2026, 0, 1);
const SECOND = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

function tableOf(type: TableType) {
  return createStore({ adapter: memoryAdapter }).ensureTable<StoreRecord>("d", "t", { type });
}

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

describe.each(TYPES)("records of a %s that expire", (type) => {
  test("are there before their moment, and not from it on, for any call", () => {
    const table = tableOf(type);
    table.insertMany([["a"], ["b"], ["c"]], { expiresAt: NOW + SECOND });
    table.insert(["d"]);
    vi.setSystemTime(NOW + SECOND - 1);
    expect([...table.keys()]).toEqual(["a", "b", "c", "d"]);
    vi.setSystemTime(NOW + SECOND);
    expect(table.first()).toBe("d");
    expect(table.last()).toBe("d");
    expect(table.prev("d")).toBeUndefined();
    expect(table.next("d")).toBeUndefined();
    expect([...table.records()]).toEqual([["d"]]);
    expect([...table.keys()]).toEqual(["d"]);
    expect(table.lookup("a")).toEqual([]);
    expect(table.member("b")).toBe(false);
    expect(table.take("c")).toEqual([]);
    expect(table.deleteObject(["c"])).toBe(0);
    expect(table.expiresAt("a")).toBeUndefined();
    expect(table.expire("a", null)).toBe(false);
    expect(table.insertNew(["a", 2])).toBe(true);
    expect(table.size).toBe(2);
  });

  test("are passed over by iterators that were begun when nothing had a moment", () => {
    const table = tableOf(type);
    table.insertMany([["a"], ["b"], ["c"]]);
    const records = table.records();
    const keys = table.keys();
    records.next();
    keys.next();
    table.expire("b", NOW + SECOND);
    vi.setSystemTime(NOW + SECOND);
    expect([...records]).toEqual([["c"]]);
    expect([...keys]).toEqual(["c"]);
  });

  test("leave the table in the background, when nobody asks for them", () => {
    const table = tableOf(type);
    const records = Array.from({ length: 5_000 }, (_, n): StoreRecord => [n]);
    table.insertMany(records, { expiresAt: NOW + SECOND });
    vi.advanceTimersByTime(60 * SECOND);
    expect(vi.getTimerCount()).toBe(0);
    expect(table.size).toBe(0);
  });

  test("stay when they were inserted again without a moment, or got none", () => {
    const table = tableOf(type);
    table.insertMany([["a"], ["b"], ["c"]], { expiresAt: NOW + SECOND });
    table.expire("b", null);
    if (!type.startsWith("duplicate")) table.insert(["a"]);
    vi.setSystemTime(NOW + SECOND);
    expect([...table.keys()]).toEqual(type.startsWith("duplicate") ? ["b"] : ["a", "b"]);
  });

  test("take their moments along when they are deleted", () => {
    const table = tableOf(type);
    table.insert(["a"], { expiresAt: NOW + SECOND });
    table.delete("a");
    table.insert(["a"]);
    table.insert(["b"], { expiresAt: NOW + SECOND });
    table.deleteObject(["b"]);
    table.insert(["b"]);
    vi.setSystemTime(NOW + SECOND);
    expect(table.size).toBe(2);
  });

  test("of a moment that is past were never there", () => {
    const table = tableOf(type);
    table.insert(["a"], { expiresAt: NOW });
    table.insert(["b"], { expiresAt: new Date(NOW - 1) });
    expect([...table.records()]).toEqual([]);
    expect(table.size).toBe(0);
  });

  test("an iterator skips what has become due under it", () => {
    const table = tableOf(type);
    table.insertMany([["a"], ["c"]]);
    table.insert(["b"], { expiresAt: NOW + SECOND });
    const seen: unknown[] = [];
    for (const [key] of table.records()) {
      seen.push(key);
      vi.setSystemTime(NOW + SECOND);
    }
    expect(seen).toEqual(["a", "c"]);
  });
});

test("updateElement and updateCounter leave the moment; replace gives what insert gives", () => {
  const table = createStore({ adapter: memoryAdapter }).ensureTable<[string, number]>("d", "t");
  table.insert(["a", 1], { expiresAt: NOW + SECOND });
  table.updateCounter("a", 1);
  table.updateElement("a", [2, 7]);
  expect(table.expiresAt("a")).toBe(NOW + SECOND);
  table.replace(["a", 7], ["a", 8]);
  expect(table.expiresAt("a")).toBeUndefined();
  table.replace(["a", 8], ["a", 9], { expiresAt: NOW + SECOND });
  vi.setSystemTime(NOW + SECOND);
  expect(table.updateCounter("a", 1, ["a", 0])).toBe(1);
});

test("in a bag an equal record that is inserted again takes the new moment, and the earliest is the key's", () => {
  const table = tableOf("bag");
  table.insert(["k", 1], { expiresAt: NOW + SECOND });
  table.insert(["k", 2], { expiresAt: NOW + 3 * SECOND });
  table.insert(["k", 1], { expiresAt: NOW + 2 * SECOND });
  expect(table.expiresAt("k")).toBe(NOW + 2 * SECOND);
  vi.setSystemTime(NOW + 2 * SECOND);
  expect(table.lookup("k")).toEqual([["k", 2]]);
});

test("deleteRange and count of an ordered_set count what is left", () => {
  const table = createStore({ adapter: memoryAdapter }).ensureTable<[number]>("d", "t", {
    type: "ordered_set",
  });
  for (let n = 0; n < 100; n++) table.insert([n], n % 2 ? { expiresAt: NOW + SECOND } : {});
  vi.setSystemTime(NOW + SECOND);
  expect(table.count({ gte: 10, lt: 20 })).toBe(5);
  expect(table.deleteRange({ gte: 10, limit: 3 })).toBe(3);
  expect(table.deleteRange({ gte: 10, lt: 20 })).toBe(2);
  expect(table.size).toBe(45);
});

test("copyDomain takes moments along", () => {
  const store = createStore({ adapter: memoryAdapter });
  const table = store.ensureTable<StoreRecord>("d", "t", { type: "bag" });
  table.insert(["k", 1], { expiresAt: NOW + SECOND });
  table.insert(["k", 2]);
  const target = { ...memoryAdapter, name: "other" };
  const copies = store.copyDomain("d", { adapter: target });
  expect(copies).toEqual([{ table: "t", records: 2 }]);
  store.migrateDomain("d", { adapter: target });
  const moved = store.ensureTable<StoreRecord>("d", "t");
  expect(moved.expiresAt("k")).toBe(NOW + SECOND);
  vi.setSystemTime(NOW + SECOND);
  expect(moved.lookup("k")).toEqual([["k", 2]]);
});
