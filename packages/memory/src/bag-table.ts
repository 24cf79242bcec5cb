import { Bucket, SlotMap } from "@store/collections";
import type { AdapterTable, Key, StoreRecord, Toolkit } from "@store/core";
import { StackGuard } from "./ensure-stack.js";

type RecordBucket = Bucket<StoreRecord>;

/**
 * A `bag` or a `duplicate_bag`: many records a key, in the order in which they came. Keys are found in O(1); so is an
 * equal record, by its hash, where a key has many.
 *
 * A change does first what may fail (it compares and hashes records), then asks whether there is stack enough, and then
 * what can't fail any more.
 */
export class MemoryBagTable implements AdapterTable<"sync"> {
  readonly type: "bag" | "duplicate_bag";
  readonly #buckets = new SlotMap<RecordBucket>();
  readonly #toolkit: Toolkit;
  readonly #stack = new StackGuard();
  #size = 0;

  constructor(type: "bag" | "duplicate_bag", toolkit: Toolkit) {
    this.type = type;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#buckets.get(key)?.items.slice() ?? [];
  }

  member(key: Key): boolean {
    return this.#buckets.has(key);
  }

  insert(record: StoreRecord): void {
    const key = record[0];
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined && this.type === "bag" && this.#has(bucket, record)) return;
    this.#stack.admit(key);
    this.#stack.ensure();
    if (bucket === undefined) this.#buckets.set(key, new Bucket(key, record));
    else bucket.add(record);
    this.#size++;
  }

  insertMany(records: readonly StoreRecord[]): void {
    for (const [key] of records) this.#stack.admit(key);
    this.#stack.ensure();
    const before = this.#size;
    const added: StoreRecord[] = [];
    try {
      for (const record of records) {
        this.insert(record);
        if (this.#size > before + added.length) added.push(record);
      }
    } catch (error) {
      // A record is compared with those before it, and that may fail.
      for (let last = added.pop(); last !== undefined; last = added.pop()) this.#takeBack(last[0]);
      throw error;
    }
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    if (records.some(([key]) => this.#buckets.has(key))) return false;
    this.insertMany(records);
    return true;
  }

  take(key: Key): StoreRecord[] {
    this.#stack.ensure();
    const bucket = this.#buckets.delete(key);
    if (bucket === undefined) return [];
    const items = bucket.items.slice();
    this.#size -= items.length;
    bucket.clear();
    return items;
  }

  delete(key: Key): void {
    this.take(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const before = this.#size;
    const gone = new Map<RecordBucket, Set<StoreRecord>>();
    const hashes = new Map<StoreRecord, number>();
    for (const record of records) {
      const bucket = this.#buckets.get(record[0]);
      if (bucket === undefined) continue;
      const found = gone.get(bucket) ?? new Set();
      this.#findEqual(bucket, record, found);
      if (found.size === 0) continue;
      gone.set(bucket, found);
      if (bucket.isIndexed) {
        for (const each of found) hashes.set(each, this.#toolkit.hashRecord(each));
      }
    }
    this.#stack.ensure();
    for (const [bucket, found] of gone) {
      bucket.remove(found, (record) => hashes.get(record) ?? 0);
      this.#size -= found.size;
      if (bucket.items.length === 0) this.#buckets.delete(bucket.key);
    }
    return before - this.#size;
  }

  deleteAllObjects(): void {
    this.#stack.ensure();
    for (const bucket of this.#buckets.scan(bucketOf)) bucket.clear();
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
    for (const bucket of this.#buckets.scan(bucketOf)) yield* recordsOf(bucket);
  }

  scanKeys(): IterableIterator<Key> {
    return this.#buckets.scan((key) => key);
  }

  /** The records live as long as the store, which drops them with its backend. */
  close(): void {}

  /** Removes the record of a key that was added last. */
  #takeBack(key: Key): void {
    const bucket = this.#buckets.get(key);
    bucket?.removeLast();
    if (bucket?.items.length === 0) this.#buckets.delete(key);
    this.#size--;
  }

  #has(bucket: RecordBucket, record: StoreRecord): boolean {
    const { equalRecords } = this.#toolkit;
    return this.#candidates(bucket, record).some((stored) => equalRecords(stored, record));
  }

  /** Adds the records of the bucket that equal this one to `found`, which holds all or none of them. */
  #findEqual(bucket: RecordBucket, record: StoreRecord, found: Set<StoreRecord>): void {
    for (const stored of this.#candidates(bucket, record)) {
      if (!this.#toolkit.equalRecords(stored, record)) continue;
      if (found.has(stored)) return;
      found.add(stored);
    }
  }

  #candidates(bucket: RecordBucket, record: StoreRecord): readonly StoreRecord[] {
    const { hashRecord } = this.#toolkit;
    return bucket.candidates(record, hashRecord, hashRecord);
  }
}

function bucketOf(_key: Key, bucket: RecordBucket): RecordBucket {
  return bucket;
}

/** Goes through the records that are in the bucket now, as long as they are there. */
function* recordsOf(bucket: RecordBucket): IterableIterator<StoreRecord> {
  const began = bucket.items;
  const { length } = began;
  let seen = began;
  let left: ReadonlySet<StoreRecord> | undefined;
  for (let index = 0; index < length; index++) {
    if (seen !== bucket.items) {
      seen = bucket.items;
      left = new Set(seen);
    }
    const record = began[index] as StoreRecord;
    if (left === undefined || left.has(record)) yield record;
  }
}
