import {
  _,
  type CounterOp,
  type CounterPair,
  type Key,
  type StoreRecord,
  type WriteOptions,
} from "@store/core";
import * as fc from "fast-check";
import type { AnyRange } from "../../model/range.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";
import { LATER } from "../../model/sample-moments.js";
import { VALUES } from "../../model/sample-values.js";

/** Few keys, so that operations often meet the same one. They share prefixes, and their types are easily confused. */
const FEW_KEYS: readonly Key[] = [
  "a",
  "b",
  1,
  1n,
  "1",
  ["a"],
  ["a", 1],
  ["a", 2],
  ["a", "b"],
  null,
];

const anyKey: fc.Arbitrary<Key> = fc.letrec<{ key: Key; leaf: Key; tuple: Key }>((tie) => ({
  key: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("tuple")),
  leaf: fc.oneof(
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.double({ noNaN: true }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    fc.uint8Array({ maxLength: 4 }),
    fc.boolean(),
  ),
  tuple: fc.array(tie("key"), { maxLength: 3 }) as fc.Arbitrary<Key>,
})).key;

/** A key: mostly one of few, sometimes one of every kind, sometimes any. */
export const key: fc.Arbitrary<Key> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...FEW_KEYS) },
  { weight: 3, arbitrary: fc.constantFrom(-0, ...KEYS_IN_ORDER) },
  { weight: 1, arbitrary: anyKey },
);

const pooled = fc.constantFrom(...Object.values(VALUES)).map((make) => make());

const anyValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 3 }), tie("value"), { maxKeys: 3 }),
    fc.array(fc.tuple(tie("leaf"), tie("value")), { maxLength: 3 }).map((all) => new Map(all)),
    fc.array(tie("leaf"), { maxLength: 3 }).map((all) => new Set(all)),
  ),
  leaf: fc.oneof(
    fc.string({ unit: "binary", maxLength: 5 }),
    fc.double(),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 4 }),
    fc.float32Array({ maxLength: 3 }),
    fc.bigInt64Array({ maxLength: 2 }),
    fc.int16Array({ maxLength: 2 }).map((numbers) => Int16Array.from(numbers).buffer),
    fc.constantFrom(undefined, null, true, false, 0, -0),
  ),
})).value;

/** A value: often a small number, so that it can be counted and often occurs twice. */
export const value: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<unknown>(0, 1, 2, 1n, "x", -0, { a: 1, b: 2 }, { b: 2, a: 1 }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(Number.MAX_SAFE_INTEGER, Number.NaN, undefined),
  },
  { weight: 1, arbitrary: pooled },
  { weight: 1, arbitrary: anyValue },
);

/** One of a dozen records. */
export const repeatedRecord: fc.Arbitrary<StoreRecord> = fc
  .tuple(
    fc.constantFrom<Key>("a", 1, ["a", 1]),
    fc.constantFrom(0, 1, { a: 1, b: 2 }, { b: 2, a: 1 }),
  )
  .map(([first, second]): StoreRecord => [first, second]);

/** A record: half of them are from a dozen, so that equal ones occur. */
export const record: fc.Arbitrary<StoreRecord> = fc.oneof(
  repeatedRecord,
  fc
    .tuple(key, fc.array(value, { maxLength: 3, size: "max" }))
    .map(([first, rest]): StoreRecord => [first, ...rest]),
);

/** A moment: past, or so far ahead that it doesn't come during the test. */
export const moment: fc.Arbitrary<number | Date> = fc.oneof(
  fc.constantFrom(LATER, LATER + 5),
  fc.constantFrom(LATER, 0, -1).map((at) => new Date(at)),
  fc.constantFrom(0, 1, -1),
);

/** The options of a write, most with a moment. */
export const writeOptions: fc.Arbitrary<WriteOptions | undefined> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(undefined, {}) },
  { weight: 2, arbitrary: fc.record({ expiresAt: moment }) },
);

export const records: fc.Arbitrary<StoreRecord[]> = fc.array(record, { maxLength: 6 });

/** The initial content: enough records for later operations to find some. */
export const content: fc.Arbitrary<StoreRecord[]> = fc.array(record, {
  maxLength: 15,
  size: "max",
});

const operand: fc.Arbitrary<number | bigint> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: fc.maxSafeInteger() },
  { weight: 2, arbitrary: fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }) },
);

export const counterOp: fc.Arbitrary<CounterOp> = fc.oneof(
  operand,
  fc.tuple(position(), operand),
  fc.tuple(position(), operand, operand, operand),
);

export const change: fc.Arbitrary<readonly [number, unknown]> = fc.tuple(position(), value);

export const changes: fc.Arbitrary<(readonly [number, unknown])[]> = fc.array(change, {
  minLength: 1,
  maxLength: 3,
});

export const counterOps: fc.Arbitrary<CounterPair[]> = fc.array(
  fc.oneof(fc.tuple(position(), operand), fc.tuple(position(), operand, operand, operand)),
  { minLength: 1, maxLength: 3 },
);

export const someKeys: fc.Arbitrary<Key[]> = fc.array(key, { maxLength: 5 });

/** What `append` takes: often a prefix of one of the few keys. */
export const prefix: fc.Arbitrary<readonly Key[] | null> = fc.oneof(
  fc.constantFrom<readonly Key[] | null>(null, [], ["a"], ["a", 1]),
  fc.array(key, { maxLength: 2 }),
);

function position(): fc.Arbitrary<number> {
  return fc.constantFrom(2, 2, 2, 3, 4);
}

/** A range for an ordered table: whole, or with a bound or two of the few keys. */
export const range: fc.Arbitrary<AnyRange> = fc
  .tuple(
    fc.oneof(
      fc.constant({}),
      fc.record({ gt: key }),
      fc.record({ gte: key }),
      fc.record({ lt: key }),
      fc.record({ lte: key }),
      fc.record({ gt: key, lte: key }),
      fc.record({ gte: key, lt: key }),
      fc.record({ gt: key, gte: key, lt: key, lte: key }),
      fc.record({ prefix: fc.array(key, { maxLength: 2 }) }),
      fc.record({ prefix: fc.array(key, { maxLength: 1 }), gt: key }),
      fc.record({ prefix: fc.constantFrom("", "a", Uint8Array.of(), Uint8Array.of(1)) }),
    ),
    fc.constantFrom({}, { reverse: true }, { reverse: false }),
    fc.oneof(fc.constant({}), fc.record({ limit: fc.nat({ max: 5 }) })),
  )
  .map((parts) => Object.assign({}, ...parts));

/** A pattern: a record with some of its parts, or parts of its parts, left open. */
export const pattern: fc.Arbitrary<readonly unknown[]> = fc
  .tuple(record, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }))
  .map(([whole, coins]) => {
    let tossed = 0;
    const opened = openedBy(() => coins[tossed++ % coins.length] === true);
    return whole.map(opened);
  });

/** Replaces each part for which `toss` returns true by a wildcard. */
function openedBy(toss: () => boolean): (part: unknown) => unknown {
  return function opened(part: unknown): unknown {
    if (toss()) return _;
    if (Array.isArray(part)) return part.slice(0, 10).map(opened);
    if (typeof part !== "object" || part === null) return part;
    if (Object.getPrototypeOf(part) !== Object.prototype) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, opened(inner)]));
  };
}
