import type { Key, StoreRecord, TableType, Toolkit } from "@store/core";
import { decodeRecord, encodeRecord } from "./codec.js";

/** A record as a table keeps it. */
export interface Row {
  readonly key: Key;
  /** Equal records have equal hashes: most others are told apart without being decoded. */
  readonly hash: number;
  readonly bytes: Uint8Array;
}

/** Sorted by key; those of one key stand in the order in which they came. Never changed: a write makes others. */
export type Rows = readonly Row[];

/** How rows are read and made, by the rules of the toolkit. */
export class RowRules {
  readonly #toolkit: Toolkit;

  constructor(toolkit: Toolkit) {
    this.#toolkit = toolkit;
  }

  row(record: StoreRecord, bytes: Uint8Array = encodeRecord(record)): Row {
    return { key: record[0], hash: this.#toolkit.hashRecord(record), bytes };
  }

  inserted(type: TableType, before: Rows, records: readonly StoreRecord[]): Rows {
    const rows = [...before];
    for (const record of records) {
      const row = this.row(record);
      const [start, end] = this.find(rows, row.key);
      if (type === "set" || type === "ordered_set") {
        rows.splice(start, end - start, row);
      } else if (type === "duplicate_bag" || !this.#holds(rows.slice(start, end), row)) {
        rows.splice(end, 0, row);
      }
    }
    return rows;
  }

  deleted(before: Rows, keys: readonly Key[]): Rows {
    return keys.reduce((rows, key) => {
      const [start, end] = this.find(rows, key);
      return start < end ? rows.toSpliced(start, end - start) : rows;
    }, before);
  }

  deletedObjects(before: Rows, records: readonly StoreRecord[]): Rows {
    const gone = records.map((record) => this.row(record));
    return before.filter((row) => !this.#holds(gone, row));
  }

  /** Where the rows of `key` begin and end; both are where they would be inserted if there are none. */
  find(rows: Rows, key: Key): [start: number, end: number] {
    const { compareKeys } = this.#toolkit;
    const start = countFirst(rows, (row) => compareKeys(row.key, key) < 0);
    const end = countFirst(rows, (row) => compareKeys(row.key, key) <= 0);
    return [start, end];
  }

  #holds(rows: Rows, { hash, bytes }: Row): boolean {
    return rows.some(
      (row) =>
        row.hash === hash &&
        this.#toolkit.equalRecords(decodeRecord(row.bytes), decodeRecord(bytes)),
    );
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
