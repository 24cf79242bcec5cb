import type { Toolkit } from "@store/core";

/** What the adapter uses of `node:sqlite`, for which the oldest Node that is supported has no types. */
export interface NodeSqlite {
  DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => Database;
}

/** A connection to a database. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): PreparedStatement;
  function(
    name: string,
    options: { readonly deterministic: boolean },
    call: (value: SqlValue) => SqlValue | object,
  ): void;
  close(): void;
}

/** A prepared statement. Numbers are bound as REAL; null is NULL. */
export interface PreparedStatement {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
  get(...values: readonly SqlValue[]): GivenRow | undefined;
  all(...values: readonly SqlValue[]): GivenRow[];
  /** Makes rows arrays, which are faster. Node has it from 22.16 on. */
  setReturnArrays?(enabled: boolean): void;
}

export type SqlValue = null | number | string | Uint8Array;

/** A row: its values in the order of the columns, whose names differ; or, without `setReturnArrays`, by their names. */
export type GivenRow = Row | Readonly<Record<string, SqlValue>>;

/** A row: its values in the order of the columns. */
export type Row = readonly SqlValue[];

/** Loads `node:sqlite`: by name, so that bundlers leave it alone and older Nodes can load this package. */
export function loadNodeSqlite(toolkit: Toolkit): NodeSqlite {
  const module = process.getBuiltinModule("node:sqlite" as "node:fs") as unknown as
    | NodeSqlite
    | undefined;
  if (module !== undefined) return module;
  throw toolkit.error(
    "STORE_NOT_SUPPORTED",
    `node:sqlite is needed, which Node has from 22.13 on; this is Node ${process.versions.node}`,
  );
}
