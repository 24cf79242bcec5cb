import type { AdapterTable, Key, StoreRecord, Toolkit } from "@store/core";
import { Bucket } from "./bucket.js";
import { SlotMap } from "./slot-map.js";

/**
 * A `bag` or a `duplicate_bag`: many records a key, in the order in which they came. Keys are found in O(1); so is an
 * equal record, by its hash, where a key has many.
 */
export class MemoryBagTable implements AdapterTable<"sync"> {
  readonly type: "bag" | "duplicate_bag";
  readonly #buckets = new SlotMap<Bucket>((bucket) => bucket.key);
  readonly #toolkit: Toolkit;
  #size = 0;

  constructor(type: "bag" | "duplicate_bag", toolkit: Toolkit) {
    this.type = type;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#buckets.get(key)?.records.slice() ?? [];
  }

  member(key: Key): boolean {
    return this.#buckets.has(key);
  }

  insert(record: StoreRecord): void {
    const key = record[0];
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Bucket(key, this.#toolkit);
      this.#buckets.set(key, bucket);
    } else if (this.type === "bag" && bucket.has(record)) {
      return;
    }
    bucket.add(record);
    this.#size++;
  }

  insertMany(records: readonly StoreRecord[]): void {
    for (const record of records) this.insert(record);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some(([key]) => this.#buckets.has(key))) return false;
    this.insertMany(records);
    return true;
  }

  take(key: Key): StoreRecord[] {
    const bucket = this.#buckets.delete(key);
    if (bucket === undefined) return [];
    const { records } = bucket;
    this.#size -= records.length;
    bucket.clear();
    return [...records];
  }

  delete(key: Key): void {
    this.take(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const before = this.#size;
    const gone = new Map<Bucket, Set<StoreRecord>>();
    for (const record of records) {
      const bucket = this.#buckets.get(record[0]);
      if (bucket === undefined) continue;
      const found = gone.get(bucket) ?? new Set();
      gone.set(bucket, found);
      bucket.findEqual(record, found);
    }
    for (const [bucket, found] of gone) {
      if (found.size === 0) continue;
      bucket.remove(found);
      this.#size -= found.size;
      if (bucket.records.length === 0) this.#buckets.delete(bucket.key);
    }
    return before - this.#size;
  }

  deleteAllObjects(): void {
    for (const bucket of this.#buckets.scan()) bucket.clear();
    this.#buckets.clear();
    this.#size = 0;
  }

  size(): number {
    return this.#size;
  }

  first(): Key | undefined {
    return this.#buckets.firstKey();
  }

  last(): Key | undefined {
    return this.#buckets.lastKey();
  }

  next(key: Key): Key | undefined {
    return this.#buckets.keyAfter(key);
  }

  prev(key: Key): Key | undefined {
    return this.#buckets.keyBefore(key);
  }

  *scan(): IterableIterator<StoreRecord> {
    for (const bucket of this.#buckets.scan()) yield* bucket.values();
  }

  *scanKeys(): IterableIterator<Key> {
    for (const bucket of this.#buckets.scan()) yield bucket.key;
  }

  /** The records live as long as the store, which drops them with its backend. */
  close(): void {}
}
