import type { StoreRecord } from "@store/core";
import { EntryKey } from "../format/entry-key.js";
import { type CountDelta, putCountDelta } from "../format/log/change.js";
import { SystemTable } from "../format/system-tables.js";
import type { FrameStager, Suffix } from "../log/frame-stager.js";
import type { Memtable } from "../memtable/memtable.js";
import type { TableState } from "./table-state.js";

/** Where a {@link Transaction} stages its changes, and shows them. */
export interface ChangingTree {
  readonly stager: FrameStager;
  readonly memtable: Memtable;
  /** Of the hashes of records in bags. */
  readonly hashSeed: number;
  nextStorageId: number;
  nextOrder: number;
  /** Whether an entry is there, and not deleted, in what isn't in the memtable. */
  hasFlushed(key: Buffer, start: number, end: number, lookupEnd: number, hash: number): boolean;
  /** A record gets a moment. */
  noteMoment(moment: number): void;
}

/**
 * The changes of a call, or of a batch: staged in the log's buffer, and shown to whoever reads at once, so that each
 * change sees those before it. If they can't be written, all are taken back; nobody can have seen them, since nothing
 * else runs meanwhile.
 */
export class Transaction {
  readonly #tree: ChangingTree;
  readonly #momentKey = new EntryKey();
  #memtable: Memtable | undefined;
  /** How many changes there are; the lists below are longer, and kept. */
  #changes = 0;
  readonly #entries: number[] = [];
  readonly #before: number[] = [];
  /** How many sizes were changed: of which tables, each with what it was before. */
  #resized = 0;
  readonly #counted: TableState[] = [];
  readonly #sizes: number[] = [];
  #isAdding = false;
  readonly #undo: (() => void)[] = [];
  readonly #final: (() => void)[] = [];

  constructor(tree: ChangingTree) {
    this.#tree = tree;
  }

  /** Whether a change takes more room than it may give: it puts a record. */
  get isAdding(): boolean {
    return this.#isAdding;
  }

  /** Of the hashes of records in bags. */
  get hashSeed(): number {
    return this.#tree.hashSeed;
  }

  /** Puts the record of a set, in the place of that of its key. */
  put(table: TableState, record: StoreRecord, moment: number | undefined): void {
    const { stager } = this.#tree;
    this.#isAdding = true;
    stager.put(table.storageId, record, moment);
    const { chunk, keyStart, keyEnd, at } = stager;
    const before = this.#apply();
    const isNew =
      before >= 0
        ? this.#tree.memtable.isDeletion(before)
        : !this.#tree.hasFlushed(
            chunk.buffer,
            keyStart,
            keyEnd,
            keyEnd,
            this.#tree.memtable.lastHash,
          );
    putCountDelta(chunk.buffer, at, isNew ? 1 : 0);
    if (isNew) this.#count(table, 1);
    if (moment !== undefined) this.#putMoment(moment, chunk.buffer, keyStart, keyEnd);
  }

  /** Adds a record to a bag. It is known that the entry isn't there, or (with `isNew` false) that it is. */
  putInBag(
    table: TableState,
    record: StoreRecord,
    moment: number | undefined,
    suffix: Suffix,
    isNew: boolean,
  ): void {
    const { stager } = this.#tree;
    this.#isAdding = true;
    stager.put(table.storageId, record, moment, suffix);
    const { chunk, keyStart, keyEnd, at } = stager;
    putCountDelta(chunk.buffer, at, isNew ? 1 : 0);
    this.#apply();
    if (isNew) this.#count(table, 1);
    if (moment !== undefined) this.#putMoment(moment, chunk.buffer, keyStart, keyEnd);
  }

  /** Deletes an entry that is there. */
  remove(table: TableState, key: Uint8Array, start: number, end: number, hasSuffix: boolean): void {
    this.#removeEntry(key, start, end, hasSuffix, -1);
    this.#count(table, -1);
  }

  /** Puts a record of one of the tree's own tables. */
  putSystem(storageId: number, record: StoreRecord): void {
    this.#tree.stager.put(storageId, record, undefined);
    this.#apply();
  }

  /** Deletes the entry of one of the tree's own tables. */
  removeSystem(key: Uint8Array, start: number, end: number): void {
    this.#removeEntry(key, start, end, false, 0);
  }

  /** A storage id that no table has had. It isn't given out again, also when the changes are taken back. */
  takeStorageId(): number {
    return this.#tree.nextStorageId++;
  }

  /** The next order of a bag's entry. */
  takeOrder(): number {
    return this.#tree.nextOrder++;
  }

  /** Says how many records a table has. */
  resize(table: TableState, size: number): void {
    const { size: before } = table;
    table.size = size;
    const last = this.#resized - 1;
    // What counts is what it was at first.
    if (last >= 0 && this.#counted[last] === table) return;
    this.#counted[this.#resized] = table;
    this.#sizes[this.#resized++] = before;
  }

  /** Does something that `undo` takes back if the changes can't be written. */
  change(change: () => void, undo: () => void): void {
    change();
    this.#undo.push(undo);
  }

  /** Does something when the changes are written. */
  afterwards(action: () => void): void {
    this.#final.push(action);
  }

  /** All was written. */
  accept(): void {
    for (const action of this.#final) action();
    this.#forget();
  }

  #forget(): void {
    this.#memtable = undefined;
    this.#isAdding = false;
    if (this.#changes > MOST_KEPT) {
      this.#entries.length = 0;
      this.#before.length = 0;
    }
    this.#changes = 0;
    this.#resized = 0;
    if (this.#final.length > 0) this.#final.length = 0;
    if (this.#undo.length > 0) this.#undo.length = 0;
  }

  /** Takes everything back. */
  rollback(): void {
    const memtable = this.#memtable;
    for (let index = this.#changes - 1; index >= 0; index--) {
      memtable?.restore(this.#entries[index] as number, this.#before[index] as number);
    }
    for (let index = this.#resized - 1; index >= 0; index--) {
      (this.#counted[index] as TableState).size = this.#sizes[index] as number;
    }
    for (const undo of this.#undo.reverse()) undo();
    this.#forget();
  }

  #removeEntry(
    key: Uint8Array,
    start: number,
    end: number,
    hasSuffix: boolean,
    delta: CountDelta,
  ): void {
    const { stager } = this.#tree;
    stager.putBytes(key, start, end, undefined, hasSuffix);
    putCountDelta(stager.chunk.buffer, stager.at, delta);
    this.#apply();
  }

  #putMoment(moment: number, buffer: Buffer, keyStart: number, keyEnd: number): void {
    const { stager } = this.#tree;
    const key = this.#momentKey;
    key.set(SystemTable.moments, [
      moment,
      Uint8Array.prototype.slice.call(buffer, keyStart, keyEnd),
    ]);
    stager.putBytes(key.buffer, 0, key.length, NOTHING, false);
    this.#apply();
    this.#tree.noteMoment(moment);
  }

  /** Shows the change that was staged last. Returns the position of the one before of its key, -1 if there is none. */
  #apply(): number {
    this.#memtable ??= this.#tree.memtable;
    const { position, keyStart, keyEnd } = this.#tree.stager;
    const before = this.#memtable.set(position, keyStart, keyEnd);
    this.#before[this.#changes] = before;
    this.#entries[this.#changes++] = this.#memtable.lastEntry;
    return before;
  }

  #count(table: TableState, delta: number): void {
    this.resize(table, table.size + delta);
  }
}

const NOTHING = new Uint8Array(0);
/** The lists of a transaction with more changes aren't kept for the next. */
const MOST_KEPT = 2 ** 12;
