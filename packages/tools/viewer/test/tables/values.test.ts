import type { StoreRecord } from "@store/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyValue } from "../../../../text-form/test/support/any-value.js";
import type { ValueNode } from "../../src/protocol.js";
import { previewOf } from "../../src/tables/preview.js";
import { partOf, treeOf } from "../../src/tables/value-tree.js";
import { memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

const textOf = (value: unknown, characters = 200) =>
  previewOf(value, characters)
    .map(([, text]) => text)
    .join("");

describe("a preview", () => {
  test.each([
    ["text", '"text"'],
    ['"\n', '"\\"\\n"'],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [12n, "12n"],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "Invalid Date"],
    [Uint8Array.of(1, 255), "bytes(2) 01 ff"],
    [new Uint8Array(20), "bytes(20) 00 00 00 00 00 00 00 00 00 00 00 00 …"],
    [Float32Array.of(1), "Float32Array(1) 00 00 80 3f"],
    [Uint8Array.of(7).buffer, "ArrayBuffer(1) 07"],
    [new Map<unknown, unknown>([["a", 1n]]), 'Map(1) {"a" → 1n}'],
    [new Set([1, "b"]), 'Set(2) {1, "b"}'],
    [[1, [2, {}]], "[1, [2, {}]]"],
    [{ a: 1, "b c": [] }, '{a: 1, "b c": []}'],
  ])("of %o is %s", (value, expected) => {
    expect(textOf(value)).toBe(expected);
  });

  test("is short, whatever the value, and takes no time for what isn't shown", () => {
    const long = new Array(1_000_000).fill("x".repeat(1_000));
    const values = [long, new Set(long.keys()), "y".repeat(2 ** 28), 7n ** 2_000_000n];
    for (const value of values) {
      const begun = performance.now();
      const text = textOf(value, 100);
      expect(text.length).toBeLessThan(200);
      expect(text).toContain("…");
      expect(performance.now() - begun).toBeLessThan(1_000);
    }
  });

  test("of any value has a text", () =>
    fc.assert(
      fc.property(anyValue, fc.nat(300), (value, characters) => {
        expect(textOf(value, characters + 1).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    ));
});

/** Opens everything, part by part. */
function whole(value: unknown, node: ValueNode, path: readonly number[]): number {
  const size = node.size ?? 0;
  let count = 1;
  if (node.children === undefined && ["array", "object", "map", "set"].includes(node.kind)) {
    return whole(value, partOf(value, path, 0), path);
  }
  let seen = 0;
  for (let part = node; part.children !== undefined; part = partOf(value, path, seen)) {
    for (const { key, keyAt, at, value: inner } of part.children) {
      if (key !== undefined && keyAt !== undefined) count += whole(value, key, [...path, keyAt]);
      count += whole(value, inner, [...path, at]);
      seen++;
    }
    if (seen >= size) break;
  }
  if (node.children !== undefined) expect(seen).toBe(size);
  return count;
}

function nodesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum, each) => sum + nodesIn(each), 1);
  if (value instanceof Map) {
    return [...value].reduce((sum, [key, each]) => sum + nodesIn(key) + nodesIn(each), 1);
  }
  if (value instanceof Set) return [...value].reduce<number>((sum, each) => sum + nodesIn(each), 1);
  const isObject =
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof ArrayBuffer) &&
    !(value instanceof Date);
  if (!isObject) return 1;
  return Object.values(value).reduce<number>((sum, each) => sum + nodesIn(each), 1);
}

describe("a tree", () => {
  test("opened everywhere has every part of any value", () =>
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(whole(value, treeOf(value), [])).toBe(nodesIn(value));
      }),
      { numRuns: 300 },
    ));

  test("of many members comes in parts, all of them once", () => {
    const values = [
      Array.from({ length: 1_234 }, (_each, index) => index),
      new Map(Array.from({ length: 345 }, (_each, index) => [index, [index]])),
      new Set(Array.from({ length: 345 }, (_each, index) => index)),
      Object.fromEntries(Array.from({ length: 345 }, (_each, index) => [`m${index}`, index])),
    ];
    for (const value of values) {
      expect(treeOf(value).children).toHaveLength(100);
      expect(whole(value, treeOf(value), [])).toBe(nodesIn(value));
    }
  });

  test("is no larger than a page takes, however large the value", () => {
    const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => [1, 2, 3]));
    expect(JSON.stringify(treeOf(wide)).length).toBeLessThan(200_000);
    let deep: unknown = 1;
    for (let depth = 0; depth < 500; depth++) deep = [deep];
    const path = new Array<number>(400).fill(0);
    expect(partOf(deep, path, 0).kind).toBe("array");
  });

  test("of bytes and texts comes in parts that are put together", () => {
    const bytes = Uint8Array.from({ length: 10_000 }, (_each, index) => index & 255);
    let read = Buffer.alloc(0);
    while (read.length < bytes.length) {
      const part = partOf([1, bytes], [1], read.length);
      read = Buffer.concat([read, Buffer.from(part.base64 ?? "", "base64")]);
    }
    expect(read.equals(bytes)).toBe(true);
    const text = "aé😀\ud800".repeat(6_000);
    let written = "";
    while (written.length < text.length) written += partOf([text], [0], written.length).text;
    expect(written).toBe(text);
  });
});

test("a record tells when it expires, and in a bag each tells its own moment", async () => {
  const store = memoryStore();
  const set = store.ensureTable<StoreRecord>("d", "set");
  const bag = store.ensureTable<StoreRecord>("d", "bag", { type: "bag" });
  const moment = Date.now() + 100_000;
  set.insert([1], { expiresAt: moment });
  bag.insert([1, "a"], { expiresAt: moment + 1 });
  bag.insert([1, "b"]);
  const viewing = await Viewing.of(store);
  const record = (table: string, nth: number) =>
    viewing.get("record", { table: named(table), key: "1", nth });
  expect((await record("set", 0)).expiresAt).toBe(moment);
  expect((await record("bag", 0)).expiresAt).toBe(moment + 1);
  expect((await record("bag", 1)).expiresAt).toBeUndefined();
  expect(await record("bag", 1)).toMatchObject({ nth: 1, count: 2, text: '[1,"b"]' });
});

test("what is too long to be edited comes as a tree alone", async () => {
  const store = memoryStore();
  store.ensureTable<StoreRecord>("d", "t").insertMany([
    [1, new Uint8Array(1_000_000)],
    [2, "x".repeat(300_000)],
    [3, new Array(300_000).fill(0)],
    [4, "short"],
  ]);
  const viewing = await Viewing.of(store);
  for (const key of ["1", "2", "3"]) {
    const record = await viewing.get("record", { table: named("t"), key });
    expect(record.text).toBeUndefined();
    expect(JSON.stringify(record).length).toBeLessThan(100_000);
  }
  expect((await viewing.get("record", { table: named("t"), key: "4" })).text).toBe('[4,"short"]');
});
