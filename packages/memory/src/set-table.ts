import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  ScanRange,
  StoreRecord,
  Toolkit,
} from "@store/core";

import { StackGuard } from "./ensure-stack.js";

/** What the records of a set are kept in: it decides their order, and what things cost. */
export interface RecordMap {
  /** Whether each record that it returns is an array made for that read; else it is the one that it keeps. */
  readonly freshRecords?: boolean;
  readonly size: number;
  has(key: Key): boolean;
  get(key: Key): StoreRecord | undefined;
  /** Puts a record where that of its key is, or adds it. */
  set(key: Key, record: StoreRecord): unknown;
  /** Replaces the record of a key by what `change` makes of it, and returns that; undefined if there is none. */
  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined;
  /** Deletes the record of a key and returns it. */
  delete(key: Key): StoreRecord | undefined;
  clear(): void;
  firstKey(): Key | undefined;
  lastKey(): Key | undefined;
  keyAfter(key: Key): Key | undefined;
  keyBefore(key: Key): Key | undefined;
  /** Goes through the records, safe while they change. Without an order, through all of them. */
  scan(range: ScanRange): Iterable<StoreRecord>;
}

/**
 * A `set` or an `ordered_set`: one record a key. A change does first what may fail (it compares, and calls `change`), then
 * asks whether there is stack enough, and then what can't fail any more.
 */
export class MemorySetTable implements AdapterTable<"sync"> {
  readonly type: "set" | "ordered_set";
  readonly freshRecords: boolean;
  readonly #records: RecordMap;
  readonly #toolkit: Toolkit;
  readonly #stack = new StackGuard();

  constructor(type: "set" | "ordered_set", records: RecordMap, toolkit: Toolkit) {
    this.type = type;
    this.freshRecords = records.freshRecords ?? false;
    this.#records = records;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    const record = this.#records.get(key);
    return record === undefined ? [] : [record];
  }

  member(key: Key): boolean {
    return this.#records.has(key);
  }

  insert(record: StoreRecord): void {
    this.#stack.admit(record[0]);
    this.#stack.ensure();
    this.#records.set(record[0], record);
  }

  insertMany(records: readonly StoreRecord[]): void {
    for (const record of records) this.#stack.admit(record[0]);
    this.#stack.ensure();
    for (const record of records) this.#records.set(record[0], record);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some((record) => this.#records.has(record[0]))) return false;
    this.insertMany(records);
    return true;
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    // Changes one place, last of all: no room is needed for what comes after.
    return this.#records.update(key, change);
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.#records.update(key, (record) => this.#toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  take(key: Key): StoreRecord[] {
    this.#stack.ensure();
    const record = this.#records.delete(key);
    return record === undefined ? [] : [record];
  }

  delete(key: Key): void {
    this.#stack.ensure();
    this.#records.delete(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const before = this.#records.size;
    const found = records.filter((record) => {
      const stored = this.#records.get(record[0]);
      return stored !== undefined && this.#toolkit.equalRecords(stored, record);
    });
    this.#stack.ensure();
    for (const [key] of found) this.#records.delete(key);
    return before - this.#records.size;
  }

  deleteAllObjects(): void {
    this.#stack.ensure();
    this.#records.clear();
  }

  size(): number {
    return this.#records.size;
  }

  first(): Key | undefined {
    return this.#records.firstKey();
  }

  last(): Key | undefined {
    return this.#records.lastKey();
  }

  next(key: Key): Key | undefined {
    return this.#records.keyAfter(key);
  }

  prev(key: Key): Key | undefined {
    return this.#records.keyBefore(key);
  }

  scan(range: ScanRange): Iterable<StoreRecord> {
    return this.#records.scan(range);
  }

  /** The records live as long as the store, which drops them with its backend. */
  close(): void {}
}
