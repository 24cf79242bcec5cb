import { decodeElements, viewElements } from "@store/codec";
import type {
  CounterStep,
  Integer,
  Key,
  Moments,
  RecordPattern,
  ScanRange,
  StoreRecord,
} from "@store/core";
import type { Transaction } from "../engine/transaction.js";
import { elementsStart, momentOf } from "../format/entry-value.js";
import { keyRange, wholeRange } from "./key-range.js";
import type { LiveCursor } from "./live-cursor.js";
import { type RecordWithMoment, TreeTable } from "./tree-table.js";

/** A `set` or an `ordered_set`: an entry a key. Both are in the order of their keys. */
export class SetTable extends TreeTable {
  lookup(key: Key): StoreRecord[] {
    return this.#find(key) ? [this.#found(key)] : [];
  }

  member(key: Key): boolean {
    return this.#find(key);
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    if (!this.#find(key)) return undefined;
    const moment = this.#foundMoment();
    const record = this.#found(key);
    const changed = change(record);
    if (changed !== record) this.insert(changed, moment);
    return changed;
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.update(key, (record) => this.toolkit.counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean {
    const [key] = expected;
    if (!this.#find(key) || !this.toolkit.equalRecords(this.#viewed(key), expected)) return false;
    this.insert(record, expiresAt);
    return true;
  }

  expire(key: Key, at: number | undefined): boolean {
    if (!this.#find(key)) return false;
    if (this.#foundMoment() !== at) this.insert(this.#found(key), at);
    return true;
  }

  expiresAt(key: Key): Moments {
    return this.#find(key) ? [this.#foundMoment()] : [];
  }

  /** The records are looked at where they are: whoever reads them first, and removes them then, compares them twice. */
  matchDelete(pattern: RecordPattern): number {
    return this.tree.write((transaction) => {
      const keys = this.#keysOf(pattern);
      for (const key of keys) this.removeKey(transaction, key);
      return keys.length;
    });
  }

  *scan(range: ScanRange): IterableIterator<StoreRecord> {
    const cursor = this.cursorOver(keyRange(this.storageId, range), range.reverse);
    while (cursor.step()) yield this.recordAt(cursor);
  }

  *scanKeys(range: ScanRange): IterableIterator<Key> {
    const cursor = this.cursorOver(keyRange(this.storageId, range), range.reverse);
    while (cursor.step()) yield cursor.key;
  }

  recordsWithMoments(): Iterator<RecordWithMoment> {
    const cursor = this.cursorOver(wholeRange(this.storageId), false);
    // Not a generator, which takes longer for each.
    return {
      next: () => {
        if (!cursor.step()) return { done: true, value: undefined };
        const { buffer, valueStart } = cursor.entry;
        const moment = momentOf(buffer, valueStart);
        const record = this.recordAt(cursor);
        const expiresAt = moment === Number.POSITIVE_INFINITY ? undefined : moment;
        return { done: false, value: [record, expiresAt] };
      },
    };
  }

  put(transaction: Transaction, record: StoreRecord, moment: number | undefined): void {
    transaction.put(this.state, record, moment);
  }

  removeKey(transaction: Transaction, key: Key): number {
    if (!this.#find(key)) return 0;
    this.removeEntry(transaction, this.entryKey);
    return 1;
  }

  removeEqual(transaction: Transaction, record: StoreRecord): number {
    const [key] = record;
    if (!this.#find(key) || !this.toolkit.equalRecords(this.#viewed(key), record)) return 0;
    this.removeEntry(transaction, this.entryKey);
    return 1;
  }

  /** Writes the record of a key as whoever reads it sees it, within a transaction; its moment stays. */
  protected rewrite(transaction: Transaction, key: Key): void {
    if (!this.#find(key)) return;
    const moment = this.#foundMoment();
    transaction.put(this.state, this.#found(key), moment);
  }

  protected stepToOtherKey(cursor: LiveCursor): boolean {
    return cursor.step();
  }

  /** The keys of the records that match. */
  #keysOf({ key, range, matches }: RecordPattern): Key[] {
    if (key !== undefined) return this.#find(key) && matches(this.#viewed(key)) ? [key] : [];
    const keys: Key[] = [];
    const cursor = this.cursorOver(keyRange(this.storageId, range), range.reverse);
    while (cursor.step()) {
      const { buffer, valueStart, valueEnd } = cursor.entry;
      const found = cursor.key;
      const start = elementsStart(buffer, valueStart);
      const record = viewElements(found, buffer, start, valueEnd) as StoreRecord;
      if (matches(this.live(record))) keys.push(found);
    }
    return keys;
  }

  /** Whether the record of a key is there; the tree's hit is its value then. */
  #find(key: Key): boolean {
    const bytes = this.entryKey;
    bytes.set(this.storageId, key);
    const { buffer, length } = bytes;
    if (!this.tree.find(buffer, 0, length, length)) return false;
    const { hit } = this.tree;
    return hit.buffer[hit.valueStart] === 0 || momentOf(hit.buffer, hit.valueStart) > this.now();
  }

  /** The record that was found. */
  #found(key: Key): StoreRecord {
    const { buffer, valueStart, valueEnd } = this.tree.hit;
    const record = decodeElements(key, buffer, elementsStart(buffer, valueStart), valueEnd);
    return this.live(record as StoreRecord);
  }

  /** The record that was found, for a look before anything else is done: its bytes are the tree's. */
  #viewed(key: Key): StoreRecord {
    const { buffer, valueStart, valueEnd } = this.tree.hit;
    const record = viewElements(key, buffer, elementsStart(buffer, valueStart), valueEnd);
    return this.live(record as StoreRecord);
  }

  #foundMoment(): number | undefined {
    const { buffer, valueStart } = this.tree.hit;
    const moment = momentOf(buffer, valueStart);
    return moment === Number.POSITIVE_INFINITY ? undefined : moment;
  }
}
