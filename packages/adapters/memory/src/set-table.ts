import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  KeyRecords,
  Moments,
  ScanRange,
  StoreRecord,
  Toolkit,
} from "@store/core";

import { StackGuard } from "./ensure-stack.js";
import { type Expiry, expiryOfKeys } from "./expiry.js";
import { Unexpired } from "./unexpired.js";

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
  scan(range: ScanRange): IterableIterator<StoreRecord, undefined>;
  /** How many records are in a range; where there is an order. */
  countRange?(range: ScanRange): number;
}

/** The records of an ordered_set. */
export interface RecordTree extends RecordMap {
  /** Removes the records in a range, and returns them. */
  deleteRange(range: ScanRange): StoreRecord[];
}

const WHOLE: ScanRange = {
  lower: undefined,
  upper: undefined,
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
};

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
  #expiry: Expiry<Key> | undefined;
  readonly #isDue = (record: StoreRecord) => this.#expiry?.isDue(record[0]) === true;

  constructor(type: "set" | "ordered_set", records: RecordMap, toolkit: Toolkit) {
    this.type = type;
    this.freshRecords = records.freshRecords ?? false;
    this.#records = records;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    this.#expiry?.expel(key);
    const record = this.#records.get(key);
    return record === undefined ? [] : [record];
  }

  member(key: Key): boolean {
    this.#expiry?.expel(key);
    return this.#records.has(key);
  }

  insert(record: StoreRecord, expiresAt?: number): void {
    this.#stack.admit(record[0]);
    this.#stack.ensure();
    if (expiresAt === undefined && this.#expiry === undefined) this.#records.set(record[0], record);
    else this.#put(record, expiresAt);
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    for (const record of records) this.#stack.admit(record[0]);
    this.#stack.ensure();
    if (expiresAt === undefined && this.#expiry === undefined) {
      for (const record of records) this.#records.set(record[0], record);
      return;
    }
    for (const [index, record] of records.entries()) this.#put(record, expiresAt?.[index]);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    for (const record of records) if (this.member(record[0])) return false;
    this.insertMany(records, expiresAt);
    return true;
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    this.#expiry?.expel(key);
    // Changes one place, last of all: no room is needed for what comes after.
    return this.#records.update(key, change);
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean {
    if (!this.#holds(expected)) return false;
    this.#stack.ensure();
    this.#put(record, expiresAt);
    return true;
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    this.#expiry?.expel(key);
    const counted = this.#records.update(key, (record) => this.#toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  take(key: Key): StoreRecord[] {
    this.#expiry?.expel(key);
    this.#stack.ensure();
    const record = this.#records.delete(key);
    this.#expiry?.forget(key);
    return record === undefined ? [] : [record];
  }

  delete(key: Key): void {
    this.#stack.ensure();
    this.#expiry?.forget(key);
    this.#records.delete(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const found = records.filter((record) => this.#holds(record));
    this.#stack.ensure();
    const before = this.#records.size;
    for (const record of found) this.#drop(record[0]);
    return before - this.#records.size;
  }

  deleteAllObjects(): void {
    this.#stack.ensure();
    this.#records.clear();
    this.#expiry?.clear();
    this.#expiry = undefined;
  }

  /** Of what is due, some may still count; it goes in the background. */
  size(): number {
    this.#expiry?.sweep();
    return this.#records.size;
  }

  first(): Key | undefined {
    if (this.#expiry === undefined) return this.#records.firstKey();
    return this.#living(() => this.#records.firstKey());
  }

  last(): Key | undefined {
    if (this.#expiry === undefined) return this.#records.lastKey();
    return this.#living(() => this.#records.lastKey());
  }

  next(key: Key): Key | undefined {
    if (this.#expiry === undefined) return this.#records.keyAfter(key);
    this.#expiry.expel(key);
    return this.#living(() => this.#records.keyAfter(key));
  }

  prev(key: Key): Key | undefined {
    if (this.#expiry === undefined) return this.#records.keyBefore(key);
    this.#expiry.expel(key);
    return this.#living(() => this.#records.keyBefore(key));
  }

  firstLookup(): KeyRecords | undefined {
    return this.#entry(this.first());
  }

  lastLookup(): KeyRecords | undefined {
    return this.#entry(this.last());
  }

  nextLookup(key: Key): KeyRecords | undefined {
    return this.#entry(this.next(key));
  }

  prevLookup(key: Key): KeyRecords | undefined {
    return this.#entry(this.prev(key));
  }

  scan(range: ScanRange): Iterable<StoreRecord> {
    return new Unexpired(this.#records.scan(range), this.#isDue);
  }

  snapshot(): readonly (readonly [record: StoreRecord, expiresAt: number | undefined])[] {
    return Array.from(this.scan(WHOLE), (record) => [record, this.#expiry?.get(record[0])]);
  }

  /** O(log n) in an ordered_set. Of what is due, some may still count; it goes in the background. */
  count(range: ScanRange): number {
    this.#expiry?.sweep();
    return this.#records.countRange?.(range) ?? Math.min(this.#records.size, range.limit);
  }

  expire(key: Key, at: number | undefined): boolean {
    if (!this.member(key)) return false;
    this.#stack.ensure();
    if (at !== undefined && at <= Date.now()) this.#drop(key);
    else if (at !== undefined || this.#expiry !== undefined) this.#moments().set(key, at);
    return true;
  }

  expiresAt(key: Key): Moments {
    return this.member(key) ? [this.#expiry?.get(key)] : [];
  }

  /** The records live as long as the store, which drops them with its backend. */
  close(): void {}

  #holds(record: StoreRecord): boolean {
    this.#expiry?.expel(record[0]);
    const stored = this.#records.get(record[0]);
    return stored !== undefined && this.#toolkit.equalRecords(record, stored);
  }

  #put(record: StoreRecord, expiresAt: number | undefined): void {
    const key = record[0];
    if (expiresAt !== undefined && expiresAt <= Date.now()) {
      this.#drop(key);
      return;
    }
    this.#records.set(key, record);
    if (expiresAt !== undefined || this.#expiry !== undefined) this.#moments().set(key, expiresAt);
  }

  #drop(key: Key): void {
    this.#records.delete(key);
    this.#expiry?.forget(key);
  }

  /** Removes the records that `remove` removes, and returns how many of them were there. */
  protected removeRange(remove: () => readonly StoreRecord[]): number {
    this.#stack.ensure();
    this.#expiry?.sweep(Number.POSITIVE_INFINITY);
    const removed = remove();
    for (const [key] of this.#expiry === undefined ? [] : removed) this.#expiry?.forget(key);
    return removed.length;
  }

  /** Made when the first record gets a moment: before that a table pays one comparison a call. */
  #moments(): Expiry<Key> {
    this.#expiry ??= expiryOfKeys(this.#toolkit, (key) => this.#records.delete(key));
    return this.#expiry;
  }

  /** The key that `find` comes to once what is due is out of its way. */
  #living(find: () => Key | undefined): Key | undefined {
    let key = find();
    while (key !== undefined && this.#expiry?.expel(key)) key = find();
    return key;
  }

  #entry(key: Key | undefined): KeyRecords | undefined {
    return key === undefined ? undefined : [key, this.lookup(key)];
  }
}

/** An `ordered_set`, whose ranges are found, counted and removed in the tree. */
export class MemoryOrderedTable extends MemorySetTable {
  readonly #tree: RecordTree;

  constructor(tree: RecordTree, toolkit: Toolkit) {
    super("ordered_set", tree, toolkit);
    this.#tree = tree;
  }

  /** O(log n + k). */
  deleteRange(range: ScanRange): number {
    return this.removeRange(() => this.#tree.deleteRange(range));
  }
}
