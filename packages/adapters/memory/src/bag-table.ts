import { Bucket, SlotMap } from "@store/collections";
import type { AdapterTable, Key, Moments, StoreRecord, Toolkit } from "@store/core";
import { StackGuard } from "./ensure-stack.js";
import { type Expiry, expiryOfRecords } from "./expiry.js";
import { Unexpired } from "./unexpired.js";

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
  readonly #buckets: SlotMap<RecordBucket>;
  readonly #toolkit: Toolkit;
  readonly #stack = new StackGuard();
  #size = 0;
  /** Made when the first record gets a moment. */
  #expiry: Expiry<StoreRecord> | undefined;

  constructor(type: "bag" | "duplicate_bag", toolkit: Toolkit) {
    this.type = type;
    this.#toolkit = toolkit;
    this.#buckets = new SlotMap(toolkit);
  }

  lookup(key: Key): StoreRecord[] {
    this.#expel(key);
    return this.#buckets.get(key)?.items.slice() ?? [];
  }

  member(key: Key): boolean {
    this.#expel(key);
    return this.#buckets.has(key);
  }

  insert(record: StoreRecord, expiresAt?: number): void {
    const kept = this.#add(record);
    this.#setMoment(kept, expiresAt);
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    for (const record of records) this.#stack.admit(record[0]);
    this.#stack.ensure();
    const before = this.#size;
    const added: StoreRecord[] = [];
    const haveMoments = expiresAt !== undefined || this.#expiry !== undefined;
    const kept: StoreRecord[] = [];
    try {
      for (const record of records) {
        const each = this.#add(record);
        if (haveMoments) kept.push(each);
        if (this.#size > before + added.length) added.push(record);
      }
    } catch (error) {
      // A record is compared with those before it, and that may fail.
      for (let last = added.pop(); last !== undefined; last = added.pop()) this.#takeBack(last[0]);
      throw error;
    }
    if (!haveMoments) return;
    // Of equal records a bag keeps one, which must not be removed twice.
    const moments = new Map(kept.map((record, index) => [record, expiresAt?.[index]]));
    for (const [record, moment] of moments) this.#setMoment(record, moment);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    for (const record of records) if (this.member(record[0])) return false;
    this.insertMany(records, expiresAt);
    return true;
  }

  take(key: Key): StoreRecord[] {
    this.#expel(key);
    this.#stack.ensure();
    const bucket = this.#buckets.delete(key);
    if (bucket === undefined) return [];
    const items = bucket.items.slice();
    this.#size -= items.length;
    if (this.#expiry !== undefined) for (const record of items) this.#expiry.forget(record);
    bucket.clear();
    return items;
  }

  delete(key: Key): void {
    this.take(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const gone = new Map<RecordBucket, Set<StoreRecord>>();
    let hashes: Map<StoreRecord, number> | undefined;
    for (const record of records) {
      this.#expel(record[0]);
      const bucket = this.#buckets.get(record[0]);
      if (bucket === undefined) continue;
      const found = gone.get(bucket) ?? new Set();
      this.#findEqual(bucket, record, found);
      if (found.size === 0) continue;
      gone.set(bucket, found);
      if (bucket.isIndexed) {
        hashes ??= new Map();
        for (const each of found) hashes.set(each, this.#toolkit.hashRecord(each));
      }
    }
    this.#stack.ensure();
    const before = this.#size;
    for (const [bucket, found] of gone) this.#removeFrom(bucket, found, hashes);
    return before - this.#size;
  }

  deleteAllObjects(): void {
    this.#stack.ensure();
    this.#buckets.forEach((bucket) => void bucket.clear());
    this.#buckets.clear();
    this.#size = 0;
    this.#expiry?.clear();
    this.#expiry = undefined;
  }

  /** Of what is due, some may still count; it goes in the background. */
  size(): number {
    this.#expiry?.sweep();
    return this.#size;
  }

  first(): Key | undefined {
    if (this.#expiry === undefined) return this.#buckets.firstKey();
    return this.#living(() => this.#buckets.firstKey());
  }

  last(): Key | undefined {
    if (this.#expiry === undefined) return this.#buckets.lastKey();
    return this.#living(() => this.#buckets.lastKey());
  }

  next(key: Key): Key | undefined {
    if (this.#expiry === undefined) return this.#buckets.keyAfter(key);
    this.#expel(key);
    return this.#living(() => this.#buckets.keyAfter(key));
  }

  prev(key: Key): Key | undefined {
    if (this.#expiry === undefined) return this.#buckets.keyBefore(key);
    this.#expel(key);
    return this.#living(() => this.#buckets.keyBefore(key));
  }

  *scan(): IterableIterator<StoreRecord> {
    for (const bucket of this.#buckets.scan(bucketOf)) {
      for (const record of recordsOf(bucket)) if (!this.#expiry?.isDue(record)) yield record;
    }
  }

  scanKeys(): IterableIterator<Key> {
    const isGone = (key: Key) => this.#expiry !== undefined && !this.member(key);
    return new Unexpired(
      this.#buckets.scan((key) => key),
      isGone,
    );
  }

  snapshot(): readonly (readonly [record: StoreRecord, expiresAt: number | undefined])[] {
    return Array.from(this.scan(), (record) => [record, this.#expiry?.get(record)]);
  }

  expire(key: Key, at: number | undefined): boolean {
    const records = this.lookup(key);
    this.#stack.ensure();
    for (const record of records) this.#setMoment(record, at);
    return records.length > 0;
  }

  expiresAt(key: Key): Moments {
    return this.lookup(key).map((record) => this.#expiry?.get(record));
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

  /** Adds a record, and returns the one that is kept for it: in a bag, an equal one that is there already. */
  #add(record: StoreRecord): StoreRecord {
    const key = record[0];
    this.#expel(key);
    const bucket = this.#buckets.get(key);
    const kept =
      bucket === undefined || this.type === "duplicate_bag"
        ? undefined
        : this.#equalIn(bucket, record);
    if (kept !== undefined) return kept;
    this.#stack.admit(key);
    this.#stack.ensure();
    if (bucket === undefined) this.#buckets.set(key, new Bucket(key, record));
    else bucket.add(record);
    this.#size++;
    return record;
  }

  /** Gives a record that is kept a moment, or none; one that is past removes it. */
  #setMoment(record: StoreRecord, moment: number | undefined): void {
    if (moment === undefined && this.#expiry === undefined) return;
    this.#expiry ??= expiryOfRecords(this.#toolkit, (due) => this.#removeRecord(due));
    this.#expiry.set(record, moment);
    this.#expiry.expel(record);
  }

  /** Removes the records of a key that are due. */
  #expel(key: Key): void {
    if (!this.#expiry?.hasDue) return;
    for (const record of this.#buckets.get(key)?.items.slice() ?? []) this.#expiry.expel(record);
  }

  /** The key that `find` comes to once what is due is out of its way. */
  #living(find: () => Key | undefined): Key | undefined {
    let key = find();
    while (key !== undefined && this.#expiry?.hasDue) {
      this.#expel(key);
      const after = find();
      if (after === key) break;
      key = after;
    }
    return key;
  }

  #removeRecord(record: StoreRecord): void {
    const bucket = this.#buckets.get(record[0]);
    if (bucket === undefined) return;
    this.#removeFrom(
      bucket,
      new Set([record]),
      new Map([[record, this.#toolkit.hashRecord(record)]]),
    );
  }

  /** @param hashes of the records, where the bucket is indexed */
  #removeFrom(
    bucket: RecordBucket,
    gone: ReadonlySet<StoreRecord>,
    hashes: ReadonlyMap<StoreRecord, number> | undefined,
  ): void {
    bucket.remove(gone, (record) => hashes?.get(record) ?? 0);
    this.#size -= gone.size;
    if (this.#expiry !== undefined) for (const record of gone) this.#expiry.forget(record);
    if (bucket.items.length === 0) this.#buckets.delete(bucket.key);
  }

  /** The record of the bucket that equals this one. */
  #equalIn(bucket: RecordBucket, record: StoreRecord): StoreRecord | undefined {
    const { equalRecords } = this.#toolkit;
    return this.#candidates(bucket, record).find((stored) => equalRecords(stored, record));
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
