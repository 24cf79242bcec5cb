import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKey, encodeKeyPrefix, type Key } from "../../src/index.js";
import { bytes, key, text } from "../support/any-key.js";
import { compareKeys } from "../support/compare-keys.js";

type Prefix = string | Uint8Array | readonly Key[];

function beginsWith(given: Key, prefix: Prefix): boolean {
  if (typeof prefix === "string") return typeof given === "string" && given.startsWith(prefix);
  if (Array.isArray(prefix)) {
    return (
      Array.isArray(given) &&
      given.length >= prefix.length &&
      compareKeys(given.slice(0, prefix.length), prefix as Key) === 0
    );
  }
  return (
    given instanceof Uint8Array &&
    Buffer.compare(given.subarray(0, prefix.length), prefix as Uint8Array) === 0
  );
}

function isInRange(given: Key, prefix: Prefix): boolean {
  const { gte, lt } = encodeKeyPrefix(prefix);
  const encoded = encodeKey(given);
  return Buffer.compare(encoded, gte) >= 0 && Buffer.compare(encoded, lt) < 0;
}

const prefix: fc.Arbitrary<Prefix> = fc.oneof(text, bytes, fc.array(key, { maxLength: 3 }));

test("a prefix's range of bytes has the keys that begin with it", () => {
  const longer = fc.oneof(
    fc.tuple(text, text).map(([start, rest]) => [start, start + rest] as const),
    fc
      .tuple(bytes, bytes)
      .map(([start, rest]) => [start, Uint8Array.of(...start, ...rest)] as const),
    fc
      .tuple(fc.array(key, { maxLength: 3 }), fc.array(key, { maxLength: 2 }))
      .map(([start, rest]) => [start, [...start, ...rest]] as const),
  );
  fc.assert(
    fc.property(longer, ([start, given]) => {
      expect(isInRange(start, start)).toBe(true);
      expect(isInRange(given, start)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test("a prefix's range of bytes has no other keys", () => {
  fc.assert(
    fc.property(prefix, key, (start, given) => {
      expect(isInRange(given, start)).toBe(beginsWith(given, start));
    }),
    { numRuns: 5_000 },
  );
});

test.each<[Prefix, Key]>([
  [["a"], ["a\0"]],
  [["a"], ["ab"]],
  [
    ["a", 1],
    ["a", 1n],
  ],
  [
    ["a", 1],
    ["a", 1.5],
  ],
  [
    ["a", -1],
    ["a", -1.5],
  ],
  [[["a"]], [["a", 1]]],
  ["a", ["a"]],
  ["\uffff", new Uint8Array()],
  [Uint8Array.of(255, 255), [255]],
  [[], "a"],
])("case %#: only what begins with all of it is in the range", (start, given) => {
  expect(isInRange(given, start)).toBe(false);
});

test("a prefix that ends in the highest byte has an upper end", () => {
  for (const start of [Uint8Array.of(255, 255), [-1], [-(2n ** 16n)]] as Prefix[]) {
    expect(isInRange(start as Key, start)).toBe(true);
  }
});

test("encodeKeyPrefix refuses what can't be a prefix", () => {
  for (const other of [1, null, undefined, {}, new Uint16Array(1), [Number.NaN]]) {
    expect(() => encodeKeyPrefix(other as unknown as Prefix)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_KEY" }),
    );
  }
});
