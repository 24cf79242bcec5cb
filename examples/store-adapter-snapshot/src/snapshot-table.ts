import { statSync } from "node:fs";
import type { AdapterTable, Key, StoreRecord, TableType, TableUsage, Toolkit } from "@store/core";
import { decodeRecord, decodeTable, encodeRecord, encodeTable, type StoredTable } from "./codec.js";
import { readWhole, writeWhole } from "./whole-file.js";

/** A record as the table keeps it. */
interface Row {
  readonly key: Key;
  /** Equal records have equal hashes: most others are told apart without being decoded. */
  readonly hash: number;
  readonly bytes: Uint8Array;
}

/** Opens the table in `file`, or creates it: an empty table, too, has a type to remember. */
export function openTable(file: string, type: TableType = "set", toolkit: Toolkit): SnapshotTable {
  const content = readWhole(file);
  if (content !== undefined) return new SnapshotTable(file, decodeTable(content, toolkit), toolkit);
  const table = new SnapshotTable(file, { type, records: [] }, toolkit);
  table.deleteAllObjects();
  return table;
}

/**
 * A table in a file.
 *
 * 1. The rows are sorted by key; those of one key stand in the order in which they came.
 * 2. An array of rows never changes. A write makes another one, writes the file, and only then puts it in place: a
 *    write that fails has changed nothing.
 */
class SnapshotTable implements AdapterTable<"sync"> {
  readonly type: TableType;
  readonly #file: string;
  readonly #toolkit: Toolkit;
  #rows: readonly Row[];

  constructor(file: string, { type, records }: StoredTable, toolkit: Toolkit) {
    this.type = type;
    this.#file = file;
    this.#toolkit = toolkit;
    this.#rows = records.map((bytes) => this.#row(decodeRecord(bytes), bytes));
  }

  lookup(key: Key): StoreRecord[] {
    const [start, end] = this.#find(key);
    return this.#rows.slice(start, end).map(({ bytes }) => decodeRecord(bytes));
  }

  insertMany(records: readonly StoreRecord[]): void {
    const rows = [...this.#rows];
    for (const record of records) {
      const row = this.#row(record);
      const [start, end] = this.#find(row.key, rows);
      if (this.type === "set" || this.type === "ordered_set") {
        rows.splice(start, end - start, row);
      } else if (this.type === "duplicate_bag" || !this.#holds(rows.slice(start, end), row)) {
        rows.splice(end, 0, row);
      }
    }
    this.#write(rows);
  }

  delete(key: Key): void {
    const [start, end] = this.#find(key);
    if (start < end) this.#write(this.#rows.toSpliced(start, end - start));
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const gone = records.map((record) => this.#row(record));
    const rows = this.#rows.filter((row) => !this.#holds(gone, row));
    const count = this.#rows.length - rows.length;
    if (count > 0) this.#write(rows);
    return count;
  }

  deleteAllObjects(): void {
    this.#write([]);
  }

  size(): number {
    return this.#rows.length;
  }

  first(): Key | undefined {
    return this.#rows[0]?.key;
  }

  last(): Key | undefined {
    return this.#rows.at(-1)?.key;
  }

  next(key: Key): Key | undefined {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set" ? this.#rows[end]?.key : undefined;
  }

  prev(key: Key): Key | undefined {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set" ? this.#rows[start - 1]?.key : undefined;
  }

  /** Each write is on disk before it returns. */
  sync(): void {}

  usage(): TableUsage {
    return { diskBytes: statSync(this.#file).size };
  }

  close(): void {
    this.#rows = [];
  }

  #write(rows: readonly Row[]): void {
    const records = rows.map(({ bytes }) => bytes);
    writeWhole(this.#file, encodeTable({ type: this.type, records }));
    this.#rows = rows;
  }

  #row(record: StoreRecord, bytes: Uint8Array = encodeRecord(record)): Row {
    return { key: record[0], hash: this.#toolkit.hashRecord(record), bytes };
  }

  #holds(rows: readonly Row[], { hash, bytes }: Row): boolean {
    return rows.some(
      (row) =>
        row.hash === hash &&
        this.#toolkit.equalRecords(decodeRecord(row.bytes), decodeRecord(bytes)),
    );
  }

  /** Where the rows of `key` begin and end; both are where they would be inserted if there are none. */
  #find(key: Key, rows = this.#rows): [start: number, end: number] {
    const { compareKeys } = this.#toolkit;
    const start = countFirst(rows, (row) => compareKeys(row.key, key) < 0);
    const end = countFirst(rows, (row) => compareKeys(row.key, key) <= 0);
    return [start, end];
  }
}

/** How many rows are before a point that `isBefore` knows, by halving. */
function countFirst(rows: readonly Row[], isBefore: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(rows[middle] as Row)) low = middle + 1;
    else high = middle;
  }
  return low;
}
