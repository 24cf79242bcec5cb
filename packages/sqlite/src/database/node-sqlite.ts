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
    call: (value: SqlValue) => SqlValue,
  ): void;
  close(): void;
}

/** A prepared statement. Numbers are bound as REAL; null is NULL. */
export interface PreparedStatement {
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): Row[];
  iterate(...values: readonly SqlValue[]): IterableIterator<Row>;
}

export type SqlValue = null | number | string | Uint8Array;

/** A row by the names of its columns, as the statement that reads it has them. */
export type Row = Readonly<Record<string, SqlValue>>;

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
