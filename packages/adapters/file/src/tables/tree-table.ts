import { decodeElements } from "@store/codec";
import type {
  AdapterTable,
  Key,
  Moments,
  ScanRange,
  StoreRecord,
  TableChange,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { TableState } from "../engine/table-state.js";
import type { Transaction } from "../engine/transaction.js";
import type { TreeView } from "../engine/tree-view.js";
import { EntryKey } from "../format/entry-key.js";
import { elementsStart } from "../format/entry-value.js";
import { compareKeys } from "../format/key-order.js";
import { type KeyRange, keyRange, wholeRange } from "./key-range.js";
import { LiveCursor } from "./live-cursor.js";

/** What a table is made with. */
export interface TableContext {
  readonly tree: TreeView;
  readonly state: TableState;
  readonly toolkit: Toolkit;
  /** Called by `close`, once. */
  readonly onClose: () => void;
  readonly usage: () => TableUsage;
}

/** A record, and from when on it isn't there. */
export type RecordWithMoment = readonly [record: StoreRecord, expiresAt: number | undefined];

/** What the tables of all types do alike: the tree has the entries, and what is read is decoded anew. */
export abstract class TreeTable implements AdapterTable<"sync"> {
  readonly type: TableType;
  /** Where what is read never changes. */
  snapshot?: () => Iterable<RecordWithMoment>;
  protected readonly tree: TreeView;
  protected readonly state: TableState;
  protected readonly toolkit: Toolkit;
  /** The bytes of the key that is looked up. */
  protected readonly entryKey = new EntryKey();
  readonly #context: TableContext;
  /** Where the last step of a walk by `next` or `prev` stands. */
  #walk: { readonly cursor: LiveCursor; readonly isReverse: boolean } | undefined;

  constructor(context: TableContext) {
    this.#context = context;
    this.tree = context.tree;
    this.state = context.state;
    this.toolkit = context.toolkit;
    this.type = context.state.type;
  }

  abstract lookup(key: Key): StoreRecord[];
  abstract member(key: Key): boolean;
  abstract scan(range: ScanRange): IterableIterator<StoreRecord>;
  abstract scanKeys(range: ScanRange): IterableIterator<Key>;
  /** All records, in a bag those of a key in the order in which they came, of a tree that doesn't change meanwhile. */
  abstract recordsWithMoments(): Iterator<RecordWithMoment>;
  abstract expiresAt(key: Key): Moments;
  abstract expire(key: Key, at: number | undefined): boolean;
  /** Puts a record, within a transaction. */
  abstract put(transaction: Transaction, record: StoreRecord, moment: number | undefined): void;
  /** Removes the records of a key, within a transaction; returns how many were there. */
  abstract removeKey(transaction: Transaction, key: Key): number;
  /** Removes the records that equal one, within a transaction; returns how many. */
  abstract removeEqual(transaction: Transaction, record: StoreRecord): number;

  insert(record: StoreRecord, expiresAt?: number): void {
    this.tree.sweep();
    this.tree.write((transaction) => this.put(transaction, record, expiresAt));
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    this.tree.sweep();
    this.tree.write((transaction) => this.#putAll(transaction, records, expiresAt));
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    if (records.some(([key]) => this.member(key))) return false;
    this.insertMany(records, expiresAt);
    return true;
  }

  take(key: Key): StoreRecord[] {
    const taken = this.lookup(key);
    if (taken.length > 0) this.delete(key);
    return taken;
  }

  delete(key: Key): void {
    this.tree.write((transaction) => this.removeKey(transaction, key));
  }

  deleteMany(keys: readonly Key[]): number {
    return this.tree.write((transaction) => {
      let count = 0;
      for (const key of keys) count += this.removeKey(transaction, key);
      return count;
    });
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    return this.tree.write((transaction) => this.#removeAllEqual(transaction, records));
  }

  deleteRange(range: ScanRange): number {
    return this.tree.write((transaction) => {
      const entries = this.#entriesIn(range);
      for (const key of entries) this.removeEntry(transaction, key);
      return entries.length;
    });
  }

  deleteAllObjects(): void {
    this.tree.write((transaction) => this.clear(transaction));
  }

  /** A change of a batch. */
  apply(transaction: Transaction, change: TableChange<"sync">): void {
    switch (change.kind) {
      case "insert":
        this.#putAll(transaction, change.records, change.expiresAt);
        break;
      case "delete":
        for (const key of change.keys) this.removeKey(transaction, key);
        break;
      case "deleteObjects":
        this.#removeAllEqual(transaction, change.records);
        break;
      case "deleteAllObjects":
        this.clear(transaction);
        break;
    }
  }

  size(): number {
    this.tree.checkOpen();
    this.tree.sweep();
    return this.state.size;
  }

  count(range: ScanRange): number {
    const cursor = this.cursorOver(keyRange(this.storageId, range), false);
    let count = 0;
    while (count < range.limit && cursor.step()) count++;
    return count;
  }

  first(): Key | undefined {
    return this.#beginWalk(wholeRange(this.storageId), false);
  }

  last(): Key | undefined {
    return this.#beginWalk(wholeRange(this.storageId), true);
  }

  next(key: Key): Key | undefined {
    return this.#walkFrom(key, false);
  }

  prev(key: Key): Key | undefined {
    return this.#walkFrom(key, true);
  }

  sync(): void {
    this.tree.sync();
  }

  usage(): TableUsage {
    return this.#context.usage();
  }

  close(): void {
    this.#context.onClose();
  }

  /** Whose entries are the table's, as of now: to ask is what may make that another one. */
  protected get storageId(): number {
    this.tree.checkOpen();
    return this.state.storageId;
  }

  /** A cursor over the entries of the table in a range. */
  protected cursorOver(range: KeyRange, isReverse: boolean): LiveCursor {
    return new LiveCursor(this.tree, range, isReverse, this.now);
  }

  /** What time it is, for moments. */
  protected readonly now = (): number => this.tree.wallTime();

  /** Goes on from the entry where a walk stands to that of another key. */
  protected abstract stepToOtherKey(cursor: LiveCursor): boolean;

  /** Removes an entry of the table that is there. */
  protected removeEntry(transaction: Transaction, key: EntryKey): void {
    const { buffer, length, lookupLength } = key;
    transaction.remove(this.state, buffer, 0, length, lookupLength < length);
  }

  /** The record of the entry where a cursor stands. */
  protected recordAt({ entry, key }: LiveCursor): StoreRecord {
    const { buffer, valueStart, valueEnd } = entry;
    const record = decodeElements(key, buffer, elementsStart(buffer, valueStart), valueEnd);
    return this.live(record as StoreRecord);
  }

  /** A record as whoever reads it sees it. */
  protected live(record: StoreRecord): StoreRecord {
    return record;
  }

  #entriesIn(range: ScanRange): EntryKey[] {
    const cursor = this.cursorOver(keyRange(this.storageId, range), range.reverse);
    const entries: EntryKey[] = [];
    while (entries.length < range.limit && cursor.step()) {
      entries.push(cursor.entryKey.copy());
    }
    return entries;
  }

  #putAll(transaction: Transaction, records: readonly StoreRecord[], moments?: Moments): void {
    for (let index = 0; index < records.length; index++) {
      this.put(transaction, records[index] as StoreRecord, moments?.[index]);
    }
  }

  #removeAllEqual(transaction: Transaction, records: readonly StoreRecord[]): number {
    let count = 0;
    for (const record of records) count += this.removeEqual(transaction, record);
    return count;
  }

  /** Removes everything, within a transaction. */
  protected clear(transaction: Transaction): void {
    if (this.state.size > 0) this.tree.catalogue.clear(transaction, this.state);
  }

  #beginWalk(range: KeyRange, isReverse: boolean): Key | undefined {
    const cursor = this.cursorOver(range, isReverse);
    this.#walk = { cursor, isReverse };
    if (cursor.step()) return cursor.key;
    this.#walk = undefined;
    return undefined;
  }

  #walkFrom(key: Key, isReverse: boolean): Key | undefined {
    const { storageId } = this;
    const bytes = this.entryKey;
    bytes.set(storageId, key);
    const walk = this.#walk;
    if (walk?.isReverse === isReverse && this.#standsAt(walk.cursor)) {
      if (this.stepToOtherKey(walk.cursor)) return walk.cursor.key;
      this.#walk = undefined;
      return undefined;
    }
    if (this.type !== "ordered_set" && !this.member(key)) return undefined;
    const bound = { key, inclusive: false };
    const range = { lower: undefined, upper: undefined, reverse: isReverse, limit: Infinity };
    const part = isReverse ? { ...range, upper: bound } : { ...range, lower: bound };
    return this.#beginWalk(keyRange(storageId, part), isReverse);
  }

  /** Whether nothing has changed since the walk got to the key that is looked up. */
  #standsAt(cursor: LiveCursor): boolean {
    const { buffer, lookupLength } = this.entryKey;
    const at = cursor.entryKey;
    return (
      cursor.isCurrent &&
      at.lookupLength === lookupLength &&
      compareKeys(at.buffer, 0, lookupLength, buffer, 0, lookupLength) === 0
    );
  }
}
