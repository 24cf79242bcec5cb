import { _, type CounterOp, type Key, type StoreRecord } from "@store/core";
import * as fc from "fast-check";

/** Few, so that calls meet. */
const FEW_KEYS: readonly Key[] = ["a", "a", 1, 1n, ["a", 1], ["a", "b"]];
/** Some longer than a page, so that records are read in more than one way, and a cache doesn't hold them all. */
const FILLERS = [10, 60, 500].map((times) => "0123456789".repeat(times));

/** Code units that make strings of which some are no UTF-8. Those of any length that fast-check has take seconds to begin. */
const text: fc.Arbitrary<string> = fc
  .array(fc.constantFrom("a", "\0", "é", "中", "\ud83d", "\ude00", "\ufeff"), { maxLength: 6 })
  .map((units) => units.join(""));

const anyKey: fc.Arbitrary<Key> = fc.letrec<{ key: Key; tuple: Key }>((tie) => ({
  key: fc.oneof(
    { depthSize: "small" },
    text,
    fc.double({ noNaN: true }),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.boolean(),
    fc.uint8Array({ maxLength: 4 }),
    tie("tuple"),
  ),
  tuple: fc.array(tie("key"), { maxLength: 3 }) as fc.Arbitrary<Key>,
})).key;

const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 3 }).map(Object.fromEntries),
    fc.array(fc.tuple(tie("leaf"), tie("value")), { maxLength: 3 }).map((all) => new Map(all)),
    fc.array(tie("leaf"), { maxLength: 3 }).map((all) => new Set(all)),
  ),
  leaf: fc.oneof(
    text,
    fc.double(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(undefined, null, true, -0, 2n ** 62n),
  ),
})).value;

export const key: fc.Arbitrary<Key> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...FEW_KEYS) },
  { weight: 1, arbitrary: anyKey },
);

/** Often one that can be counted, or is met again. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<unknown>(0, 1, 2, 1n, "x", -0, { a: 1, b: 2 }, { b: 2, a: 1 }),
  },
  { weight: 1, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
  { weight: 2, arbitrary: fc.constantFrom(...FILLERS) },
  { weight: 1, arbitrary: anyValue },
);

/** Half of them are of a few, so that equal ones meet. */
export const record: fc.Arbitrary<StoreRecord> = fc.oneof(
  fc
    .tuple(fc.constantFrom<Key>("a", 1, ["a", 1]), fc.constantFrom(0, 1, { a: 1, b: 2 }))
    .map(([first, second]): StoreRecord => [first, second]),
  fc
    .tuple(key, fc.array(value, { maxLength: 3 }))
    .map(([first, rest]): StoreRecord => [first, ...rest]),
);

export const records: fc.Arbitrary<StoreRecord[]> = fc.array(record, { maxLength: 6 });

/** No bigint comes near the end of 64 bits by it. */
const operand: fc.Arbitrary<number | bigint> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n }) },
);

const position = fc.constantFrom(2, 2, 2, 3, 4);

export const counterOp: fc.Arbitrary<CounterOp> = fc.oneof(
  { weight: 2, arbitrary: operand },
  { weight: 1, arbitrary: fc.tuple(position, operand) },
  { weight: 1, arbitrary: fc.tuple(position, operand, operand, operand) },
);

export const change: fc.Arbitrary<readonly [number, unknown]> = fc.tuple(position, value);

/** For an ordered_set. */
export const range: fc.Arbitrary<object> = fc.record(
  {
    gt: key,
    gte: key,
    lt: key,
    lte: key,
    prefix: fc.array(key, { maxLength: 2 }),
    reverse: fc.boolean(),
    limit: fc.nat({ max: 5 }),
  },
  { requiredKeys: [] },
);

/** A record of which parts, or parts of its key, are left open. */
export const pattern: fc.Arbitrary<readonly unknown[]> = fc
  .tuple(record, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
  .map(([[first, ...rest], open]) => {
    const opened = (part: unknown, index: number) => (open[index] === true ? _ : part);
    const keyPattern = Array.isArray(first) ? first.map(opened) : first;
    return [opened(keyPattern, 4), ...rest.map(opened)];
  });
