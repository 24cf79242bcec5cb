import { toolkit } from "@store/core";
import { onTestFinished, vi } from "vitest";
import {
  type Database,
  loadNodeSqlite,
  type PreparedStatement,
} from "../../src/database/node-sqlite.js";

/** What a test changes of each connection that is opened from now on until it ends. */
export interface Replacement {
  exec?(sql: string, database: Database): void;
  prepare?(sql: string, database: Database): PreparedStatement;
}

/** Lets the adapter meet a SQLite that behaves otherwise. */
export function replaceSqlite({ exec, prepare }: Replacement): void {
  const { DatabaseSync } = loadNodeSqlite(toolkit);
  class Replaced extends DatabaseSync {
    override exec(sql: string): void {
      const run = (given: string) => super.exec(given);
      if (exec === undefined) run(sql);
      else exec(sql, { exec: run } as Database);
    }

    override prepare(sql: string): PreparedStatement {
      const run = (given: string) => super.prepare(given);
      return prepare === undefined ? run(sql) : prepare(sql, { prepare: run } as Database);
    }
  }
  const spy = vi
    .spyOn(process, "getBuiltinModule")
    .mockReturnValue({ DatabaseSync: Replaced } as unknown as undefined);
  onTestFinished(() => spy.mockRestore());
}

/** An error as `node:sqlite` throws it. */
export function sqliteError(errcode: number, message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR", errcode });
}
