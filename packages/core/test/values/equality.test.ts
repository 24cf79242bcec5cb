import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { collidingDoubles, murmur } from "../../../../tooling/colliding-doubles.js";
import { equalValues } from "../../src/values/equality.js";
import { hashValue } from "../../src/values/hashing/hash.js";
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

/** Sets and Maps in one another, of few leaves: parts are often equal, or nearly. */
const nested: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    fc.constantFrom<unknown>(0, 1, "a", undefined),
    fc.constantFrom(0, 1).map((time) => new Date(time)),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.array(tie("value"), { maxLength: 2 }).map((list) => ({ ...list })),
    fc.array(tie("value"), { maxLength: 4 }).map((list) => new Set(list)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((list) => new Map(list)),
  ),
})).value;

/** Equality by definition, with a look at each pair of members; exponential in their depth. */
function equalSlowly(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (a instanceof Date && b instanceof Date) return a.getTime() === b.getTime();
  if (a instanceof Set && b instanceof Set) return sameParts([...a], [...b]);
  if (a instanceof Map && b instanceof Map) return sameParts([...a], [...b]);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, index) => equalSlowly(element, b[index]));
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  return sameParts(Object.entries(a), Object.entries(b));
}

function isPlain(value: unknown): value is object {
  return value !== null && Object.prototype.toString.call(value) === "[object Object]";
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  const left = [...b];
  return (
    a.length === b.length &&
    a.every((part) => {
      const at = left.findIndex((other) => equalSlowly(part, other));
      return at >= 0 && left.splice(at, 1).length === 1;
    })
  );
}

describe("equalValues of Sets and Maps", () => {
  test("is what a look at each pair of members says", () => {
    let equal = 0;
    fc.assert(
      fc.property(nested, nested, seed, (value, other, place) => {
        const near =
          place % 2 === 0 ? turnedRound(value) : changed(turnedRound(value), choices(place));
        for (const candidate of [near, other]) {
          const expected = equalSlowly(value, candidate);
          equal += Number(expected);
          expect(equalValues(value, candidate)).toBe(expected);
          if (expected) expect(hashValue(value)).toBe(hashValue(candidate));
        }
      }),
      { numRuns: 2_000 },
    );
    expect(equal).toBeGreaterThan(500);
  });

  describe("reads the parts of", () => {
    let getTime = vi.spyOn(Date.prototype, "getTime");
    getTime.mockRestore();
    beforeEach(() => {
      getTime = vi.spyOn(Date.prototype, "getTime");
    });
    afterEach(() => getTime.mockRestore());

    const many = 2_000;
    const date = (at: number) => new Date(at);
    const dates = Array.from({ length: many }, (_, at) => at);
    const shapes: [string, (at: readonly number[]) => unknown][] = [
      ["a Set of Dates", (at) => new Set(at.map(date))],
      ["a Set of equal Dates", (at) => new Set(at.map(() => date(0)))],
      ["a Set of tuples", (at) => new Set(at.map((each) => ["at", date(each)]))],
      ["a Set of Sets", (at) => new Set(at.map((each) => new Set([date(each), date(-1)])))],
      ["a Map with Dates as keys", (at) => new Map(at.map((each) => [date(each), each]))],
      ["a Map with equal keys", (at) => new Map(at.map((each) => [{}, date(each)]))],
    ];
    test.each(shapes)("%s a few times each", (_what, make) => {
      const a = make(dates);
      const b = make(dates.toReversed());
      expect(equalValues(a, b)).toBe(true);
      expect(getTime.mock.calls.length).toBeLessThan(10 * many);
    });

    test("Sets that are deep in one another a few times each", () => {
      const make = () => {
        let value: unknown = dates.map(date);
        for (let level = 0; level < 300; level++) value = new Set([value, { level }]);
        return value;
      };
      expect(equalValues(make(), make())).toBe(true);
      expect(getTime.mock.calls.length).toBeLessThan(10 * many);
    });

    test("Maps that are deep in one another a few times each", () => {
      const make = () => {
        let value: unknown = dates.map(date);
        for (let level = 0; level < 300; level++) {
          const entries: [unknown, unknown][] = [
            [{ level }, 1],
            [{}, value],
          ];
          value = new Map(
            level % 2 === 0
              ? entries
              : [
                  [value, 1],
                  [{}, 1],
                ],
          );
        }
        return value;
      };
      expect(equalValues(make(), make())).toBe(true);
      expect(getTime.mock.calls.length).toBeLessThan(10 * many);
    });
  });

  test("is right after a call that used the stack up", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = new Set([deep, {}]);
    expect(() => equalValues(deep, new Set([...(deep as Set<unknown>)]))).toThrow(RangeError);
    const value = new Set([new Set([{ a: 1 }, [2]]), [3]]);
    expect(hashValue(turnedRound(value))).toBe(hashValue(value));
    expect(equalValues(value, turnedRound(value))).toBe(true);
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

  const colliding = collidingDoubles(10_000);
  const float = new Float64Array(1);
  const words = new Int32Array(float.buffer);

  test("of doubles was one for all of those that were computed for it", () => {
    const hashes = colliding.map((double) => {
      float[0] = double;
      return murmur(words[0] as number, words[1] as number);
    });
    expect(new Set(hashes).size).toBe(1);
  });

  test("is another one in each process, where what shares a hash in one differs", async () => {
    const hashes = async () => {
      vi.resetModules();
      return (await import("../../src/values/hashing/hash.js")).hashValue;
    };
    const [here, there] = [await hashes(), await hashes()];
    expect(here).not.toBe(there);
    const strings = Array.from({ length: 300_000 }, (_, index) => `key-${index}`);
    const byHash = new Map<number, string>();
    const pairs: [string, string][] = [];
    for (const text of strings) {
      const other = byHash.get(here(text));
      if (other === undefined) byHash.set(here(text), text);
      else pairs.push([text, other]);
    }
    // As many as chance makes, some ten; those of the other process are others.
    expect(pairs.length).toBeLessThan(40);
    expect(pairs.filter(([a, b]) => there(a) === there(b))).toEqual([]);
    const same = strings.slice(0, 1_000).filter((text) => here(text) === there(text));
    expect(same).toEqual([]);
  });

  test("of bytes doesn't depend on where they lie", () => {
    for (const length of [0, 1, 3, 4, 63, 64, 65, 4_096, 4_097, 8_195]) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
      const moved = new Uint8Array(length + 9).subarray(3, 3 + length);
      moved.set(bytes);
      expect(hashValue(moved)).toBe(hashValue(bytes));
    }
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
    ["long strings", (index) => `${"x".repeat(100)}${index}`],
    ["strings of wide characters", (index) => String.fromCharCode(index, 0x20ac)],
    ["long bytes", (index) => new Uint8Array(9_000).fill(index & 255).fill(index >> 8, 4_096)],
    ["long arrays", (index) => [...Array(1_100).fill(0), index]],
    ["objects", (index) => ({ a: index % 100, b: Math.floor(index / 100) })],
    [
      "objects whose values are swapped",
      (index) => (index % 2 ? { a: index, b: -1 } : { a: -1, b: index + 1 }),
    ],
    ["doubles that share a hash without a seed", (index) => colliding[index]],
  ])("of ten thousand %s that differ is different", (_what, make) => {
    const hashes = new Set(
      Array.from({ length: 10_000 }, (_value, index) => hashValue(make(index))),
    );
    expect(hashes.size).toBeGreaterThan(9_980);
  });
});
