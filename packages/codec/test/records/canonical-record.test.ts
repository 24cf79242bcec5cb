import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalRecord, decodeRecord, type StoreRecord } from "../../src/index.js";
import { record } from "../support/any-value.js";
import { equal } from "../support/equal.js";

function isEqualByBytes(a: unknown, b: unknown): boolean {
  return Buffer.compare(canonicalRecord(["key", a]), canonicalRecord(["key", b])) === 0;
}

/** The same value, with all that has no order turned round, and prototypes changed. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (value instanceof Map) {
    return new Map([...value].map(([key, each]) => [turned(key), turned(each)] as const).reverse());
  }
  if (value instanceof Set) return new Set([...value].map(turned).reverse());
  if (Object.prototype.toString.call(value) !== "[object Object]") return value;
  const entries = Object.entries(value as object).map(([name, each]) => [name, turned(each)]);
  const prototype = Object.getPrototypeOf(value) === null ? Object.prototype : null;
  return Object.setPrototypeOf(Object.fromEntries(entries.reverse()), prototype);
}

describe("canonicalRecord", () => {
  test("gives equal bytes for equal records, and decodeRecord makes an equal record of them", () => {
    fc.assert(
      fc.property(record, (given) => {
        const bytes = canonicalRecord(given);
        expect(canonicalRecord(turned(given) as StoreRecord)).toEqual(bytes);
        expect(equal(decodeRecord(bytes), given)).toBe(true);
        expect(canonicalRecord(decodeRecord(bytes))).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });

  test("gives equal bytes for equal records only", () => {
    // Few leaves, so that many are equal.
    const value = fc.letrec<Record<"value", unknown>>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>(0, -0, 0n, "0", undefined, null, Number.NaN),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { maxKeys: 2 }),
        fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((all) => new Map(all)),
        fc.array(tie("value"), { maxLength: 3 }).map((all) => new Set(all)),
      ),
    })).value;
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(isEqualByBytes(a, b)).toBe(equal(a, b));
      }),
      { numRuns: 1_500 },
    );
  });

  test.each<[string, unknown, unknown, boolean]>([
    ["0 and -0", 0, -0, false],
    [
      "NaN and NaN of other bits",
      Number.NaN,
      new Float64Array(Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf8, 0xff).buffer)[0],
      true,
    ],
    ["1 and 1n", 1, 1n, false],
    ["a property that is undefined and none", { a: undefined }, {}, false],
    [
      "an object with a prototype and one without",
      { a: 1 },
      Object.assign(Object.create(null), { a: 1 }),
      true,
    ],
    ["a Buffer and its bytes", Buffer.from("a"), Uint8Array.of(97), true],
    ["bytes and clamped bytes", Uint8Array.of(1), Uint8ClampedArray.of(1), false],
    ["bytes and an array buffer", Uint8Array.of(1), Uint8Array.of(1).buffer, false],
    ["floats of 0 and -0", Float32Array.of(0), Float32Array.of(-0), false],
    ["invalid dates", new Date(Number.NaN), new Date("no"), true],
    ["a date and its number", new Date(5), 5, false],
    [
      "sets of two equal objects and of one twice",
      new Set([{ a: 1 }, { a: 1 }]),
      new Set([{ a: 1 }, { a: 2 }]),
      false,
    ],
    [
      "maps whose keys are equal",
      new Map([
        [[1], 1],
        [[1], 2],
      ]),
      new Map([
        [[1], 2],
        [[1], 1],
      ]),
      true,
    ],
    [
      "integers as names in another order",
      JSON.parse('{"b":1,"10":2,"9":3}'),
      JSON.parse('{"9":3,"b":1,"10":2}'),
      true,
    ],
    ["arrays in another order", [1, 2], [2, 1], false],
  ])("takes %s for equal or not", (_what, a, b, isEqual) => {
    expect(isEqualByBytes(a, b)).toBe(isEqual);
    expect(isEqualByBytes(new Set([[a]]), new Set([[b]]))).toBe(isEqual);
    expect(isEqualByBytes({ x: new Map([[1, a]]) }, { x: new Map([[1, b]]) })).toBe(isEqual);
  });

  test("takes a key of -0 for one of 0", () => {
    expect(canonicalRecord([-0, 1])).toEqual(canonicalRecord([0, 1]));
    expect(canonicalRecord([[-0], 1])).toEqual(canonicalRecord([[0], 1]));
  });

  test("refuses what encodeRecord refuses", () => {
    expect(() => canonicalRecord(["key", new Set([() => 1])])).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
    );
  });

  test("sorts 16,000 objects of a Set, and what is beside it stays", () => {
    const members = Array.from({ length: 16_000 }, (_, at) => ({ id: (at * 7_919) % 16_000 }));
    const ascending = [...members].sort((a, b) => a.id - b.id);
    expect(canonicalRecord(["key", new Set(members), "after"])).toEqual(
      canonicalRecord(["key", new Set(ascending), "after"]),
    );
  });
});
