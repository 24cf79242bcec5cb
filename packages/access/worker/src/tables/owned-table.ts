import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  Moments,
  ScanRange,
  StoreRecord,
  TableUsage,
} from "@store/core";
import * as block from "../tree/record-block.js";
import { SearchKey } from "../tree/search-key.js";
import { TreeWriter } from "../tree/tree-writer.js";
import { type ExpiringTable, Expiry } from "./expiry.js";
import { RecordCopy } from "./record-copy.js";
import { RecordWriter } from "./record-writer.js";
import { SharedTable } from "./shared-table.js";
import { momentsOf, type SnapshotEntries, snapshotOf } from "./snapshot.js";
import type { TableAccess } from "./table-access.js";
import type { TableContext } from "./table-context.js";
import * as header from "./table-header.js";

/** A table in the thread that owns it: what all types have in common. */
export abstract class OwnedTable
  extends SharedTable
  implements AdapterTable<"sync">, ExpiringTable
{
  protected readonly context: TableContext;
  protected readonly tree: TreeWriter;
  protected readonly records: RecordWriter;
  protected readonly sought = new SearchKey();
  protected readonly found = new RecordCopy();
  #expiry: Expiry | undefined;

  constructor(context: TableContext, access: TableAccess, address: number) {
    super(access, address);
    this.context = context;
    this.tree = new TreeWriter(context.memory, access.place);
    this.records = new RecordWriter(context.memory, {
      isBag: access.place.isBag,
      isAtomic: this.isAtomic,
    });
  }

  /** Makes one change: puts a record, or adds it. */
  protected abstract put(record: StoreRecord, moment: number | undefined): void;
  /** Removes the records of a key; returns how many. */
  protected abstract remove(key: Key): number;
  /** Removes the records that equal this one; returns how many. */
  protected abstract removeEqual(record: StoreRecord): number;
  abstract removeDue(key: Key): void;

  override lookup(key: Key): StoreRecord[] {
    this.freeze(key);
    return super.lookup(key);
  }

  override *scan(range: ScanRange): IterableIterator<StoreRecord> {
    if (this.context.frozen === undefined) yield* super.scan(range);
    else for (const key of this.scanKeys(range)) yield* this.lookup(key);
  }

  insert(record: StoreRecord, expiresAt?: number): void {
    this.sweep();
    this.put(record, expiresAt);
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    this.sweep();
    const [only] = records;
    if (records.length === 1 && only !== undefined) {
      this.put(only, expiresAt?.[0]);
      return;
    }
    this.context.changes.all(() => {
      for (let index = 0; index < records.length; index++) {
        this.put(records[index] as StoreRecord, expiresAt?.[index]);
      }
    });
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    for (const [key] of records) if (this.member(key)) return false;
    this.insertMany(records, expiresAt);
    return true;
  }

  take(key: Key): StoreRecord[] {
    this.sweep();
    return this.frozen(() => {
      const records = this.lookup(key);
      this.remove(key);
      return records;
    });
  }

  delete(key: Key): void {
    this.sweep();
    this.remove(key);
  }

  deleteMany(keys: readonly Key[]): number {
    this.sweep();
    return this.context.changes.all(() => {
      let count = 0;
      for (const key of keys) count += this.remove(key);
      return count;
    });
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    this.sweep();
    const [only] = records;
    if (records.length === 1 && only !== undefined) return this.removeEqual(only);
    return this.context.changes.all(() =>
      records.reduce((sum, record) => sum + this.removeEqual(record), 0),
    );
  }

  deleteRange(range: ScanRange): number {
    this.sweep();
    const keys: Key[] = [];
    if (range.limit > 0) {
      for (const key of this.scanKeys(range)) if (keys.push(key) >= range.limit) break;
    }
    return keys.length === 0 ? 0 : this.deleteMany(keys);
  }

  deleteAllObjects(): void {
    const detached = this.tree.detach();
    const size = this.recordCount;
    this.resize(-size);
    this.context.changes.note({
      undo: () => {
        this.tree.attach(detached);
        this.resize(size);
      },
      settle: () => {
        this.tree.release(detached, (record) => this.freeAll(record));
        if (this.recordCount === 0) this.#expiry?.clear();
      },
    });
  }

  override size(): number {
    this.sweep();
    return this.recordCount;
  }

  override count(range: ScanRange): number {
    this.sweep();
    return super.count(range);
  }

  snapshot(): SnapshotEntries {
    return snapshotOf(this);
  }

  abstract update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined;

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const { increment, position, bound } = step;
    if (this.isAtomic && position === 2 && bound === undefined && typeof increment === "number") {
      const value = this.countUp(key, increment);
      if (value !== undefined) return value;
    }
    const counted = this.update(key, (record) => this.context.toolkit.counted(record, step));
    return counted?.[position - 1] as Integer | undefined;
  }

  usage(): TableUsage {
    const { allocator } = this.context.memory;
    const details = { sharedBytes: allocator.extentBytes };
    tablesByDetails.set(details, this);
    return { memoryBytes: allocator.usedBytes, details };
  }

  /** From now on it is another opening: who has an earlier one learns that it was closed. */
  open(): void {
    const { words } = this.access.arena;
    const { place } = this.access;
    const before = Atomics.load(words, place.state) & ~header.STATUS_MASK;
    place.openState = (before + header.NEXT_GENERATION) | 0;
    Atomics.store(words, place.state, place.openState);
  }

  /** The records live as long as the store; whoever has opened the table learns that it was closed. */
  close(): void {
    this.setStatus(header.IS_CLOSED);
  }

  /** The address of the header: how other threads find the table. */
  get headerAddress(): number {
    return this.address;
  }

  /** What stands in it as long as the table is open. */
  get openState(): number {
    return this.access.place.openState;
  }

  setStatus(status: number): void {
    const { words } = this.access.arena;
    const { state, openState } = this.access.place;
    Atomics.store(words, state, (openState & ~header.STATUS_MASK) | status);
  }

  /** Gives back all that the table has. It is dropped, or its store closed. */
  release(status: number): void {
    this.setStatus(status);
    this.#expiry?.clear();
    this.tree.release(this.access.place.root, (record) => this.freeAll(record));
    this.context.memory.headers.give(this.address);
  }

  /** Whether any record may have a moment. */
  protected get canExpire(): boolean {
    return this.#expiry !== undefined;
  }

  get recordCount(): number {
    return this.access.arena.words[this.address + header.SIZE] as number;
  }

  moments(): Iterable<readonly [key: Key, moment: number]> {
    return momentsOf(this);
  }

  protected sweep(): void {
    this.#expiry?.sweep();
  }

  /** To be called with each moment that is written. */
  protected watch(key: Key, moment: number | undefined): void {
    if (moment === undefined) return;
    this.#expiry ??= new Expiry(this);
    this.#expiry.add(key, moment);
  }

  protected resize(by: number): void {
    const { words } = this.access.arena;
    Atomics.store(words, this.address + header.SIZE, this.recordCount + by);
  }

  /** Of a record that no reader trusts any more, and those behind it: gives back their room. */
  protected freeAll(first: number): void {
    const { words } = this.access.arena;
    for (let record = first; record !== 0; ) {
      const next = this.access.place.isBag ? (words[record + block.NEXT_RECORD] as number) : 0;
      this.retire(record);
      this.records.free(record);
      record = next;
    }
  }

  /** From now on nobody counts in what the record has of counters. */
  protected retire(record: number): void {
    const cell = this.cellOf(record);
    if (cell !== undefined) this.context.memory.cells.retire(cell);
  }

  protected cellOf(record: number): number | undefined {
    const { words } = this.access.arena;
    const flags = words[record + block.KEY_LENGTH] as number;
    return (flags & block.IS_COUNTER) === 0 ? undefined : (words[record + block.CELL] as number);
  }

  /** While a batch is planned, or a change made that depends on what is there: nobody counts meanwhile. */
  protected freeze(key: Key): void {
    const { frozen, memory } = this.context;
    if (frozen === undefined || !this.isAtomic) return;
    const record = this.tree.find(this.sought.set(key, this.seed));
    const cell = record === 0 ? undefined : this.cellOf(record);
    if (cell === undefined) return;
    memory.cells.freeze(cell);
    frozen.add(cell);
  }

  /** Runs what reads counters and writes by what it read. */
  protected frozen<T>(run: () => T): T {
    if (!this.isAtomic || this.context.frozen !== undefined) return run();
    this.context.frozen = new Set();
    try {
      return run();
    } finally {
      this.thaw();
    }
  }

  protected thaw(): void {
    const { frozen, memory } = this.context;
    if (frozen === undefined) return;
    this.context.frozen = undefined;
    for (const cell of frozen) memory.cells.thaw(cell);
  }
}

/** Which table it is whose `info()` has these details. */
export const tablesByDetails = new WeakMap<object, OwnedTable>();
