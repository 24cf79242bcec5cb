import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeKey, encodeKey, type Key } from "../../src/index.js";
import { bigint, hugeBigint, key, number, text } from "../support/any-key.js";
import { compareKeys } from "../support/compare-keys.js";

function compareEncoded(a: Key, b: Key): number {
  return Buffer.compare(encodeKey(a), encodeKey(b));
}

/** In their order. */
const ORDERED: readonly Key[] = [
  null,
  false,
  true,
  Number.NEGATIVE_INFINITY,
  -(10n ** 10_000n) - 1n,
  -(10n ** 10_000n),
  -(2n ** 1_024n),
  -Number.MAX_VALUE,
  BigInt(-Number.MAX_VALUE),
  BigInt(-Number.MAX_VALUE) + 1n,
  -(2n ** 70n) - 1n,
  -(2 ** 70),
  -(2n ** 70n),
  -(2n ** 70n) + 1n,
  -(2 ** 53) - 2,
  -(2n ** 53n) - 1n,
  -(2 ** 53),
  -(2n ** 53n),
  -(2 ** 53) + 1,
  -257,
  -256,
  -64.5,
  -64,
  -64n,
  -63,
  -1.5,
  -1 - 2 ** -52,
  -1,
  -1n,
  -1 + 2 ** -53,
  -0.5,
  -2.2250738585072014e-308,
  -Number.MIN_VALUE,
  0,
  0n,
  Number.MIN_VALUE,
  2 * Number.MIN_VALUE,
  2.2250738585072014e-308,
  0.5,
  1 - 2 ** -53,
  1,
  1n,
  1 + 2 ** -52,
  1.5,
  2,
  63,
  63n,
  63.5,
  64,
  255,
  256,
  16_383,
  16_384,
  2 ** 32,
  2 ** 53 - 1,
  2n ** 53n - 1n,
  2 ** 53,
  2n ** 53n,
  2n ** 53n + 1n,
  2 ** 53 + 2,
  2n ** 64n - 1n,
  2 ** 64,
  2n ** 64n,
  2n ** 70n - 1n,
  2 ** 70,
  2n ** 70n,
  2n ** 70n + 1n,
  BigInt(Number.MAX_VALUE) - 1n,
  Number.MAX_VALUE,
  BigInt(Number.MAX_VALUE),
  BigInt(Number.MAX_VALUE) + 1n,
  2n ** 1_024n,
  10n ** 10_000n,
  10n ** 10_000n + 1n,
  Number.POSITIVE_INFINITY,
  "",
  "\0",
  "\0\0",
  "\0\u0001",
  "\u0001",
  "\u0002",
  "a",
  "a\0",
  "a\0b",
  "a\u0001",
  "aa",
  "b",
  "\u007f",
  "\u0080",
  "\u07ff",
  "\u0800",
  "\ud7ff",
  "\ud800",
  "\ud83d",
  "\ud83d\ude00",
  "\ud83d\uffff",
  "\ude00",
  "\ue000",
  "\uffff",
  new Uint8Array(),
  Uint8Array.of(0),
  Uint8Array.of(0, 0),
  Uint8Array.of(0, 1),
  Uint8Array.of(1),
  Uint8Array.of(2),
  Uint8Array.of(255),
  Uint8Array.of(255, 0),
  [],
  [null],
  [null, null],
  [-1],
  [0],
  ["a"],
  ["a", -1],
  ["a", "a"],
  ["a", []],
  ["a\0"],
  ["aa"],
  [Uint8Array.of(1)],
  [[]],
  [[], null],
  [[null]],
  [[[]]],
];

describe("the bytes of keys", () => {
  test("have the order of the keys, for a list of them", () => {
    for (const [index, a] of ORDERED.entries()) {
      for (const [other, b] of ORDERED.entries()) {
        expect([a, b, Math.sign(compareEncoded(a, b))]).toEqual([a, b, Math.sign(index - other)]);
        expect(Math.sign(compareKeys(a, b))).toBe(Math.sign(index - other));
      }
    }
  });

  test.each<[string, fc.Arbitrary<Key>, number]>([
    ["all kinds", key, 2_000],
    ["bigints of 10,000 digits", fc.oneof(hugeBigint, bigint, fc.double({ noNaN: true })), 300],
    ["strings", text, 2_000],
    [
      "numbers and bigints",
      fc.oneof(
        number.filter((value) => !Number.isNaN(value)),
        bigint,
      ),
      2_000,
    ],
  ])("have the order of the keys: %s", (_kind, any, numRuns) => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(Math.sign(compareEncoded(a, b))).toBe(Math.sign(compareKeys(a, b)));
      }),
      { numRuns },
    );
  });

  test("have the order of tuples with a common beginning", () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 3 }), key, key, (start, a, b) => {
        expect(Math.sign(compareEncoded([...start, a], [...start, b]))).toBe(
          Math.sign(compareKeys(a, b)),
        );
        expect(compareEncoded(start, [...start, a])).toBe(-1);
      }),
      { numRuns: 2_000 },
    );
  });

  test("don't begin with those of another key", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        fc.pre(compareKeys(a, b) !== 0);
        const longer = encodeKey(b);
        const { length } = encodeKey(a);
        expect(Buffer.compare(encodeKey(a), longer.subarray(0, length))).not.toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("of each integer up to 70,000, and what is beside it, are in order", () => {
    let previous = encodeKey(-70_000.5);
    for (let integer = -70_000; integer <= 70_000; integer++) {
      for (const next of [integer, BigInt(integer), integer + 0.5]) {
        const encoded = encodeKey(next);
        if (Buffer.compare(previous, encoded) >= 0)
          expect.fail(`${next} isn't above the one before`);
        if (!Object.is(decodeKey(encoded), next)) expect.fail(`${next} isn't read as written`);
        previous = encoded;
      }
    }
  });
});
