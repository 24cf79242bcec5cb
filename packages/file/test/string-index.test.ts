import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StringIndex } from "../src/string-index.js";

/** An index over a row of keys, as a directory keeps it, beside a Map that says what it should say. */
class Row {
  readonly keys: (string | undefined)[] = [];
  readonly expected = new Map<string, number>();
  readonly index: StringIndex;

  constructor(hashOf?: (key: string) => number) {
    this.index = new StringIndex(this.keys, hashOf);
  }

  add(key: string): void {
    const slot = this.keys.length;
    expect(this.index.findOrAdd(key, slot)).toBe(this.expected.get(key) ?? -1);
    if (this.expected.has(key)) return;
    this.expected.set(key, slot);
    this.keys.push(key);
  }

  remove(key: string): void {
    const slot = this.expected.get(key);
    if (slot === undefined) return;
    this.index.remove(key);
    this.expected.delete(key);
    this.keys[slot] = undefined;
  }

  moveToEnd(key: string): void {
    const from = this.expected.get(key);
    if (from === undefined) return;
    const to = this.keys.push(key) - 1;
    this.index.move(key, from, to);
    this.expected.set(key, to);
    this.keys[from] = undefined;
  }

  check(keys: Iterable<string>): void {
    for (const key of keys) expect(this.index.find(key)).toBe(this.expected.get(key) ?? -1);
  }
}

const names = Array.from({ length: 60 }, (_, number) => `${number}`);

describe.each<[string, ((key: string) => number) | undefined]>([
  ["its own hash", undefined],
  ["one hash for all", () => 7],
  ["a hash at the end of the table for all", () => -1],
  ["few hashes", (key) => -(Number(key) % 5)],
])("with %s, an index", (_name, hashOf) => {
  test("says what a Map does", () => {
    const step = fc.tuple(
      fc.constantFrom("add", "add", "remove", "moveToEnd"),
      fc.constantFrom(...names),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const row = new Row(hashOf);
        for (const [call, key] of steps) {
          row[call as "add" | "remove" | "moveToEnd"](key);
          row.check([key]);
        }
        row.check(names);
        row.index.clear();
        for (const name of names) expect(row.index.find(name)).toBe(-1);
      }),
    );
  });
});

test("it grows with its keys, and gets smaller again", () => {
  const row = new Row();
  expect(row.index.bytes).toBe(0);
  const many = Array.from({ length: 10_000 }, (_, number) => `key ${number}`);
  for (const key of many) row.add(key);
  row.check(many);
  expect(row.index.bytes).toBe(2 ** 14 * 8);
  for (const key of many.slice(10)) row.remove(key);
  row.check(many);
  expect(row.index.bytes).toBeLessThan(1_000);
  row.index.clear();
  expect(row.index.bytes).toBe(0);
});

test("strings of any characters and lengths are told apart", () => {
  const row = new Row();
  const keys = ["", "\0", "\0\0", "a", "A", "é", "中", "\ud800", "x".repeat(10_000)];
  for (const key of keys) row.add(key);
  row.check([...keys, "\0\0\0", `${"x".repeat(9_999)}y`]);
});
