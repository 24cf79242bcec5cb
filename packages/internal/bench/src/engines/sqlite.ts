import { join } from "node:path";
import type { Engine, Setup } from "../engine.js";
import { requirePeer } from "../peer.js";
import { type Records, sizeOf, sizeOfJson, toText, type Value } from "../records.js";

interface Statement {
  run(...values: unknown[]): unknown;
  get(...values: unknown[]): unknown;
  iterate(...values: unknown[]): IterableIterator<unknown>;
  pluck(): Statement;
}

interface Database {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): Statement;
  transaction<T>(run: (argument: T) => void): (argument: T) => void;
  close(): void;
}

class SqliteEngine implements Engine {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #lookup: Statement;
  readonly #count: Statement;
  readonly #next: Statement;
  readonly #all: Statement;
  readonly #from: Statement;
  #read: (text: unknown) => number = sizeOfJson;

  constructor(database: Database) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS counters (key TEXT PRIMARY KEY, count INTEGER) WITHOUT ROWID;
    `);
    this.#insert = database.prepare(
      "INSERT INTO records VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    );
    this.#lookup = database.prepare("SELECT value FROM records WHERE key = ?").pluck();
    this.#count = database
      .prepare(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET count = count + 1 RETURNING count",
      )
      .pluck();
    this.#next = database
      .prepare("SELECT key FROM records WHERE key > ? ORDER BY key LIMIT 1")
      .pluck();
    this.#all = database.prepare("SELECT value FROM records").pluck();
    this.#from = database
      .prepare("SELECT value FROM records WHERE key >= ? ORDER BY key LIMIT ?")
      .pluck();
  }

  prepare({ values }: Records): void {
    if (typeof values[0] === "string") this.#read = sizeOf;
  }

  insert({ keys, values }: Records): void {
    const insert = this.#insert;
    for (let index = 0; index < keys.length; index++) {
      insert.run(keys[index], toText(values[index] as Value));
    }
  }

  insertBatches(records: Records, size: number): void {
    const { keys, values } = records;
    const insert = this.#insert;
    const insertFrom = this.#database.transaction((from: number) => {
      const end = Math.min(from + size, keys.length);
      for (let index = from; index < end; index++) {
        insert.run(keys[index], toText(values[index] as Value));
      }
    });
    for (let from = 0; from < keys.length; from += size) insertFrom(from);
  }

  lookup(keys: readonly string[]): number {
    const lookup = this.#lookup;
    const read = this.#read;
    let sum = 0;
    for (const key of keys) sum += read(lookup.get(key));
    return sum;
  }

  miss(keys: readonly string[]): number {
    const lookup = this.#lookup;
    let count = 0;
    for (const key of keys) if (lookup.get(key) === undefined) count++;
    return count;
  }

  range(keys: readonly string[], length: number): number {
    const read = this.#read;
    let sum = 0;
    for (const key of keys) {
      for (const text of this.#from.iterate(key, length)) sum += read(text);
    }
    return sum;
  }

  count(keys: readonly string[]): number {
    const count = this.#count;
    let sum = 0;
    for (const key of keys) sum += count.get(key) as number;
    return sum;
  }

  walk(): number {
    const next = this.#next;
    let count = 0;
    for (let key = next.get(""); key !== undefined; key = next.get(key)) count++;
    return count;
  }

  fold(): number {
    let sum = 0;
    for (const text of this.#all.iterate()) sum += this.#read(text);
    return sum;
  }

  settle(): void {
    this.#database.pragma("wal_checkpoint(TRUNCATE)");
  }

  compact(): void {
    this.#database.exec("VACUUM");
  }

  close(): void {
    this.#database.close();
  }
}

function sqlite(
  title: string,
  acknowledged: Setup["acknowledged"],
  pragmas: readonly string[],
): Setup {
  return {
    title: `better-sqlite3 ${title}`,
    acknowledged,
    open({ directory }) {
      const Database = requirePeer<new (path: string) => Database>("better-sqlite3");
      const path = acknowledged === "in memory" ? ":memory:" : join(directory, "database");
      const database = new Database(path);
      for (const pragma of pragmas) database.pragma(pragma);
      return new SqliteEngine(database);
    },
  };
}

const WAL = "journal_mode = WAL";

export const sqliteMemory = sqlite(":memory:", "in memory", []);
export const sqliteNormal = sqlite("WAL, NORMAL", "in the OS", [WAL, "synchronous = NORMAL"]);
export const sqliteFull = sqlite("WAL, FULL", "on disk", [WAL, "synchronous = FULL"]);
