import type { Key, StoreRecord } from "@store/core";
import * as fc from "fast-check";

/** Any code units; mostly such as make strings that no UTF-8 holds, or that a decoder takes for something else. */
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 20, maxLength: 35 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom("\ud83d", "\ude00", "\ufeff", "\ufffd", "\0", "a", "é", "中"), {
        maxLength: 35,
      })
      .map((units) => units.join("")),
  },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toJSON", "0", "17", "-0") },
);

const number: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  powers().map((power) => Number(power)),
  fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);

const bigint: fc.Arbitrary<bigint> = fc.oneof(fc.bigInt(), powers());

/** Where the sizes of integers change: a power of two, one less or one more, of either sign. */
function powers(): fc.Arbitrary<bigint> {
  return fc
    .tuple(
      fc.constantFrom(5n, 7n, 8n, 15n, 16n, 31n, 32n, 53n, 63n, 64n, 65n, 128n, 2_048n),
      fc.constantFrom(-1n, 0n, 1n),
      fc.constantFrom(-1n, 1n),
    )
    .map(([exponent, more, sign]) => sign * (2n ** exponent + more));
}

/** Some are parts of larger buffers. */
const bytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 3 }))
  .map(([all, from]) => all.subarray(from));

export const key: fc.Arbitrary<Key> = fc.letrec<{ key: Key; tuple: Key }>((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    text,
    fc.oneof(
      number.map((value) => (Number.isNaN(value) ? 1 : value === 0 ? 0 : value)),
      bigint,
      fc.boolean(),
      fc.constant(null),
    ),
    bytes,
    tie("tuple"),
  ),
  tuple: fc.array(tie("key"), { maxLength: 4 }) as fc.Arbitrary<Key>,
})).key;

/** Any value that a record can hold. */
export const value: fc.Arbitrary<unknown> = fc.letrec<Record<"value" | "leaf", unknown>>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 4 }).map(Object.fromEntries),
    fc
      .array(fc.tuple(text, tie("value")), { maxLength: 4 })
      .map((members) => Object.setPrototypeOf(Object.fromEntries(members), null)),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 4 }).map((all) => new Map(all)),
    fc.array(tie("value"), { maxLength: 4 }).map((all) => new Set(all)),
  ),
  leaf: fc.oneof(
    text,
    number,
    bigint,
    bytes,
    fc.date({ noInvalidDate: false }),
    fc.constantFrom(undefined, null, true, false),
  ),
})).value;

export const record: fc.Arbitrary<StoreRecord> = fc
  .tuple(key, fc.array(value, { maxLength: 4 }))
  .map(([first, rest]): StoreRecord => [first, ...rest]);
