import { toolkit } from "@store/core";
import { onTestFinished } from "vitest";
import { type Database, loadNodeSqlite } from "../../src/database/node-sqlite.js";

/** A connection of somebody else's to a database file, closed at the end of the test. */
export function rawDatabase(path: string): Database {
  const { DatabaseSync } = loadNodeSqlite(toolkit);
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  return database;
}
