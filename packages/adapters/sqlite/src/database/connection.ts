import { canonicalRecord, decodeRecord } from "@store/codec";
import type { Toolkit } from "@store/core";
import type { NormalizedSqliteOptions } from "../options.js";
import type { Database, GivenRow, PreparedStatement, Row, SqlValue } from "./node-sqlite.js";
import { sqlFailure } from "./sql-failure.js";

/**
 * A connection to the database file.
 *
 * 1. No statement stays open between two calls: what is read is read whole, page by page. So no read keeps a snapshot, in
 *    which a later write would be `SQLITE_BUSY_SNAPSHOT`, and none is disturbed by another use of its statement.
 * 2. What takes several statements runs in a transaction that is a writer from its first one on (`BEGIN IMMEDIATE`): it
 *    waits for its turn then, and can't fail halfway because somebody else has written.
 */
export class Connection {
  readonly options: NormalizedSqliteOptions;
  /** Grows with each write through this connection. */
  version = 0;
  readonly #database: Database;
  readonly #toolkit: Toolkit;
  #isInTransaction = false;
  /** What our function threw while the statement ran that fails for that reason. */
  #thrown: unknown;

  constructor(database: Database, options: NormalizedSqliteOptions, toolkit: Toolkit) {
    this.#database = database;
    this.options = options;
    this.#toolkit = toolkit;
    database.function("store_canonical", { deterministic: true }, (bytes) =>
      this.#canonical(bytes as Uint8Array),
    );
  }

  statement(sql: string): Statement {
    return new Statement(this, sql);
  }

  prepare(sql: string): PreparedStatement {
    return this.#database.prepare(sql);
  }

  exec(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** Does `work` in a transaction of a writer: whole, or, if it throws, not at all. Within another one it is a part of that. */
  transaction<T>(work: () => T): T {
    return this.#within("BEGIN IMMEDIATE", work);
  }

  /** Does `work`, which only reads, on what the database holds at one moment. */
  reading<T>(work: () => T): T {
    return this.#within("BEGIN", work);
  }

  /** Does `work` that rather fails, as busy, than waits for others. */
  withoutWaiting<T>(work: () => T): T {
    this.exec("PRAGMA busy_timeout = 0");
    try {
      return work();
    } finally {
      this.exec(`PRAGMA busy_timeout = ${this.options.busyTimeout}`);
    }
  }

  failure(error: unknown): unknown {
    const thrown = this.#thrown;
    this.#thrown = undefined;
    return thrown ?? sqlFailure(error, this.options, this.#toolkit);
  }

  close(): void {
    this.#database.close();
  }

  /**
   * Equal records have equal canonical bytes; stored are the exact ones, which keep the order of properties as well. What
   * it throws Node 22.13 would take for NULL; what it can't return as a value fails the statement in all versions.
   */
  #canonical(bytes: Uint8Array): Uint8Array | object {
    try {
      return canonicalRecord(decodeRecord(bytes));
    } catch (error) {
      this.#thrown = error;
      return {};
    }
  }

  #within<T>(begin: string, work: () => T): T {
    if (this.#isInTransaction) return work();
    this.exec(begin);
    this.#isInTransaction = true;
    try {
      const result = work();
      this.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  #rollBack(): void {
    this.version++;
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // After some failures (a full disk) SQLite has done it by itself.
    }
  }
}

/** A statement, prepared when it is first used. Parameters are `?`, in their order: `node:sqlite` takes `?1` for a name. */
export class Statement {
  readonly #connection: Connection;
  readonly #sql: string;
  #prepared: PreparedStatement | undefined;
  #areArrays = false;

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
  }

  /** Changes something; returns how many rows. */
  run(...values: readonly SqlValue[]): number {
    try {
      this.#connection.version++;
      return this.#prepare().run(...values).changes as number;
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  /** The first row, if there is any. */
  get(...values: readonly SqlValue[]): Row | undefined {
    try {
      const row = this.#prepare().get(...values);
      return row === undefined || this.#areArrays ? (row as Row | undefined) : Object.values(row);
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  /** All rows. */
  all(...values: readonly SqlValue[]): Row[] {
    try {
      const rows = this.#prepare().all(...values);
      return this.#areArrays ? (rows as Row[]) : rows.map((row: GivenRow) => Object.values(row));
    } catch (error) {
      throw this.#connection.failure(error);
    }
  }

  /** Changes something, and returns the rows of its RETURNING. */
  runReturning(...values: readonly SqlValue[]): Row[] {
    this.#connection.version++;
    return this.all(...values);
  }

  #prepare(): PreparedStatement {
    if (this.#prepared === undefined) {
      this.#prepared = this.#connection.prepare(this.#sql);
      this.#areArrays = this.#prepared.setReturnArrays !== undefined;
      this.#prepared.setReturnArrays?.(true);
    }
    return this.#prepared;
  }
}
