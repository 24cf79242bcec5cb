import type { StoreRecord, TableType } from "@store/core";
import * as fc from "fast-check";
import { show } from "../../assertions/show.js";
import { sameKey } from "../../model/key-order.js";
import type { BatchCalls } from "../../model/reference-batch.js";
import * as any from "./arbitrary.js";

/** A call that adds to a batch, of one of its tables. `text` is the call as code. */
export interface BatchOperation {
  readonly text: string;
  add<T>(batch: BatchCalls<T>, tables: readonly T[]): void;
}

/**
 * The operations of a batch over tables of these types.
 * @param hasMoments whether they may carry moments
 */
export function batchOver(
  types: readonly TableType[],
  hasMoments: boolean,
): fc.Arbitrary<readonly BatchOperation[]> {
  const all = [...types.keys()];
  const unique = all.filter((at) => !types[at]?.endsWith("bag"));
  const ordered = all.filter((at) => types[at] === "ordered_set");
  const options = hasMoments ? any.writeOptions : fc.constant(undefined);
  const initial = fc.option(any.record, { nil: undefined });

  const change = fc.oneof(
    of(4, all, "insert", fc.tuple(any.record, options)),
    of(2, all, "insertMany", fc.tuple(any.records, options)),
    of(1, unique, "updateElement", fc.tuple(any.key, any.changes, initial)),
    of(1, unique, "updateCounter", fc.tuple(any.key, any.counterOps, any.record)),
    of(1, unique, "updateCounter", fc.tuple(any.key, any.counterOps, initial)),
    of(2, ordered, "append", fc.tuple(any.prefix, any.value)),
    of(1, ordered, "deleteRange", fc.tuple(any.range)),
    of(2, all, "delete", fc.tuple(any.key)),
    of(1, all, "deleteMany", fc.tuple(any.someKeys)),
    of(1, all, "deleteObject", fc.tuple(any.record)),
    of(1, all, "deleteAllObjects", fc.constant([] as const)),
  );
  const condition = fc.oneof(
    of(2, all, "insertNew", fc.tuple(any.record, options)),
    of(1, all, "insertNewMany", fc.tuple(distinct, options)),
    of(2, unique, "replace", fc.tuple(any.repeatedRecord, any.record, options).map(withOneKey)),
    of(1, unique, "check", fc.tuple(any.key, fc.constant(undefined))),
    of(
      2,
      unique,
      "check",
      any.repeatedRecord.map((record) => [record[0], record] as const),
    ),
  );
  // Few conditions, so that they often hold and what comes after them counts.
  return fc
    .tuple(
      fc.array(change, { maxLength: 3, size: "max" }),
      fc.array(condition, { maxLength: 2 }),
      fc.array(change, { maxLength: 3, size: "max" }),
    )
    .map((parts) => parts.flat());
}

/** A call for one of some tables, by their positions. */
function of<Name extends keyof BatchCalls<unknown>>(
  weight: number,
  tables: readonly number[],
  name: Name,
  args: fc.Arbitrary<Readonly<Rest<Parameters<BatchCalls<unknown>[Name]>>>>,
): { weight: number; arbitrary: fc.Arbitrary<BatchOperation> } {
  if (tables.length === 0) return { weight: 0, arbitrary: fc.constant({ text: "", add() {} }) };
  const arbitrary = fc.tuple(fc.constantFrom(...tables), args).map(
    ([at, given]): BatchOperation => ({
      text: `${name}(${[`table${at}`, ...given.filter((arg) => arg !== undefined).map(show)].join(", ")})`,
      add: (batch, of) => void Reflect.apply(batch[name], batch, [of[at], ...given]),
    }),
  );
  return { weight, arbitrary };
}

type Rest<A extends readonly unknown[]> = A extends readonly [unknown, ...infer R] ? R : never;

/** Records of different keys: of two of one key, a batch may say false before it looks at the operations before. */
const distinct = any.records.map((records) =>
  records.filter(([key], index) => !records.slice(0, index).some(([other]) => sameKey(key, other))),
);

/** The same key in both records, for the same reason. */
function withOneKey<O>([expected, record, options]: [StoreRecord, StoreRecord, O]): [
  StoreRecord,
  StoreRecord,
  O,
] {
  return [expected, [expected[0], ...record.slice(1)], options];
}
