import type { Key } from "@store/core";
import { expect, test } from "vitest";
import { readCommonKey, readCommonRecord } from "../src/common-reader.js";
import { encodeKey, encodeRecord } from "../src/record-codec.js";

const integers = [0, 127, 200, 60_000, 2 ** 31, -1, -100, -1_000, -100_000];
const bigints = [1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n];
const others = [null, false, true, 1.5, "", "short", "long".repeat(20), new Uint8Array([1, 2])];
const keys: Key[] = [...integers, ...bigints, ...others, ["a", 1, [2n]]];

test("a key of each kind is read as it was written, and not if it is cut off", () => {
  for (const key of keys) {
    // Behind how many elements there are.
    const bytes = Buffer.from(encodeKey(key)).subarray(1);
    expect(readCommonKey(bytes, 0, bytes.length)).toEqual(key);
    expect(readCommonKey(bytes, 0, bytes.length - 1)).toBeUndefined();
  }
});

test("a record of such elements is read as it was written, and neither cut off nor with a byte too many", () => {
  for (const element of keys) {
    const bytes = Buffer.concat([encodeRecord(["key", element]), Buffer.alloc(1)]);
    expect(readCommonRecord(bytes, 0, bytes.length - 1)).toEqual(["key", element]);
    expect(readCommonRecord(bytes, 0, bytes.length - 2)).toBeUndefined();
    expect(readCommonRecord(bytes, 0, bytes.length)).toBeUndefined();
  }
});

test("a record whose key is known is read as without it, and neither cut off nor with a byte too many", () => {
  for (const key of [...keys, "x".repeat(255), "x".repeat(256), "ä".repeat(100)]) {
    for (const record of [[key], [key, "element"]] as [Key, ...unknown[]][]) {
      const bytes = Buffer.concat([encodeRecord(record), Buffer.alloc(1)]);
      const end = bytes.length - 1;
      const isCommon = typeof key !== "string" || Buffer.byteLength(key) < 256;
      expect(readCommonRecord(bytes, 0, end, key)).toEqual(isCommon ? record : undefined);
      for (const bad of [end - 1, end + 1]) {
        expect(readCommonRecord(bytes, 0, bad, key)).toBeUndefined();
      }
    }
  }
});

test("a string that is known to be the key isn't read", () => {
  const bytes = Buffer.from(encodeRecord(["key", 1]));
  expect(readCommonRecord(bytes, 0, bytes.length, "yek")).toEqual(["yek", 1]);
});

test.each<[string, unknown]>([
  ["an object", { a: 1 }],
  ["undefined", undefined],
  ["a Map", new Map([["a", 1]])],
  ["a Map in an array", [new Map([["a", 1]])]],
  ["a long string", "x".repeat(256)],
])("a record with %s isn't read", (_name, element) => {
  const bytes = Buffer.from(encodeRecord(["key", element]));
  expect(readCommonRecord(bytes, 0, bytes.length)).toBeUndefined();
});
