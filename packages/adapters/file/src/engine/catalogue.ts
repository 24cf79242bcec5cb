import { decodeElements } from "@store/codec";
import type { Key, StoreRecord, TableEntry, TableType } from "@store/core";
import { EntryKey, keyOf, LAST_STORAGE_ID } from "../format/entry-key.js";
import { elementsStart } from "../format/entry-value.js";
import { compareKeys } from "../format/key-order.js";
import { SystemTable } from "../format/system-tables.js";
import { FrameStager } from "../log/frame-stager.js";
import type { Memtable } from "../memtable/memtable.js";
import type { TableState } from "./table-state.js";
import type { Transaction } from "./transaction.js";
import type { TreeEntries } from "./tree-entries.js";

/** Nothing is stored with that one. */
const NO_STORAGE_ID = LAST_STORAGE_ID + 1;

type StoredTable = readonly [
  storageId: number,
  domain: string,
  name: string,
  type: TableType,
  size: number,
];

/**
 * Which tables there are, and how many records each has: records of the tree itself, so that neither an open nor a flush
 * grows with the number of tables.
 *
 * The sizes on disk are those of the last flush. The changes in the log say what each did to them; so a table's is known
 * after a crash.
 */
export class Catalogue {
  readonly #tree: TreeEntries;
  /** Tables that are open, or have changed since the last flush, by storage id. */
  readonly #states = new Map<number, TableState>();
  /** Tables that somebody has open, and that aren't there any more: another may come by their name. */
  #lost: TableState[] = [];
  /** What the changes that were replayed did, to tables that weren't asked for since. */
  #deltas: Map<number, number>;
  /**
   * The storage ids that were given up, while there may be entries of theirs; only what is in runs. What the log alone
   * says may not be on disk: entries that a compaction left out would be missing then.
   */
  readonly #dropped = new Set<number>();
  readonly #key = new EntryKey();

  constructor(tree: TreeEntries, deltas: Map<number, number>) {
    this.#tree = tree;
    this.#deltas = deltas;
  }

  /** Whether a compaction may leave out the entries of a storage id. */
  isDropped(storageId: number): boolean {
    return this.#dropped.has(storageId);
  }

  /** Looks which storage ids were given up, by what is in the runs. */
  learnDropped(): void {
    const flushed = this.#tree.flushedCursor();
    for (const [storageId] of this.#records(SystemTable.dropped, undefined, flushed)) {
      this.#dropped.add(storageId as number);
    }
  }

  /** Storage ids were given up by changes that are in a run by now. */
  noteDropped(storageIds: Iterable<number>): void {
    for (const storageId of storageIds) this.#dropped.add(storageId);
  }

  /** A compaction has removed all entries of these. */
  forgetDropped(storageIds: Iterable<number>): void {
    for (const storageId of storageIds) this.#dropped.delete(storageId);
  }

  /** The table of that name; undefined if there is none. */
  find(domain: string, name: string): TableState | undefined {
    const storageId = this.#read(SystemTable.names, [domain, name])?.[1] as number | undefined;
    return storageId === undefined ? undefined : this.byStorageId(storageId);
  }

  byStorageId(storageId: number): TableState | undefined {
    const known = this.#states.get(storageId);
    if (known !== undefined) return known;
    const stored = this.#read(SystemTable.tables, storageId) as unknown as StoredTable | undefined;
    if (stored === undefined) return undefined;
    const [, domain, name, type, size] = stored;
    const delta = this.#deltas.get(storageId) ?? 0;
    const state = { domain, name, type, storageId, size: size + delta };
    this.#deltas.delete(storageId);
    this.#states.set(storageId, state);
    return state;
  }

  /** The domains that have tables. */
  domains(): string[] {
    const names = this.#records(SystemTable.names).map(([key]) => key as readonly string[]);
    return [...new Set(names.map(([domain]) => domain as string))];
  }

  /** All tables of a domain. */
  list(domain: string): TableEntry[] {
    const entries: TableEntry[] = [];
    for (const [key, , type] of this.#records(SystemTable.names, domain)) {
      entries.push({ name: (key as readonly string[])[1] as string, type: type as TableType });
    }
    return entries;
  }

  /** Looks at all tables that are known again: the tree was read anew. */
  reload(deltas: Map<number, number>): void {
    const states = [...this.#states.values(), ...this.#lost];
    this.#states.clear();
    this.#lost = [];
    this.#deltas = deltas;
    for (const state of states) {
      const found = this.find(state.domain, state.name);
      if (found?.type !== state.type) {
        state.size = 0;
        state.storageId = NO_STORAGE_ID;
        this.#lost.push(state);
      } else {
        state.size = found.size;
        state.storageId = found.storageId;
        this.#states.set(state.storageId, state);
      }
    }
  }

  create(transaction: Transaction, domain: string, name: string, type: TableType): TableState {
    const storageId = transaction.takeStorageId();
    const state: TableState = { domain, name, type, storageId, size: 0 };
    transaction.putSystem(SystemTable.names, [[domain, name], storageId, type]);
    transaction.putSystem(SystemTable.tables, [storageId, domain, name, type, 0]);
    transaction.change(
      () => this.#states.set(storageId, state),
      () => this.#states.delete(storageId),
    );
    return state;
  }

  /** Gives up all entries of a table: it gets another storage id. */
  clear(transaction: Transaction, state: TableState): void {
    const { domain, name, type, storageId } = state;
    const next = transaction.takeStorageId();
    transaction.putSystem(SystemTable.names, [[domain, name], next, type]);
    transaction.putSystem(SystemTable.tables, [next, domain, name, type, 0]);
    this.#giveUp(transaction, storageId);
    transaction.resize(state, 0);
    transaction.change(
      () => {
        state.storageId = next;
        this.#states.delete(storageId);
        this.#states.set(next, state);
      },
      () => {
        state.storageId = storageId;
        this.#states.delete(next);
        this.#states.set(storageId, state);
      },
    );
  }

  drop(transaction: Transaction, state: TableState): void {
    const { domain, name, storageId } = state;
    const key = this.#key;
    key.set(SystemTable.names, [domain, name]);
    transaction.removeSystem(key.buffer, 0, key.length);
    this.#giveUp(transaction, storageId);
    transaction.change(
      () => this.#states.delete(storageId),
      () => this.#states.set(storageId, state),
    );
  }

  /** Puts the sizes as they are into a memtable that is about to be flushed. They aren't logged: the log has the changes. */
  addSizesTo(memtable: Memtable): void {
    for (const storageId of [...this.#deltas.keys()]) this.byStorageId(storageId);
    this.#deltas.clear();
    const stager = new FrameStager(memtable.buffer);
    for (const { storageId, domain, name, type, size } of this.#states.values()) {
      stager.put(SystemTable.tables, [storageId, domain, name, type, size], undefined);
      memtable.set(stager.position, stager.keyStart, stager.keyEnd);
    }
    if (stager.isStaging) stager.seal(0);
  }

  #giveUp(transaction: Transaction, storageId: number): void {
    // All of it, maybe: nobody knows how much there is of a table.
    const { memtable } = this.#tree;
    memtable.deadBytes = memtable.memoryBytes;
    const key = this.#key;
    key.set(SystemTable.tables, storageId);
    transaction.removeSystem(key.buffer, 0, key.length);
    transaction.putSystem(SystemTable.dropped, [storageId]);
  }

  #read(storageId: number, key: Key): StoreRecord | undefined {
    const { hit } = this.#tree;
    const bytes = this.#key;
    bytes.set(storageId, key);
    const { buffer, length } = bytes;
    if (!this.#tree.find(buffer, 0, length, length)) return undefined;
    return decodeElements(key, hit.buffer, elementsStart(hit.buffer, hit.valueStart), hit.valueEnd);
  }

  /** The records of one of the tree's own tables; with a domain, those whose key begins with that. */
  #records(storageId: number, domain?: string, cursor = this.#tree.cursor()): StoreRecord[] {
    const records: StoreRecord[] = [];
    const bytes = this.#key;
    if (domain === undefined) bytes.setStorageId(storageId);
    else bytes.set(storageId, [domain]);
    // The bytes of a tuple, but for its end, begin those of all tuples that begin so.
    const start = domain === undefined ? bytes.length : bytes.length - 1;
    cursor.seek(bytes.buffer, 0, start);
    for (; cursor.isValid; cursor.next()) {
      const { buffer, keyStart, keyEnd, valueStart, valueEnd } = cursor;
      if (keyEnd - keyStart < start) break;
      if (compareKeys(buffer, keyStart, keyStart + start, bytes.buffer, 0, start) !== 0) break;
      if (cursor.isTombstone) continue;
      const key = keyOf(buffer, keyStart, keyEnd, 0);
      records.push(decodeElements(key, buffer, elementsStart(buffer, valueStart), valueEnd));
    }
    return records;
  }
}
