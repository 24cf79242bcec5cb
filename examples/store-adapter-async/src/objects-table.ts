import { decodeRecord } from "@store/codec";
import type { AdapterTable, Key, StoreRecord, TableType } from "@store/core";
import type { RowRules, Rows } from "./rows.js";

/** What a table is made of. */
export interface TableParts {
  readonly type: TableType;
  readonly rules: RowRules;
  readonly rows: Rows;
  /** Resolves when the object holds these rows; rejects, and it holds what it held. */
  write(rows: Rows): Promise<void>;
}

/**
 * A table whose rows are in memory to be read, and in one object that each write replaces. Core runs the writes of a table
 * one after another, since none of `insertNew`, `take` and `update` is here: so none overtakes another.
 */
export class ObjectsTable implements AdapterTable<"async"> {
  readonly type: TableType;
  readonly #parts: TableParts;
  #rows: Rows;

  constructor(parts: TableParts) {
    this.type = parts.type;
    this.#parts = parts;
    this.#rows = parts.rows;
  }

  async lookup(key: Key): Promise<StoreRecord[]> {
    return this.#rows.slice(...this.#find(key)).map(({ bytes }) => decodeRecord(bytes));
  }

  async insertMany(records: readonly StoreRecord[]): Promise<void> {
    await this.#write(this.#parts.rules.inserted(this.#rows, records));
  }

  async delete(key: Key): Promise<void> {
    const [start, end] = this.#find(key);
    if (start < end) await this.#write(this.#rows.toSpliced(start, end - start));
  }

  async deleteObjects(records: readonly StoreRecord[]): Promise<number> {
    const left = this.#parts.rules.without(this.#rows, records);
    const count = this.#rows.length - left.length;
    if (count > 0) await this.#write(left);
    return count;
  }

  async deleteAllObjects(): Promise<void> {
    await this.#write([]);
  }

  async size(): Promise<number> {
    return this.#rows.length;
  }

  async first(): Promise<Key | undefined> {
    return this.#rows[0]?.key;
  }

  async last(): Promise<Key | undefined> {
    return this.#rows.at(-1)?.key;
  }

  async next(key: Key): Promise<Key | undefined> {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set" ? this.#rows[end]?.key : undefined;
  }

  async prev(key: Key): Promise<Key | undefined> {
    const [start, end] = this.#find(key);
    return start < end || this.type === "ordered_set" ? this.#rows[start - 1]?.key : undefined;
  }

  /** Each write is in the object store before it resolves. */
  async sync(): Promise<void> {}

  async close(): Promise<void> {}

  #find(key: Key): [start: number, end: number] {
    return this.#parts.rules.find(this.#rows, key);
  }

  /** Readers see the rows once they are stored, not before. */
  async #write(rows: Rows): Promise<void> {
    await this.#parts.write(rows);
    this.#rows = rows;
  }
}
