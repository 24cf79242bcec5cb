import { Refusal } from "../errors/errors.js";
import type { Capabilities } from "./adapter.js";
import type { AdapterTable, TableType } from "./adapter-table.js";
import type { Mode } from "./mode.js";

/** The types of tables. */
export const TABLE_TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** The methods that every adapter's table has. */
export const REQUIRED = [
  "lookup",
  "insertMany",
  "delete",
  "deleteObjects",
  "deleteAllObjects",
  "size",
  "first",
  "last",
  "next",
  "prev",
  "close",
] as const;

/**
 * The methods that make an operation of two or more steps atomic. An adapter that has all needs no queue; nor a `scan`
 * where there is no order to go on by, for core's own takes down the keys in a turn of its own.
 */
const ATOMIC = ["insertNew", "take", "update"] as const;

/** The methods that core has a default for. */
export const OPTIONAL = [
  ...ATOMIC,
  "insert",
  "member",
  "lookupMany",
  "deleteMany",
  "replace",
  "updateCounter",
  "append",
  "firstLookup",
  "lastLookup",
  "nextLookup",
  "prevLookup",
  "scan",
  "scanKeys",
  "snapshot",
  "count",
  "deleteRange",
  "matchObject",
  "matchDelete",
  "expire",
  "expiresAt",
  "sync",
  "flushCounters",
  "usage",
] as const;

/** The methods that write, but for `close`, `sync` and `flushCounters`. */
export const WRITES = [
  "insert",
  "insertMany",
  "insertNew",
  "take",
  "delete",
  "deleteMany",
  "deleteObjects",
  "deleteAllObjects",
  "update",
  "replace",
  "updateCounter",
  "append",
  "deleteRange",
  "matchDelete",
  "expire",
] as const;

/** Refuses a table that lacks a method, before anything is called. */
export function checkTable(table: unknown, capabilities: Capabilities): void {
  const given = Object(table) as Partial<AdapterTable>;
  const { durable, shared, expiry } = capabilities;
  const methods: (keyof AdapterTable)[] = [
    ...REQUIRED,
    ...(durable ? (["sync"] as const) : []),
    ...(shared ? ATOMIC : []),
    // Core's own scan of a table without order needs one that stands still.
    ...(shared && given.type !== "ordered_set" ? (["scan"] as const) : []),
    ...(expiry ? (["expire", "expiresAt"] as const) : []),
    // Core's own has two steps where records have moments.
    ...(expiry && shared ? (["replace"] as const) : []),
  ];
  const missing = methods.filter((method) => typeof given[method] !== "function");
  if (missing.length > 0) {
    throw new Refusal("STORE_INVALID_ADAPTER", `the adapter's table lacks ${missing.join(", ")}`);
  }
}

/** Whether the table's own methods are all that its writes are made of: calls of an async one may overlap then. */
export function isAtomic(table: AdapterTable<Mode>): boolean {
  const ordered = table.type === "ordered_set";
  return (
    ATOMIC.every((method) => table[method] !== undefined) &&
    (ordered || table.scan !== undefined) &&
    (table.expire === undefined || table.replace !== undefined)
  );
}
