import { Bucket, type SlotCursor, SlotMap, SlotOrder } from "@store/collections";
import type { Key, ScanRange, StoreRecord, Toolkit } from "@store/core";
import type { BagDirectory } from "./directory.js";
import { LocationColumns } from "./location-columns.js";
import { ENTRIES_PER_STEP } from "./step.js";

/** What a reference or an entry takes in an array. */
const BYTES_OF_REFERENCE = 8;

type EntryBucket = Bucket<number>;

/** What it needs to know about records. */
type Equality = Pick<Toolkit, "compareKeys" | "equalRecords" | "hashRecord">;

/**
 * The directory of a bag or a duplicate_bag: a bucket of entries a key, in the order in which the keys came.
 *
 * 1. An entry is a slot of the columns, which stand in the order in which the records came. So the entries of a bucket
 *    ascend, and the holes that removed records leave are closed as those of other slots are, though not before the next
 *    change if only some records of a key were removed: then all entries change.
 * 2. The positions of the records of one key ascend as well, by `comparePositions`, at any time: a relocation moves all
 *    records of a key at once.
 * 3. No bucket is empty.
 */
export class MultiDirectory implements BagDirectory {
  readonly #toolkit: Equality;
  readonly #comparePositions: (a: number, b: number) => number;
  readonly #buckets: SlotMap<EntryBucket>;
  readonly #columns = new LocationColumns();
  readonly #order = new SlotOrder(this.#columns);

  /** @param comparePositions the order in the log: negative, 0 or positive; `move` of {@link relocate} must keep it */
  constructor(toolkit: Equality, comparePositions: (a: number, b: number) => number) {
    this.#toolkit = toolkit;
    this.#buckets = new SlotMap(toolkit);
    this.#comparePositions = comparePositions;
  }

  get size(): number {
    return this.#order.size;
  }

  get memoryBytes(): number {
    const references = this.#order.size + this.#buckets.size;
    return this.#columns.bytes + references * BYTES_OF_REFERENCE;
  }

  put(key: Key, position: number, length: number): number {
    this.#closeHoles();
    const entry = this.#columns.append(position, length);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, new Bucket(key, entry));
    else bucket.add(entry);
    return 0;
  }

  remove(key: Key): number {
    const bucket = this.#buckets.delete(key);
    if (bucket === undefined) return 0;
    const { items } = bucket;
    bucket.clear();
    const bytes = this.#release(items);
    this.#closeHoles();
    return bytes;
  }

  removeEntries(key: Key, entries: readonly number[]): number {
    const bucket = this.#buckets.get(key);
    if (bucket === undefined || entries.length === 0) return 0;
    const gone = new Set(entries);
    // A hash that the bucket was told is in the columns.
    bucket.remove(gone, (entry) => this.#columns.hashOf(entry));
    if (bucket.items.length === 0) this.#buckets.delete(key);
    return this.#release(gone);
  }

  clear(): void {
    this.#buckets.clear();
    this.#order.clear();
  }

  has(key: Key): boolean {
    return this.#buckets.has(key);
  }

  holds(key: Key, position: number): boolean {
    const items = this.entriesOf(key);
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = this.#columns.positionOf(items[middle] as number);
      if (found === position) return true;
      if (this.#comparePositions(found, position) < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  entriesOf(key: Key): readonly number[] {
    return this.#buckets.get(key)?.items ?? [];
  }

  findEqual(record: StoreRecord, read: (entry: number) => StoreRecord): readonly number[] {
    const bucket = this.#buckets.get(record[0]);
    if (bucket === undefined) return [];
    const { hashRecord, equalRecords } = this.#toolkit;
    const hash = hashRecord(record);
    const hashOf = (entry: number) => this.#hashOf(entry, read);
    return bucket
      .candidates(record, hashRecord, hashOf)
      .filter((entry) => hashOf(entry) === hash && equalRecords(read(entry), record));
  }

  positionOf(entry: number): number {
    return this.#columns.positionOf(entry);
  }

  lengthOf(entry: number): number {
    return this.#columns.lengthOf(entry);
  }

  firstKey(): Key | undefined {
    return this.#buckets.firstKey();
  }

  lastKey(): Key | undefined {
    return this.#buckets.lastKey();
  }

  keyAfter(key: Key): Key | undefined {
    return this.#buckets.keyAfter(key);
  }

  keyBefore(key: Key): Key | undefined {
    return this.#buckets.keyBefore(key);
  }

  keys(): IterableIterator<Key> {
    return this.#buckets.scan((key) => key);
  }

  scan<T>(_range: ScanRange, pick: (entry: number, key: Key) => T): IterableIterator<T> {
    return entriesIn(this.#scanBuckets(), this.#order.cursor(), pick);
  }

  *relocate(move: (position: number) => number): Generator<void, void, void> {
    let left = ENTRIES_PER_STEP;
    for (const bucket of this.#scanBuckets()) {
      if (bucket.items.length > ENTRIES_PER_STEP) {
        yield* this.#relocateMany(bucket, move);
      } else {
        for (const entry of bucket.items) {
          this.#columns.setPosition(entry, move(this.#columns.positionOf(entry)));
        }
        left -= bucket.items.length;
      }
      if (left > 0) continue;
      left = ENTRIES_PER_STEP;
      yield;
    }
  }

  /** Asks for the new positions a step at a time, and sets them all at once in the end. */
  *#relocateMany(
    bucket: EntryBucket,
    move: (position: number) => number,
  ): Generator<void, void, void> {
    const before: number[] = [];
    const after: number[] = [];
    const positionOf = (entry: number) => this.#columns.positionOf(entry);
    for (const position of entriesIn([bucket], this.#order.cursor(), positionOf)) {
      before.push(position);
      after.push(move(position));
      if (before.length % ENTRIES_PER_STEP === 0) yield;
    }
    // It isn't the directory's any more if that was cleared.
    if (this.#buckets.get(bucket.key) !== bucket) return;
    let index = 0;
    for (const entry of bucket.items) {
      const position = this.#columns.positionOf(entry);
      // Passes over those that were removed since. Those that came since are behind all others.
      while (index < before.length && before[index] !== position) index++;
      if (index === before.length) return;
      this.#columns.setPosition(entry, after[index++] as number);
    }
  }

  #scanBuckets(): Iterable<EntryBucket> {
    return this.#buckets.scan((_key, bucket) => bucket);
  }

  /** Makes holes of entries. Returns the bytes of their frames. */
  #release(entries: Iterable<number>): number {
    let bytes = 0;
    for (const entry of entries) {
      bytes += this.#columns.lengthOf(entry);
      this.#order.remove(entry);
    }
    return bytes;
  }

  #closeHoles(): void {
    const { length } = this.#columns;
    const moved = this.#order.closeHoles();
    if (moved === undefined) return;
    const entries = new Uint32Array(length);
    for (const [to, from] of moved.entries()) entries[from] = to;
    for (const bucket of this.#scanBuckets()) {
      bucket.replaceItems((entry) => entries[entry] as number);
    }
  }

  #hashOf(entry: number, read: (entry: number) => StoreRecord): number {
    const known = this.#columns.hashOf(entry);
    if (known !== 0) return known;
    const hash = this.#toolkit.hashRecord(read(entry));
    this.#columns.setHash(entry, hash);
    return hash;
  }
}

/** Goes through the entries of the buckets, up to where the cursor ends, and stays right while they change. */
function* entriesIn<T>(
  buckets: Iterable<EntryBucket>,
  cursor: SlotCursor,
  pick: (entry: number, key: Key) => T,
): IterableIterator<T> {
  for (const bucket of buckets) {
    let { items } = bucket;
    let index = 0;
    for (;;) {
      cursor.catchUp();
      if (items !== bucket.items) {
        items = bucket.items;
        index = firstFrom(items, cursor.at);
      }
      const entry = items[index++];
      if (entry === undefined || entry >= cursor.end) break;
      cursor.at = entry + 1;
      yield pick(entry, bucket.key);
    }
  }
}

/** The index of the first entry that is `entry` or after it. */
function firstFrom(entries: readonly number[], entry: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as number) < entry) low = middle + 1;
    else high = middle;
  }
  return low;
}
