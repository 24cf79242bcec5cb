import { createStore, type StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { memoryAdapter } from "../src/index.js";

function open(type: "set" | "ordered_set") {
  return createStore({ adapter: memoryAdapter }).ensureTable("tests", type, { type });
}

/** One of each shape in which a record may be kept. */
const SHAPES: StoreRecord[] = [
  ["key"],
  ["key", undefined],
  ["key", null],
  ["key", -0],
  ["key", 1.5],
  ["key", "text"],
  ["key", ["key", 1]],
  ["key", new Map([["a", [1]]])],
  ["key", undefined, undefined],
  ["key", 1, new Date(1), { a: [1] }],
];

for (const type of ["set", "ordered_set"] as const) {
  test(`a record of any shape replaces one of any other, and is found, in a ${type}`, () => {
    const table = open(type);
    for (const before of SHAPES) {
      for (const record of SHAPES) {
        table.insert(before);
        table.insert(record);
        expect(table.lookup("key")).toStrictEqual([record]);
        expect([...table.records()]).toStrictEqual([record]);
        expect(table.insertNew(before)).toBe(false);
        expect(table.replace(record, before)).toBe(true);
        expect(table.take("key")).toStrictEqual([before]);
        expect([table.lookup("key"), table.size]).toEqual([[], 0]);
      }
    }
  });

  test(`elements go from one kind to another, and records from few to many, in a ${type}`, () => {
    const table = open(type);
    table.insertMany([
      ["key", 1],
      ["long", 1, 2],
    ]);
    expect(table.updateElement("key", [2, undefined])).toBe(true);
    expect(table.lookup("key")).toStrictEqual([["key", undefined]]);
    expect(table.updateElement("key", [2, { at: new Date(1) }])).toBe(true);
    const [[, read]] = table.lookup("key") as [[string, { at: Date }]];
    read.at.setTime(9);
    expect(table.lookup("key")).toStrictEqual([["key", { at: new Date(1) }]]);
    expect(table.updateElement("key", [2, 0.5])).toBe(true);
    expect(() => table.updateCounter("key", 1)).toThrow("element 2 is no integer");
    expect(table.updateCounter("long", [3, 5])).toBe(7);
    expect(table.lookup("long")).toEqual([["long", 1, 7]]);
  });

  test(`counters count while others are deleted, and holes close, in a ${type}`, () => {
    const table = open(type);
    for (let key = 0; key < 200; key++) table.insert([key, key]);
    for (let key = 0; key < 200; key++) if (key % 5 !== 0) table.delete(key);
    for (let key = 0; key < 200; key += 5) expect(table.updateCounter(key, 1)).toBe(key + 1);
    const counted = Array.from({ length: 40 }, (_, index) => [index * 5, index * 5 + 1]);
    expect([...table.records()]).toEqual(counted);
  });

  test(`no reader shares a record, a key or what is mutable with another, in a ${type}`, () => {
    const table = open(type);
    const record = () => [["a", Uint8Array.of(1)], { at: new Date(1) }] as const;
    table.insert(record());
    const [key] = record();
    for (const read of [
      () => table.lookup(key)[0],
      () => [...table.records()][0],
      () => table.matchObject(record())[0],
      () => table.foldl<unknown>((found) => found, undefined),
    ]) {
      const [[, bytes], value] = read() as unknown as ReturnType<typeof record>;
      bytes[0] = 9;
      value.at.setTime(9);
      expect(table.lookup(key)).toStrictEqual([record()]);
    }
  });
}
