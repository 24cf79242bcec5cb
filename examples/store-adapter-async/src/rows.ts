import { decodeRecord, encodeRecord } from "@store/codec";
import type { Key, StoreRecord, TableType, Toolkit } from "@store/core";

/** A record as bytes, beside its key. */
export interface Row {
  readonly key: Key;
  readonly bytes: Uint8Array;
}

/** In key order; those of one key in the order they came. Never changed: a write makes others. */
export type Rows = readonly Row[];

/** The rows of a table and others beside them, by the rules of the toolkit. */
export class RowRules {
  readonly #toolkit: Toolkit;
  readonly #type: TableType;

  constructor(toolkit: Toolkit, type: TableType) {
    this.#toolkit = toolkit;
    this.#type = type;
  }

  inserted(before: Rows, records: readonly StoreRecord[]): Rows {
    const rows = [...before];
    for (const record of records) {
      const [start, end] = this.find(rows, record[0]);
      const row = { key: record[0], bytes: encodeRecord(record) };
      if (this.#type === "set" || this.#type === "ordered_set")
        rows.splice(start, end - start, row);
      else if (this.#type === "duplicate_bag" || !this.#holds(rows.slice(start, end), record)) {
        rows.splice(end, 0, row);
      }
    }
    return rows;
  }

  without(before: Rows, records: readonly StoreRecord[]): Rows {
    let rows = before;
    for (const record of records) {
      const [start, end] = this.find(rows, record[0]);
      const kept = rows.slice(start, end).filter((row) => !this.#holds([row], record));
      rows = [...rows.slice(0, start), ...kept, ...rows.slice(end)];
    }
    return rows;
  }

  /** Where the rows of `key` begin and end; both are where they would be if there are none. */
  find(rows: Rows, key: Key): [start: number, end: number] {
    const { compareKeys } = this.#toolkit;
    const start = countFirst(rows, (row) => compareKeys(row.key, key) < 0);
    return [start, countFirst(rows, (row) => compareKeys(row.key, key) <= 0)];
  }

  #holds(rows: Rows, record: StoreRecord): boolean {
    return rows.some(({ bytes }) => this.#toolkit.equalRecords(decodeRecord(bytes), record));
  }
}

/** How many rows are before a point that `isBefore` knows, by halving. */
function countFirst(rows: Rows, isBefore: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(rows[middle] as Row)) low = middle + 1;
    else high = middle;
  }
  return low;
}
