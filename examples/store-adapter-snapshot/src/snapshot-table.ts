import type { AdapterTable, Key, StoreRecord, TableType, TableUsage } from "@store/core";
import { decodeRecord } from "./codec.js";
import type { RowRules, Rows } from "./rows.js";

/** Where the rows of a table are. */
export interface RowStore {
  readonly type: TableType;
  readonly rules: RowRules;
  /** As they are now. */
  readonly rows: Rows;
  /** Writes the file with other rows, and only then puts them in place: a write that fails has changed nothing. */
  write(rows: Rows): void;
  /** Bytes of the file. */
  fileSize(): number;
}

/** A table, over its rows in a file that is written as a whole. */
export class SnapshotTable implements AdapterTable<"sync"> {
  readonly type: TableType;
  readonly #store: RowStore;

  constructor(store: RowStore) {
    this.type = store.type;
    this.#store = store;
  }

  lookup(key: Key): StoreRecord[] {
    const { rows } = this.#store;
    const [start, end] = this.#find(key);
    return rows.slice(start, end).map(({ bytes }) => decodeRecord(bytes));
  }

  insertMany(records: readonly StoreRecord[]): void {
    const { rules, rows } = this.#store;
    this.#store.write(rules.inserted(this.type, rows, records));
  }

  delete(key: Key): void {
    const { rules, rows } = this.#store;
    const left = rules.deleted(rows, [key]);
    if (left !== rows) this.#store.write(left);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const { rules, rows } = this.#store;
    const left = rules.deletedObjects(rows, records);
    const count = rows.length - left.length;
    if (count > 0) this.#store.write(left);
    return count;
  }

  deleteAllObjects(): void {
    this.#store.write([]);
  }

  size(): number {
    return this.#store.rows.length;
  }

  first(): Key | undefined {
    return this.#store.rows[0]?.key;
  }

  last(): Key | undefined {
    return this.#store.rows.at(-1)?.key;
  }

  next(key: Key): Key | undefined {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set" ? this.#store.rows[end]?.key : undefined;
  }

  prev(key: Key): Key | undefined {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set"
      ? this.#store.rows[start - 1]?.key
      : undefined;
  }

  /** Each write is on disk before it returns. */
  sync(): void {}

  usage(): TableUsage {
    return { diskBytes: this.#store.fileSize() };
  }

  close(): void {}

  #find(key: Key): [start: number, end: number] {
    return this.#store.rules.find(this.#store.rows, key);
  }
}
