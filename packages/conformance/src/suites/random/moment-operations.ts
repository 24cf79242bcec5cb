import type { TableType } from "@store/core";
import * as fc from "fast-check";
import * as any from "./arbitrary.js";
import { type Operation, of, operationFor, withoutExactNumbers } from "./operations.js";

/** Operations for a table of this type, and those that give records moments. */
export function momentOperationFor(type: TableType): fc.Arbitrary<Operation> {
  return fc.oneof(
    { weight: 12, arbitrary: operationFor(type).map(withoutExactNumbers) },
    of(3, fc.tuple(any.record, any.writeOptions), "insert", {
      run: (table, record, options) => table.insert(record, options),
      expect: (model, record, options) => model.insertMany([record], options),
    }),
    of(2, fc.tuple(any.records, any.writeOptions), "insertMany", {
      run: (table, records, options) => table.insertMany(records, options),
      expect: (model, records, options) => model.insertMany(records, options),
    }),
    of(2, fc.tuple(any.record, any.writeOptions), "insertNew", {
      run: (table, record, options) => table.insertNew(record, options),
      expect: (model, record, options) => model.insertNewMany([record], options),
    }),
    of(1, fc.tuple(any.records, any.writeOptions), "insertNewMany", {
      run: (table, records, options) => table.insertNewMany(records, options),
      expect: (model, records, options) => model.insertNewMany(records, options),
    }),
    of(2, fc.tuple(any.record, any.record, any.writeOptions), "replace", {
      run: (table, expected, record, options) => table.replace(expected, record, options),
      expect: (model, expected, record, options) => model.replace(expected, record, options),
    }),
    of(3, fc.tuple(any.key, fc.option(any.moment)), "expire", {
      run: (table, key, at) => table.expire(key, at),
      expect: (model, key, at) => model.expire(key, at),
    }),
    of(3, fc.tuple(any.key), "expiresAt", {
      run: (table, key) => table.expiresAt(key),
      expect: (model, key) => model.expiresAt(key),
    }),
  );
}
