import * as fc from "fast-check";
import type { Key } from "../../src/index.js";

/** Any code units; mostly those where encodings change, or lose something. */
export const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 55, maxLength: 80 }) },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.constantFrom(
          ..."\0\u0001\u0002\u007f\u0080\u00ff\u0100\u07ff\u0800\ud800\udbff\udc00\udfff\ue000\ufeff\ufffd\uffff".split(
            "",
          ),
          "a",
          "é",
          "中",
          "😀",
        ),
        { maxLength: 70 },
      )
      .map((units) => units.join("")),
  },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toJSON", "0", "17", "-0") },
);

/** Where the sizes of integers change: a power of two, one less or one more, of either sign. */
const powers: fc.Arbitrary<bigint> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(0n, 5n, 6n, 7n, 8n, 14n, 16n, 22n, 30n, 32n, 38n, 46n, 48n, 52n, 53n, 54n),
      fc.constantFrom(62n, 63n, 64n, 65n, 69n, 70n, 71n, 72n, 128n, 1_023n, 1_024n, 2_048n),
    ),
    fc.bigInt({ min: -2n, max: 2n }),
    fc.constantFrom(-1n, 1n),
  )
  .map(([exponent, more, sign]) => sign * (2n ** exponent + more));

/** Any number, NaN and -0 too. */
export const number: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -300, max: 300 }),
  powers.map(Number),
  // Beside an integer.
  fc
    .tuple(fc.integer({ min: -70_000, max: 70_000 }), fc.constantFrom(0.5, 2 ** -30))
    .map(([integer, more]) => integer + more),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.constantFrom(Number.MIN_VALUE, -Number.MIN_VALUE, 2.2250738585072014e-308, 1 - 2 ** -53),
  fc.constantFrom(
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 53),
    1 + 2 ** -52,
  ),
);

export const bigint: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt(),
  fc.bigInt({ min: -300n, max: 300n }),
  powers,
  // Equal to a number, or beside one.
  fc
    .tuple(
      number.filter((value) => Number.isFinite(value)),
      fc.bigInt({ min: -1n, max: 1n }),
    )
    .map(([value, more]) => BigInt(Math.trunc(value)) + more),
);

/** About as many digits as that. */
export const hugeBigint: fc.Arbitrary<bigint> = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.constantFrom(0n, 1n, 10n ** 20n))
  .map(([value, more]) => value * 10n ** 9_980n + more);

/** Some are parts of larger buffers. */
export const bytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.array(fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0, 1, 2, 255)), { maxLength: 60 }),
    fc.nat({ max: 3 }),
  )
  .map(([all, from]) => Uint8Array.from(all).subarray(from));

/** Any key; a tuple has many neighbours among the others. */
export const key: fc.Arbitrary<Key> = fc.letrec<{ key: Key; tuple: Key }>((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    text,
    number.map((value) => (Number.isNaN(value) ? 1 : value === 0 ? 0 : value)),
    bigint,
    fc.constantFrom<Key>(null, false, true, "", 0, 0n, 1, 1n),
    bytes,
    tie("tuple"),
  ),
  tuple: fc.array(tie("key"), { maxLength: 4 }) as fc.Arbitrary<Key>,
})).key;
