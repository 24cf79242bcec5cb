import type { Adapter, Toolkit } from "@store/core";
import { openConnection } from "./database/open-connection.js";
import { MAX_KEY_BYTES, MAX_RECORD_BYTES } from "./limits.js";
import {
  type NormalizedSqliteOptions,
  normalizeSqliteOptions,
  type SqliteOptions,
} from "./options.js";
import { SqliteBackend } from "./sqlite-backend.js";

/** The type of {@link sqliteAdapter}. */
export type SqliteAdapter = Adapter<SqliteOptions, "sync", NormalizedSqliteOptions>;

/**
 * Durable tables in a SQLite file, which any number of processes and threads share: all four types, batches, moments. It
 * needs `node:sqlite` (Node 22.13 and newer); without it the first call that needs a table is `STORE_NOT_SUPPORTED`.
 */
export const sqliteAdapter: SqliteAdapter = Object.freeze({
  name: "sqlite",
  mode: "sync" as const,
  contractVersion: 2 as const,
  capabilities: Object.freeze({
    durable: true,
    ordered: true,
    bags: true,
    shared: true,
    serializes: true,
    batches: true,
    expiry: true,
    maxKeyBytes: MAX_KEY_BYTES,
    maxRecordBytes: MAX_RECORD_BYTES,
  }),
  normalizeOptions: normalizeSqliteOptions,
  open: (options: NormalizedSqliteOptions, toolkit: Toolkit) =>
    new SqliteBackend(openConnection(options, toolkit), toolkit),
});
