import type { Key, StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { earliestMoment, keyMoments, recordMoments } from "../src/expiry.js";

/** As bad as a hash may be: records of one length share one. */
const toolkit = {
  compareKeys: (a: Key, b: Key) => Number(show(a) !== show(b)),
  hashRecord: (record: StoreRecord) => record.length,
};

function show(key: Key): string {
  return Array.isArray(key) ? `[${key.map(show)}]` : `${typeof key} ${key}`;
}

test("moments of keys go by content", () => {
  const moments = keyMoments(toolkit);
  expect(moments.set(["run", 1], 100)).toBeUndefined();
  expect(moments.set(["run", 1], 200)).toBe(100);
  expect(moments.get(["run", 1])).toBe(200);
  expect(moments.get(["run", 1n])).toBeUndefined();
  expect(moments.takeDue(200, 10)).toEqual([["run", 1]]);
});

test("moments of records go by the very record, and the earliest is their key's", () => {
  const moments = recordMoments(toolkit);
  const records: StoreRecord[] = [
    ["key", "same"],
    ["key", "same"],
    ["key", "other"],
    ["key", "none"],
  ];
  for (const [at, record] of records.slice(0, 3).entries()) moments.set(record, 300 - at * 100);
  expect(earliestMoment(moments, records)).toBe(100);
  expect(moments.takeDue(200, 10)).toEqual([
    ["key", "other"],
    ["key", "same"],
  ]);
  expect(moments.get(records[0] as StoreRecord)).toBe(300);
  expect(earliestMoment(moments, records)).toBe(300);
  expect(earliestMoment(moments, records.slice(1))).toBeUndefined();
});
