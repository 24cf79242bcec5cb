import { canonicalRecord, decodeElements } from "@store/codec";
import type { Key, Moments, ScanRange, StoreRecord } from "@store/core";
import type { Transaction } from "../engine/transaction.js";
import { EntryKey, orderOf } from "../format/entry-key.js";
import { elementsStart, momentOf } from "../format/entry-value.js";
import { compareKeys } from "../format/key-order.js";
import { recordHash } from "../format/record-hash.js";
import { hashKey } from "../format/run/filter-page.js";
import { type KeyRange, keyRange, wholeRange } from "./key-range.js";
import type { LiveCursor } from "./live-cursor.js";
import { type RecordWithMoment, TreeTable } from "./tree-table.js";

/** A record of a bag, and its entry. */
interface BagEntry {
  readonly record: StoreRecord;
  readonly entryKey: EntryKey;
  /** Which came first. */
  readonly order: number;
  readonly moment: number | undefined;
}

/**
 * A `bag` or a `duplicate_bag`: an entry a record. Those of a key lie together, by the hash of their content, so that an
 * equal one is found at once; their order says in which they came.
 */
export class BagTable extends TreeTable {
  lookup(key: Key): StoreRecord[] {
    return this.#entriesOf(key).map(({ record }) => record);
  }

  member(key: Key): boolean {
    return this.cursorOver(this.#rangeOf(key), false).step();
  }

  expiresAt(key: Key): Moments {
    return this.#entriesOf(key).map(({ moment }) => moment);
  }

  expire(key: Key, at: number | undefined): boolean {
    return this.tree.write((transaction) => {
      const entries = this.#entriesOf(key);
      for (const entry of entries) {
        if (entry.moment !== at) this.#putAgain(transaction, entry, at);
      }
      return entries.length > 0;
    });
  }

  *scan(range: ScanRange): IterableIterator<StoreRecord> {
    for (const key of this.scanKeys(range)) {
      let after = -1;
      for (let entries = this.#entriesOf(key); entries.length > 0; ) {
        const { version } = this.tree;
        for (const { record, order } of entries) {
          after = order;
          yield record;
          if (this.tree.version !== version) break;
        }
        // What was changed between two steps is looked at again.
        entries =
          this.tree.version === version
            ? []
            : this.#entriesOf(key).filter(({ order }) => order > after);
      }
    }
  }

  *scanKeys(range: ScanRange): IterableIterator<Key> {
    const cursor = this.cursorOver(keyRange(this.storageId, range), range.reverse);
    let isThere = cursor.step();
    while (isThere) {
      yield cursor.key;
      isThere = this.stepToOtherKey(cursor);
    }
  }

  *recordsWithMoments(): IterableIterator<RecordWithMoment> {
    const cursor = this.cursorOver(wholeRange(this.storageId), false);
    for (let isThere = cursor.step(); isThere; isThere = this.stepToOtherKey(cursor)) {
      for (const { record, moment } of this.#entriesOf(cursor.key)) yield [record, moment];
    }
  }

  put(transaction: Transaction, record: StoreRecord, moment: number | undefined): void {
    const hash = hashOf(transaction, record);
    if (this.type === "bag") {
      const equal = this.#equalEntries(record, hash)[0];
      if (equal !== undefined) {
        if (equal.moment !== moment) this.#putAgain(transaction, equal, moment);
        return;
      }
    }
    const order = transaction.takeOrder();
    transaction.putInBag(this.state, record, moment, { hash, order }, true);
  }

  removeKey(transaction: Transaction, key: Key): number {
    const entries = this.#entriesOf(key);
    for (const { entryKey } of entries) this.removeEntry(transaction, entryKey);
    return entries.length;
  }

  removeEqual(transaction: Transaction, record: StoreRecord): number {
    const entries = this.#equalEntries(record, hashOf(transaction, record));
    for (const { entryKey } of entries) this.removeEntry(transaction, entryKey);
    return entries.length;
  }

  protected stepToOtherKey(cursor: LiveCursor): boolean {
    const { buffer, lookupLength } = cursor.entryKey;
    const before = Buffer.from(buffer.subarray(0, lookupLength));
    while (cursor.step()) {
      const at = cursor.entryKey;
      if (compareKeys(at.buffer, 0, at.lookupLength, before, 0, before.length) !== 0) return true;
    }
    return false;
  }

  /** The records of a key in the order in which they came. */
  #entriesOf(key: Key): BagEntry[] {
    return this.#entriesIn(this.#rangeOf(key)).sort((a, b) => a.order - b.order);
  }

  /** Those that equal a record. */
  #equalEntries(record: StoreRecord, hash: number): BagEntry[] {
    const range = this.#rangeOf(record[0], hash);
    return this.#entriesIn(range).filter((entry) =>
      this.toolkit.equalRecords(entry.record, record),
    );
  }

  #entriesIn(range: KeyRange): BagEntry[] {
    const entries: BagEntry[] = [];
    const cursor = this.cursorOver(range, false);
    while (cursor.step()) {
      const { buffer, keyEnd, valueStart, valueEnd } = cursor.entry;
      const moment = momentOf(buffer, valueStart);
      const start = elementsStart(buffer, valueStart);
      entries.push({
        record: decodeElements(cursor.key, buffer, start, valueEnd) as StoreRecord,
        entryKey: cursor.entryKey.copy(),
        order: orderOf(buffer, keyEnd),
        moment: moment === Number.POSITIVE_INFINITY ? undefined : moment,
      });
    }
    return entries;
  }

  /** The entries of a key; those with a hash, if that is given. */
  #rangeOf(key: Key, hash?: number): KeyRange {
    const { storageId } = this;
    const begin = new EntryKey();
    const end = new EntryKey();
    for (const bytes of [begin, end]) {
      bytes.set(storageId, key);
      if (hash !== undefined) bytes.addHash(hash);
    }
    end.addEnd();
    return { begin, end, hash: hashKey(begin.buffer, 0, begin.lookupLength) };
  }

  /** Gives a record another moment. */
  #putAgain(
    transaction: Transaction,
    { record, entryKey, order }: BagEntry,
    moment: number | undefined,
  ): void {
    const hash = entryKey.buffer.readUInt32BE(entryKey.lookupLength);
    transaction.putInBag(this.state, record, moment, { hash, order }, false);
  }
}

function hashOf({ hashSeed }: Transaction, record: StoreRecord): number {
  return recordHash(canonicalRecord(record), hashSeed);
}
