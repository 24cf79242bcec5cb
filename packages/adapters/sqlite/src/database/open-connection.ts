import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Toolkit } from "@store/core";
import type { NormalizedSqliteOptions } from "../options.js";
import { Connection } from "./connection.js";
import { loadNodeSqlite } from "./node-sqlite.js";
import { checkFormat, migrate } from "./schema.js";
import { isBusy, sqlFailure } from "./sql-failure.js";

/** How much of the file SQLite keeps in memory, in KiB. */
const CACHE_KIB = 16_384;

/** Milliseconds between two tries to open a database that somebody else is just making, or closing. */
const RETRY_WAIT = 5;

/** Opens the database file, and makes it and its schema where they aren't there. */
export function openConnection(options: NormalizedSqliteOptions, toolkit: Toolkit): Connection {
  const { DatabaseSync } = loadNodeSqlite(toolkit);
  mkdirSync(dirname(options.path), { recursive: true });
  const connect = () => {
    const database = new DatabaseSync(options.path);
    try {
      database.exec(`PRAGMA busy_timeout = ${options.busyTimeout}`);
      const connection = new Connection(database, options, toolkit);
      prepare(connection, toolkit);
      return connection;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  try {
    return whenFree(options.busyTimeout, connect);
  } catch (error) {
    throw sqlFailure(error, options, toolkit);
  }
}

/**
 * Another connection to a database that is open, which reads it as it is now until it is closed. The log can't be brought
 * into the file beyond that meanwhile, and grows.
 */
export function openReader(options: NormalizedSqliteOptions, toolkit: Toolkit): Connection {
  const { DatabaseSync } = loadNodeSqlite(toolkit);
  const connection = new Connection(
    new DatabaseSync(options.path, { readOnly: true }),
    options,
    toolkit,
  );
  connection.exec(`PRAGMA busy_timeout = ${options.busyTimeout}; BEGIN`);
  // A transaction begins with what it reads first.
  connection.statement("SELECT value FROM _store_meta").get();
  return connection;
}

/** Nothing is written to the file before its format is known to be ours. */
function prepare(connection: Connection, toolkit: Toolkit): void {
  const { path, synchronous } = connection.options;
  checkFormat(connection, toolkit);
  const mode = connection.statement("PRAGMA journal_mode = WAL").get()?.[0];
  if (mode !== "wal") {
    throw toolkit.error(
      "STORE_IO",
      `${path} can't have a write-ahead log, which processes need to share it: its journal mode stays ${mode}`,
    );
  }
  connection.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -${CACHE_KIB}`);
  migrate(connection, toolkit);
}

/**
 * While another connection turns a new file into a database, or is the last one that closes, SQLite says that it is busy
 * without waiting.
 */
function whenFree<T>(timeout: number, connect: () => T): T {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return connect();
    } catch (error) {
      const cause = (error as Partial<Error>).cause ?? error;
      if (!isBusy(cause) || Date.now() >= deadline) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_WAIT);
  }
}
