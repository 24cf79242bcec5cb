import { decodeRecord, encodeKey } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import type { Connection } from "../database/connection.js";
import { ALIVE } from "./alive.js";
import { MAX_ROWS, ManyRows, partsOf } from "./many-rows.js";

/** What is done for many keys at once: a statement for up to {@link MAX_ROWS}, a transaction for more. */
export class ManyKeys {
  readonly #connection: Connection;
  readonly #lookup: ManyRows;
  readonly #delete: ManyRows;

  constructor(connection: Connection, sqlName: string) {
    this.#connection = connection;
    const numbered = (rows: number) => Array.from({ length: rows }, (_, index) => `(${index}, ?)`);
    this.#lookup = new ManyRows(
      connection,
      1,
      (rows) => `WITH wanted (number, key) AS (VALUES ${numbered(rows).join(", ")})
        SELECT number, record FROM wanted CROSS JOIN ${sqlName} AS stored USING (key)
        WHERE ${ALIVE} ORDER BY number, stored.rowid`,
    );
    this.#delete = new ManyRows(
      connection,
      1,
      (rows) =>
        `DELETE FROM ${sqlName} WHERE key IN (${new Array(rows).fill("?").join(", ")}) AND ${ALIVE}`,
    );
  }

  lookup(keys: readonly Key[]): StoreRecord[][] {
    if (keys.length <= MAX_ROWS) return this.#lookUpPart(keys);
    return this.#connection.reading(() =>
      [...partsOf(keys, MAX_ROWS)].flatMap((part) => this.#lookUpPart(part)),
    );
  }

  /** Returns how many records went. */
  delete(keys: readonly Key[]): number {
    if (keys.length <= MAX_ROWS) return this.#deletePart(keys);
    return this.#connection.transaction(() => {
      let count = 0;
      for (const part of partsOf(keys, MAX_ROWS)) count += this.#deletePart(part);
      return count;
    });
  }

  #lookUpPart(keys: readonly Key[]): StoreRecord[][] {
    const found = keys.map((): StoreRecord[] => []);
    const values = keys.map(encodeKey);
    const statement = this.#lookup.for(keys.length, values);
    for (const [number, record] of statement.all(...values, Date.now())) {
      found[number as number]?.push(decodeRecord(record as Uint8Array));
    }
    return found;
  }

  #deletePart(keys: readonly Key[]): number {
    const values = keys.map(encodeKey);
    return this.#delete.for(keys.length, values).run(...values, Date.now());
  }
}
