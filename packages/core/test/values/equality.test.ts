import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { equalValues } from "../../src/values/equality.js";
import { hashValue } from "../../src/values/hash.js";
import { changed, choices, plain, storedValue, turnedRound } from "../support/stored-value.js";

const seed = fc.nat();

describe("equalValues", () => {
  test("of a value and itself, rebuilt in another order, is true both ways", () => {
    fc.assert(
      fc.property(storedValue, (value) => {
        const other = turnedRound(value);
        expect(equalValues(value, value)).toBe(true);
        expect(equalValues(value, other)).toBe(true);
        expect(equalValues(other, value)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("of a value and itself with one place changed is false both ways", () => {
    fc.assert(
      fc.property(storedValue, seed, (value, place) => {
        const other = changed(turnedRound(value), choices(place));
        expect(equalValues(value, other)).toBe(false);
        expect(equalValues(other, value)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test("of two values that both equal a third is true", () => {
    fc.assert(
      fc.property(storedValue, (value) => {
        const second = turnedRound(value);
        expect(equalValues(turnedRound(second), turnedRound(value))).toBe(true);
      }),
    );
  });

  const equal: [string, unknown, unknown][] = [
    ["NaN and NaN", Number.NaN, Number.NaN],
    ["two invalid dates", new Date(Number.NaN), new Date(Number.NaN)],
    ["objects with their keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
    ["an object and a bare one", { a: 1 }, plain([["a", 1]], true)],
    ["objects with __proto__", plain([["__proto__", 1]]), plain([["__proto__", 1]])],
    [
      "Maps with object keys in another order",
      new Map([
        [{ a: 1 }, 1],
        [{ a: 2 }, 2],
      ]),
      new Map([
        [{ a: 2 }, 2],
        [{ a: 1 }, 1],
      ]),
    ],
    [
      "Maps with equal object keys whose values are swapped",
      new Map([
        [["k"], 1],
        [["k"], 2],
      ]),
      new Map([
        [["k"], 2],
        [["k"], 1],
      ]),
    ],
    ["Sets with object members in another order", new Set([[1], [2]]), new Set([[2], [1]])],
    ["Sets with NaN and -0", new Set([Number.NaN, -0]), new Set([0, Number.NaN])],
  ];
  test.each(equal)("of %s is true", (_what, a, b) => {
    expect(equalValues(a, b)).toBe(true);
    expect(equalValues(b, a)).toBe(true);
    expect(hashValue(a)).toBe(hashValue(b));
  });

  const different: [string, unknown, unknown][] = [
    ["0 and -0", 0, -0],
    ["a number and its bigint", 1, 1n],
    ["undefined and null", undefined, null],
    ["a property that is undefined and one that is missing", { a: undefined }, {}],
    ["two of those with as many properties", { a: undefined }, { b: undefined }],
    ["a property and an inherited one", plain([["toString", 1]]), {}],
    ["a date and an invalid one", new Date(0), new Date(Number.NaN)],
    ["a date and its time", new Date(0), 0],
    ["an array and an object like it", ["a"], { 0: "a", length: 1 }],
    ["an array and bytes", [1], Uint8Array.of(1)],
    ["an array and one that is longer", [1], [1, undefined]],
    ["a Map and a Set", new Map(), new Set()],
    ["a Map and an object", new Map([["a", 1]]), { a: 1 }],
    [
      "a Map with an entry that is undefined and another",
      new Map([[1, undefined]]),
      new Map([[2, 1]]),
    ],
    ["Maps whose object keys differ", new Map([[{ a: 1 }, 1]]), new Map([[{ a: 2 }, 1]])],
    ["Maps of an object key and another key", new Map<unknown, 1>([[{}, 1]]), new Map([["{}", 1]])],
    [
      "Sets whose members occur unequally often",
      new Set([[1], [1], [2]]),
      new Set([[1], [2], [2]]),
    ],
    ["Sets of other members", new Set([1]), new Set([2])],
  ];
  test.each(different)("of %s is false", (_what, a, b) => {
    expect(equalValues(a, b)).toBe(false);
    expect(equalValues(b, a)).toBe(false);
  });
});

describe("hashValue", () => {
  test("of equal values is the same 32-bit integer", () => {
    fc.assert(
      fc.property(storedValue, (value) => {
        const hash = hashValue(value);
        expect(hash | 0).toBe(hash);
        expect(hashValue(turnedRound(value))).toBe(hash);
      }),
      { numRuns: 500 },
    );
  });

  test("of a value with one place changed is nearly always another", () => {
    const pairs = fc.sample(fc.tuple(storedValue, seed), { numRuns: 2_000, seed: 1 });
    const clashes = pairs.filter(
      ([value, place]) => hashValue(value) === hashValue(changed(value, choices(place))),
    );
    expect(clashes.length).toBeLessThan(20);
  });

  test.each<[string, (index: number) => unknown]>([
    ["integers", (index) => index],
    ["fractions", (index) => index / 7],
    ["bigints", (index) => BigInt(index) << 40n],
    ["strings", (index) => `record-${index}`],
    ["dates", (index) => new Date(index * 86_400_000)],
    ["bytes", (index) => Uint8Array.of(index & 255, index >> 8)],
    ["records", (index) => [["run", index % 100], { step: Math.floor(index / 100) }]],
    ["Sets", (index) => new Set([index, index + 1])],
    ["Maps", (index) => new Map([[index % 100, Math.floor(index / 100)]])],
  ])("of ten thousand %s that differ is different", (_what, make) => {
    const hashes = new Set(
      Array.from({ length: 10_000 }, (_value, index) => hashValue(make(index))),
    );
    expect(hashes.size).toBeGreaterThan(9_980);
  });
});
