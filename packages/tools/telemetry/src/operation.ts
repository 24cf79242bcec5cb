import type { AdapterTable } from "@store/core";

/** What a table's methods are called in events, in the order in which counters list them. */
export const TABLE_OPERATIONS = [
  "lookup",
  "lookupMany",
  "member",
  "insert",
  "insertMany",
  "insertNew",
  "take",
  "delete",
  "deleteMany",
  "deleteObjects",
  "deleteAllObjects",
  "deleteRange",
  "update",
  "replace",
  "updateCounter",
  "append",
  "first",
  "last",
  "next",
  "prev",
  "firstLookup",
  "lastLookup",
  "nextLookup",
  "prevLookup",
  "scan",
  "scanKeys",
  "snapshot",
  "count",
  "size",
  "matchObject",
  "matchDelete",
  "expire",
  "expiresAt",
  "sync",
  "flushCounters",
  "close",
] as const satisfies readonly (keyof AdapterTable)[];

/** What happens to one table. */
export type TableOperation = (typeof TABLE_OPERATIONS)[number];

/** What happens to a backend. */
export const BACKEND_OPERATIONS = [
  "openBackend",
  "openTable",
  "tables",
  "dropTable",
  "batch",
  "closeBackend",
] as const;

/** What can be listened to: each has a tracing channel of its own, `store:<operation>`. */
export type StoreOperation = TableOperation | (typeof BACKEND_OPERATIONS)[number];

export const OPERATIONS: readonly StoreOperation[] = [...TABLE_OPERATIONS, ...BACKEND_OPERATIONS];
