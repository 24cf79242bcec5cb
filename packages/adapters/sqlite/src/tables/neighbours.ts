import { decodeKey, decodeRecord, encodeKey } from "@store/codec";
import type { Key, KeyRecords, StoreRecord } from "@store/core";
import type { Connection, Statement } from "../database/connection.js";
import type { SqlValue } from "../database/node-sqlite.js";
import { ALIVE } from "./alive.js";
import { type BytesRange, rightAfter, WHOLE } from "./key-range.js";

type Direction = "ASC" | "DESC";

/** The first, last, next and previous keys of a table, alone or with their records: a statement each. */
export class Neighbours {
  readonly #keys: Readonly<Record<Direction, Statement>>;
  readonly #records: Readonly<Record<Direction, Statement>>;
  readonly #isOrdered: boolean;

  constructor(connection: Connection, sqlName: string, isOrdered: boolean) {
    this.#isOrdered = isOrdered;
    // In a table without order a key that isn't there has no neighbours.
    const isThere = isOrdered
      ? ""
      : `AND (? IS NULL OR EXISTS (SELECT 1 FROM ${sqlName} WHERE key = ? AND ${ALIVE}))`;
    const keySql = (direction: Direction) => `SELECT key FROM ${sqlName}
      WHERE key >= ? AND key < ? AND ${ALIVE} ${isThere} ORDER BY key ${direction} LIMIT 1`;
    const recordsSql = (direction: Direction) => `SELECT record FROM ${sqlName}
      WHERE key = (${keySql(direction)}) AND ${ALIVE} ORDER BY rowid`;
    const both = (sql: (direction: Direction) => string) => ({
      ASC: connection.statement(sql("ASC")),
      DESC: connection.statement(sql("DESC")),
    });
    this.#keys = both(keySql);
    this.#records = both(recordsSql);
  }

  /** The first key, or the one after `key`. */
  next(key?: Key): Key | undefined {
    return this.#key("ASC", key);
  }

  /** The last key, or the one before `key`. */
  prev(key?: Key): Key | undefined {
    return this.#key("DESC", key);
  }

  nextLookup(key?: Key): KeyRecords | undefined {
    return this.#keyRecords("ASC", key);
  }

  prevLookup(key?: Key): KeyRecords | undefined {
    return this.#keyRecords("DESC", key);
  }

  #key(direction: Direction, key: Key | undefined): Key | undefined {
    const row = this.#keys[direction].get(...this.#parameters(direction, key, Date.now()));
    return row && decodeKey(row[0] as Uint8Array);
  }

  #keyRecords(direction: Direction, key: Key | undefined): KeyRecords | undefined {
    const now = Date.now();
    const rows = this.#records[direction].all(...this.#parameters(direction, key, now), now);
    const [first, ...others] = rows.map(([record]) => decodeRecord(record as Uint8Array));
    return first && [first[0], [first, ...others] as StoreRecord[]];
  }

  #parameters(direction: Direction, key: Key | undefined, now: number): SqlValue[] {
    const bytes = key === undefined ? null : encodeKey(key);
    const { begin, end } = bytes === null ? WHOLE : beside(bytes, direction);
    return this.#isOrdered ? [begin, end, now] : [begin, end, now, bytes, bytes, now];
  }
}

/** The keys on one side of a key. */
function beside(key: Uint8Array, direction: Direction): BytesRange {
  return direction === "ASC"
    ? { begin: rightAfter(key), end: WHOLE.end }
    : { begin: WHOLE.begin, end: key };
}
