import type { Key, StoreRecord, TableType } from "@store/core";
import * as fc from "fast-check";
import { collect } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { equal } from "../../model/equality.js";
import { Expected } from "../../model/expected.js";
import type { ReferenceTable } from "../../model/reference-table.js";
import * as any from "./arbitrary.js";

/** How two results of an operation are compared. What has no order is compared sorted, or as far as it is defined. */
export type Comparison =
  | "exact"
  | "sorted records"
  | "sorted keys"
  | "presence"
  | "success"
  /** As `exact`, a number of records. Where some may have expired it is `at least`. */
  | "number"
  | "at least";

/** A call and its expected result. `text` is the call as code. */
export interface Operation {
  readonly text: string;
  readonly comparison: Comparison;
  run(table: AnyTable): unknown;
  /** The result by the model; throws {@link Expected} for a call that must fail. */
  expect(model: ReferenceTable): unknown;
}

/** Operations for a table of this type, those that change it more often. */
export function operationFor(type: TableType): fc.Arbitrary<Operation> {
  const range = type === "ordered_set" ? any.range : fc.constant(undefined);
  const limit =
    type === "ordered_set"
      ? fc.option(fc.nat({ max: 4 }), { nil: undefined })
      : fc.constant(undefined);
  const unordered = (comparison: Comparison): Comparison =>
    type === "ordered_set" ? "exact" : comparison;

  return fc.oneof(
    of(4, fc.tuple(any.record), "insert", {
      run: (table, record) => table.insert(record),
      expect: (model, record) => model.insertMany([record]),
    }),
    of(2, fc.tuple(any.records), "insertMany", {
      run: (table, records) => table.insertMany(records),
      expect: (model, records) => model.insertMany(records),
    }),
    of(2, fc.tuple(any.record), "insertNew", {
      run: (table, record) => table.insertNew(record),
      expect: (model, record) => model.insertNewMany([record]),
    }),
    of(1, fc.tuple(any.records), "insertNewMany", {
      run: (table, records) => table.insertNewMany(records),
      expect: (model, records) => model.insertNewMany(records),
    }),
    of(2, fc.tuple(any.key), "lookup", {
      run: (table, key) => table.lookup(key),
      expect: (model, key) => model.lookup(key),
    }),
    of(1, fc.tuple(any.key), "member", {
      run: (table, key) => table.member(key),
      expect: (model, key) => model.member(key),
    }),
    of(2, fc.tuple(any.key), "take", {
      run: (table, key) => table.take(key),
      expect: (model, key) => model.take(key),
    }),
    of(3, fc.tuple(any.key), "delete", {
      run: (table, key) => table.delete(key),
      expect: (model, key) => model.delete(key),
    }),
    of(2, fc.tuple(any.record), "deleteObject", {
      run: (table, record) => table.deleteObject(record),
      expect: (model, record) => model.deleteObject(record),
    }),
    of(1, fc.tuple(), "deleteAllObjects", {
      run: (table) => table.deleteAllObjects(),
      expect: (model) => model.deleteAllObjects(),
    }),
    of(2, fc.tuple(any.record, any.record), "replace", {
      run: (table, expected, record) => table.replace(expected, record),
      expect: (model, expected, record) => model.replace(expected, record),
    }),
    of(2, fc.tuple(any.key, any.change), "updateElement", {
      run: (table, key, change) => table.updateElement(key, change),
      expect: (model, key, change) => model.updateElement(key, [change]),
    }),
    of(
      3,
      fc.tuple(any.key, any.counterOp, fc.option(any.record, { nil: undefined })),
      "updateCounter",
      {
        run: (table, key, op, initial) => table.updateCounter(key, op, initial),
        expect: (model, key, op, initial) => model.updateCounter(key, [op], initial)[0],
      },
    ),
    of(
      2,
      fc.tuple(any.key, any.counterOps, fc.option(any.record, { nil: undefined })),
      "updateCounter",
      {
        run: (table, key, ops, initial) => table.updateCounter(key, ops as never, initial),
        expect: (model, key, ops, initial) => model.updateCounter(key, ops, initial),
      },
    ),
    of(
      2,
      fc.tuple(any.key, any.changes, fc.option(any.record, { nil: undefined })),
      "updateElement",
      {
        run: (table, key, changes, initial) => table.updateElement(key, changes, initial),
        expect: (model, key, changes, initial) => model.updateElement(key, changes, initial),
      },
    ),
    of(1, fc.tuple(any.someKeys), "lookupMany", {
      run: (table, keys) => table.lookupMany(keys),
      expect: (model, keys) => keys.map((key) => model.lookup(key)),
    }),
    of(1, fc.tuple(any.someKeys), "deleteMany", {
      run: (table, keys) => table.deleteMany(keys),
      expect: (model, keys) => model.deleteMany(keys),
    }),
    of(2, fc.tuple(any.prefix, any.value), "append", {
      run: (table, prefix, value) => table.append(prefix as never, value),
      expect: (model, prefix, value) => model.append(prefix, [value]),
    }),
    of(1, fc.tuple(range), "count", {
      comparison: "number",
      run: (table, range) => table.count(range as never),
      expect: (model, range) => model.recordsIn(range ?? {}).length,
    }),
    of(1, fc.tuple(any.range), "deleteRange", {
      run: (table, range) => table.deleteRange(range as never),
      expect: (model, range) => model.deleteRange(range),
    }),
    of(1, fc.tuple(any.key), "nextLookup", {
      comparison: unordered("success"),
      run: (table, key) => table.nextLookup(key),
      expect: (model, key) => model.at(neighbour(model, key, 1)),
    }),
    of(1, fc.tuple(any.key), "prevLookup", {
      comparison: unordered("success"),
      run: (table, key) => table.prevLookup(key),
      expect: (model, key) => model.at(neighbour(model, key, -1)),
    }),
    of(1, fc.tuple(), "first", {
      comparison: unordered("presence"),
      run: (table) => table.first(),
      expect: (model) => model.keys[0],
    }),
    of(1, fc.tuple(), "last", {
      comparison: unordered("presence"),
      run: (table) => table.last(),
      expect: (model) => model.keys.at(-1),
    }),
    of(2, fc.tuple(any.key), "next", {
      comparison: unordered("success"),
      run: (table, key) => table.next(key),
      expect: (model, key) => neighbour(model, key, 1),
    }),
    of(2, fc.tuple(any.key), "prev", {
      comparison: unordered("success"),
      run: (table, key) => table.prev(key),
      expect: (model, key) => neighbour(model, key, -1),
    }),
    of(1, fc.tuple(), "walk", {
      comparison: unordered("sorted keys"),
      run: walk,
      expect: (model) => model.keys,
    }),
    of(2, fc.tuple(range), "records", {
      comparison: unordered("sorted records"),
      run: (table, range) => collect(table.records(range as never)),
      expect: (model, range) => model.recordsIn(range ?? {}),
    }),
    of(2, fc.tuple(range), "keys", {
      comparison: unordered("sorted keys"),
      run: (table, range) => collect(table.keys(range as never)),
      expect: (model, range) => model.keysIn(range ?? {}),
    }),
    of(1, fc.tuple(), "foldl", {
      comparison: unordered("sorted records"),
      run: (table) => table.foldl((record, all: StoreRecord[]) => [...all, record], []),
      expect: (model) => model.records,
    }),
    of(2, fc.tuple(any.pattern, limit), "matchObject", {
      comparison: unordered("sorted records"),
      run: (table, pattern, limit) =>
        table.matchObject(pattern as never, limit === undefined ? {} : { limit }),
      expect: (model, pattern, limit) => model.matchObject(pattern).slice(0, limit),
    }),
    of(1, fc.tuple(any.pattern), "matchDelete", {
      run: (table, pattern) => table.matchDelete(pattern as never),
      expect: (model, pattern) => model.matchDelete(pattern),
    }),
    of(1, fc.tuple(), "size", {
      comparison: "number",
      run: (table) => table.size,
      expect: (model) => model.records.length,
    }),
  );
}

/** The insertion of these records. */
export function inserting(records: readonly StoreRecord[]): Operation {
  return {
    text: `insertMany(${show(records)})`,
    comparison: "exact",
    run: (table) => table.insertMany(records),
    expect: (model) => model.insertMany(records),
  };
}

/** The same where records may have expired: numbers of records forget those in the background. */
export function withoutExactNumbers(operation: Operation): Operation {
  return operation.comparison === "number" ? { ...operation, comparison: "at least" } : operation;
}

interface Call<A extends readonly unknown[]> {
  readonly comparison?: Comparison;
  run(table: AnyTable, ...args: A): unknown;
  expect(model: ReferenceTable, ...args: A): unknown;
}

/** An operation that is made with any arguments of the arbitrary. */
export function of<A extends readonly unknown[]>(
  weight: number,
  args: fc.Arbitrary<A>,
  name: string,
  { comparison = "exact", run, expect }: Call<A>,
): { weight: number; arbitrary: fc.Arbitrary<Operation> } {
  const arbitrary = args.map(
    (given): Operation => ({
      text: `${name}(${given
        .filter((arg) => arg !== undefined)
        .map(show)
        .join(", ")})`,
      comparison,
      run: (table) => run(table, ...given),
      expect: (model) => expect(model, ...given),
    }),
  );
  return { weight, arbitrary };
}

function neighbour(model: ReferenceTable, key: Key, step: 1 | -1): Key | undefined {
  if (model.type !== "ordered_set" && !model.member(key)) throw new Expected("STORE_KEY_NOT_FOUND");
  return model.neighbour(key, step);
}

/** The keys by `next`, if `prev` returns the same in reverse; both lists otherwise. */
async function walk(table: AnyTable): Promise<unknown> {
  const forward: Key[] = [];
  const backward: Key[] = [];
  const limit = (await table.size) + 1;
  for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
    if (forward.push(key) > limit) break;
  }
  for (let key = await table.last(); key !== undefined; key = await table.prev(key)) {
    if (backward.unshift(key) > limit) break;
  }
  return equal(forward, backward) ? forward : { forward, backward };
}
