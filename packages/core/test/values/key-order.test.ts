import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Key } from "../../src/index.js";
import { compareKeys, keyAfter } from "../../src/values/key-order.js";

const TWO_53 = 2n ** 53n;
const BEYOND_DOUBLES = 2n ** 1024n;

/** Numbers and bigints that lie close together: equal ones, neighbours, and those where doubles get sparse. */
const numeric: fc.Arbitrary<number | bigint> = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -3, max: 3 }).map(BigInt),
  fc.double({ noNaN: true }).map((value) => value + 0),
  fc.constantFrom(0.5, 5e-324, -5e-324, 1 - Number.EPSILON / 2, 1 + Number.EPSILON, 2.5),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity),
  fc.bigInt({ min: -3n, max: 3n }).map((offset) => TWO_53 + offset),
  fc.bigInt({ min: -3n, max: 3n }).map((offset) => -TWO_53 + offset),
  fc.integer({ min: -3, max: 3 }).map((offset) => 2 ** 53 + offset),
  fc.integer({ min: -3, max: 3 }).map((offset) => -(2 ** 53) + offset),
  fc.constantFrom(BEYOND_DOUBLES, -BEYOND_DOUBLES, BigInt(Number.MAX_VALUE), 10n ** 400n),
);

const text = fc.string({ unit: fc.constantFrom("\0", "a", "b", "\ud800", "\uffff"), maxLength: 3 });

const bytes = fc
  .array(fc.constantFrom(0, 1, 127, 128, 255), { maxLength: 3 })
  .map((content) => Uint8Array.from(content));

const { key } = fc.letrec<{ key: Key; tuple: readonly Key[] }>((tie) => ({
  key: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, false, true),
    numeric,
    text,
    bytes,
    tie("tuple"),
  ),
  tuple: fc.array(tie("key"), { maxLength: 3 }),
}));

/** Keys right beside `base`, and with `base` in them: what could lie between a key and the next. */
function neighbours(base: Key): Key[] {
  const beside: Key[] = [base, [base], [base, null], [base, false], keyAfter(base)];
  if (typeof base === "string") beside.push(`${base}\0`, `${base}\0\0`, `${base}\u0001`);
  if (typeof base === "bigint") beside.push(base - 1n, base + 1n, Number(base), double(base, 1));
  if (typeof base === "number") {
    beside.push(double(base, 1), double(base, -1));
    if (Number.isInteger(base)) beside.push(BigInt(base), BigInt(base) + 1n, BigInt(base) - 1n);
  }
  if (base instanceof Uint8Array) beside.push(Uint8Array.of(...base, 0), Uint8Array.of(...base, 1));
  if (Array.isArray(base)) {
    beside.push([...base, null], [...base, null, null], [...base, false]);
    if (base.length > 0) {
      for (const last of neighbours(base.at(-1))) beside.push([...base.slice(0, -1), last]);
    }
  }
  return beside;
}

/** The double `steps` away, found without looking at bits. */
function double(value: number | bigint, direction: 1 | -1): number {
  const from = Number(value);
  if (!Number.isFinite(from)) return direction * Number.MAX_VALUE;
  let low = 0;
  let high = Math.max(Math.abs(from), 5e-324) * 2 ** -51 + 5e-324;
  for (let turn = 0; turn < 200 && low < high; turn++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (from + direction * middle === from) low = middle;
    else high = middle;
  }
  return from + direction * high + 0;
}

/** The order as CONTRACT.md words it, the simple way. */
function model(a: Key, b: Key): number {
  const classes = [place(a), place(b)] as const;
  if (classes[0] !== classes[1]) return Math.sign(classes[0] - classes[1]);
  if (typeof a === "number" || typeof a === "bigint") {
    if (a === b) return 0;
    // biome-ignore lint/suspicious/noDoubleEquals: a number and a bigint of one value
    if (a == b) return typeof a === "number" ? -1 : 1;
    return a < (b as number | bigint) ? -1 : 1;
  }
  if (typeof a === "string") return elementwise(units(a), units(b as string));
  if (a instanceof Uint8Array) return elementwise([...a], [...(b as Uint8Array)]);
  if (Array.isArray(a)) return elementwise(a, b as readonly Key[]);
  return 0;
}

function place(key: Key): number {
  if (key === null) return 0;
  if (typeof key === "boolean") return key ? 2 : 1;
  if (typeof key === "number" || typeof key === "bigint") return 3;
  if (typeof key === "string") return 4;
  return key instanceof Uint8Array ? 5 : 6;
}

function elementwise(a: readonly Key[], b: readonly Key[]): number {
  for (const [index, element] of a.entries()) {
    if (index >= b.length) return 1;
    const order = model(element, b[index] as Key);
    if (order !== 0) return order;
  }
  return a.length - b.length === 0 ? 0 : -1;
}

function units(value: string): number[] {
  return Array.from({ length: value.length }, (_unit, index) => value.charCodeAt(index));
}

describe("compareKeys", () => {
  test("of any two keys is as the model's order", () => {
    const pair = fc.oneof(
      fc.tuple(key, key),
      key.chain((base) => fc.tuple(fc.constant(base), fc.constantFrom(...neighbours(base)))),
    );
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(Math.sign(compareKeys(a, b))).toBe(model(a, b));
      }),
      { numRuns: 2_000 },
    );
  });

  test("of two keys, swapped, has the other sign", () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b)) + Math.sign(compareKeys(b, a))).toBe(0);
        expect(compareKeys(a, a)).toBe(0);
      }),
    );
  });

  test("of three keys in turn never goes round in a circle", () => {
    fc.assert(
      fc.property(fc.tuple(key, key, key), (keys) => {
        const [a, b, c] = [...keys].sort(compareKeys) as [Key, Key, Key];
        expect(compareKeys(a, b)).toBeLessThanOrEqual(0);
        expect(compareKeys(b, c)).toBeLessThanOrEqual(0);
        expect(compareKeys(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  test("of numbers that differ by less than a double can say is never 0", () => {
    expect(compareKeys(5e-324, 0)).toBeGreaterThan(0);
    expect(compareKeys(2 ** 53, TWO_53 + 1n)).toBeLessThan(0);
    expect(compareKeys(Infinity, 10n ** 400n)).toBeGreaterThan(0);
    expect(compareKeys(-Infinity, -(10n ** 400n))).toBeLessThan(0);
    expect(compareKeys(Infinity, Infinity)).toBe(0);
  });
});

describe("keyAfter", () => {
  // A bigint may be as low as one likes: nothing is next to -Infinity.
  const hasNext = key.filter((base) => base !== -Infinity);

  test("of a key is above it", () => {
    fc.assert(
      fc.property(hasNext, (base) => {
        expect(compareKeys(base, keyAfter(base))).toBeLessThan(0);
      }),
    );
  });

  test("of a key leaves nothing in between", () => {
    const bounded = hasNext.chain((base) =>
      fc.tuple(
        fc.constant(base),
        fc.oneof(key, fc.constantFrom(...neighbours(base), ...neighbours(keyAfter(base)))),
      ),
    );
    fc.assert(
      fc.property(bounded, ([base, other]) => {
        const isAbove = compareKeys(other, base) > 0;
        expect(isAbove && compareKeys(other, keyAfter(base)) < 0).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each<[Key, Key]>([
    [null, false],
    [false, true],
    [true, -Infinity],
    [Infinity, ""],
    [0, 0n],
    [0n, 5e-324],
    [-5e-324, 0],
    [1n, 1 + Number.EPSILON],
    [TWO_53, TWO_53 + 1n],
    [TWO_53 + 1n, 2 ** 53 + 2],
    [Number.MAX_VALUE, BigInt(Number.MAX_VALUE)],
    [BigInt(Number.MAX_VALUE), BigInt(Number.MAX_VALUE) + 1n],
    [-BEYOND_DOUBLES, -BEYOND_DOUBLES + 1n],
    [-BigInt(Number.MAX_VALUE) - 1n, -Number.MAX_VALUE],
    ["", "\0"],
    ["run", "run\0"],
    [new Uint8Array(0), Uint8Array.of(0)],
    [Uint8Array.of(255), Uint8Array.of(255, 0)],
    [[], [null]],
    [
      ["a", 1],
      ["a", 1, null],
    ],
  ])("of %o is %o", (base, next) => {
    expect(keyAfter(base)).toStrictEqual(next);
  });

  test("of -Infinity is below any bigint that a program is likely to have", () => {
    const low = keyAfter(-Infinity);
    expect(compareKeys(-Infinity, low)).toBeLessThan(0);
    expect(compareKeys(low, -(10n ** 100_000n))).toBeLessThan(0);
  });

  test("of a megabyte of bytes is a byte longer", () => {
    const base = new Uint8Array(1_000_000).fill(255);
    expect(keyAfter(base)).toHaveProperty("length", 1_000_001);
    expect(compareKeys(base, keyAfter(base))).toBeLessThan(0);
  });
});
