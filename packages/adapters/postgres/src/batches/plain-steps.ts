import type { BatchOperation, Moments, StoreRecord, TableType } from "@store/core";
import { encodeFingerprint } from "../rows/body.js";
import { hex } from "../rows/literal.js";
import {
  bytesBetween,
  digestOf,
  itemsOf,
  lastOfEachKey,
  type RowEncoder,
  type StoredItem,
  type StoredRow,
} from "../rows/rows.js";
import { limitOf, type PostgresTable } from "../tables/postgres-table.js";
import type { SqlOperation, Step } from "./step.js";

/** The kinds of operations that the function does by itself. */
export type PlainOperation = Exclude<
  BatchOperation<"async">,
  { kind: "updateElement" | "updateCounter" | "append" }
>;

/** What is needed to make steps. */
export interface StepContext {
  readonly table: PostgresTable;
  readonly rows: RowEncoder;
}

/** The step of such an operation. */
export function plainStep(operation: PlainOperation, context: StepContext): Step {
  const { table, rows } = context;
  const { id } = table;
  const inSet = isSet(table.type);
  switch (operation.kind) {
    case "insert":
      return inserting(operation, context, inSet);
    case "insertNew":
      return insertingNew(
        operation.records,
        momentsOf(operation.records, operation.expiresAt),
        context,
      );
    case "replace": {
      const row = rows.row(operation.record, operation.expiresAt);
      const expected = hex(encodeFingerprint(operation.expected));
      return stepOf([{ kind: "replace", id, ...single(row), expected }], [row.key]);
    }
    case "check": {
      const key = rows.key(operation.key);
      const expected = operation.expected && hex(encodeFingerprint(operation.expected));
      return stepOf([{ kind: "check", id, key: hex(key), expected: expected ?? null }], [key]);
    }
    case "delete": {
      const step = deleting([operation.key], context, inSet);
      return { ...step, result: () => undefined };
    }
    case "deleteMany":
      return deleting(operation.keys, context, inSet);
    case "deleteObjects":
      return deletingObjects(operation.records, context, inSet);
    case "deleteRange": {
      const { lower, upper } = bytesBetween(operation.range);
      const bounds = { lower: hex(lower), upper: hex(upper) };
      const { reverse, limit } = operation.range;
      return stepOf([{ kind: "deleteRange", id, ...bounds, reverse, limit: limitOf(limit) }], []);
    }
    case "deleteAllObjects": {
      const step = stepOf([{ kind: inSet ? "deleteAll" : "deleteAllItems", id }], []);
      return { ...step, result: () => undefined };
    }
  }
}

/** A step that needs nothing to be told, and can't be refused. */
export function stepOf(operations: readonly SqlOperation[], locks: readonly Uint8Array[]): Step {
  return {
    operations,
    locks,
    result: (answer) => answer,
    learn: impossible,
    refusal: impossible,
  };
}

/** A record in the operations that have one. */
export function single({ key, body, moment }: StoredRow) {
  return { key: hex(key), body: hex(body), moment };
}

function inserting(
  { records, expiresAt }: { records: readonly StoreRecord[]; expiresAt: number | undefined },
  { table, rows }: StepContext,
  inSet: boolean,
): Step {
  const { id, type } = table;
  const sorted = rows.sortedRows(records, momentsOf(records, expiresAt));
  const kept = lastOfEachKey(sorted);
  const step = inSet
    ? stepOf([{ kind: "insert", id, rows: kept.map(row) }], keysOf(kept))
    : stepOf([itemsInto(type, id, sorted)], []);
  return { ...step, result: () => undefined };
}

/** The step that inserts records if none of their keys is there. */
export function insertingNew(
  records: readonly StoreRecord[],
  moments: Moments | undefined,
  { table: { id, type }, rows }: StepContext,
): Step {
  const sorted = rows.sortedRows(records, moments);
  if (isSet(type)) {
    return stepOf([{ kind: "insertNew", id, rows: sorted.map(row) }], keysOf(sorted));
  }
  const keys = keysOf(lastOfEachKey(sorted));
  const free = { kind: "free", id, keys: keys.map(hex) };
  return { ...stepOf([free, itemsInto(type, id, sorted)], keys), result: () => true };
}

function deleting(
  keys: readonly StoreRecord[0][],
  { table: { id }, rows }: StepContext,
  inSet: boolean,
): Step {
  const bytes = keys.map((key) => rows.key(key));
  const kind = inSet ? "delete" : "deleteItems";
  return stepOf([{ kind, id, keys: bytes.map(hex) }], inSet ? bytes : []);
}

function deletingObjects(
  records: readonly StoreRecord[],
  { table: { id }, rows }: StepContext,
  inSet: boolean,
): Step {
  const found = records.map((record) => ({
    key: rows.key(record[0]),
    fingerprint: encodeFingerprint(record),
  }));
  return inSet
    ? stepOf(
        [
          {
            kind: "deleteObjects",
            id,
            rows: found.map(({ key, fingerprint }) => [hex(key), hex(fingerprint)]),
          },
        ],
        found.map(({ key }) => key),
      )
    : stepOf(
        [
          {
            kind: "deleteEqualItems",
            id,
            rows: found.map(({ key, fingerprint }) => [hex(key), hex(digestOf(fingerprint))]),
          },
        ],
        [],
      );
}

function itemsInto(type: string, id: number, sorted: readonly StoredRow[]): SqlOperation {
  const once = type === "bag";
  const kind = once ? "insertBag" : "insertDuplicates";
  return { kind, id, rows: itemsOf(sorted, once).map(item) };
}

function isSet(type: TableType): boolean {
  return type === "set" || type === "ordered_set";
}

function row({ key, body, moment }: StoredRow): unknown[] {
  return [hex(key), hex(body), moment];
}

function item(stored: StoredItem): unknown[] {
  return [...row(stored), hex(stored.digest)];
}

function keysOf(rows: readonly StoredRow[]): Uint8Array[] {
  return rows.map(({ key }) => key);
}

function momentsOf(
  records: readonly StoreRecord[],
  expiresAt: number | undefined,
): Moments | undefined {
  return expiresAt === undefined ? undefined : records.map(() => expiresAt);
}

/** The function has no such answer for these operations. */
function impossible(): never {
  throw new Error("the database answered what the operation can't come to");
}
