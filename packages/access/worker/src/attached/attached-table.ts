import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  KeyRecords,
  Moments,
  ScanRange,
  StoreRecord,
  TableType,
  TableUsage,
  Toolkit,
} from "@store/core";
import type { Caller } from "../channel/caller.js";
import { sentRange } from "../channel/table-calls.js";
import type { OpenedTable } from "../shared/share-store.js";
import type { SharedTable } from "../tables/shared-table.js";
import { RemoteReads } from "./remote-reads.js";
import { scanKeysRemotely, scanRemotely } from "./remote-scan.js";

/** Thrown by a read that a writer has come between too often. */
export const CONTENDED = new Error("a writer came between too often");

/** Reads of shared memory between two looks whether the owner is there. */
const READS_A_LOOK = 1_024;
/** Exchanges in vain until an update is given up. */
const MOST_EXCHANGES = 100_000;

/**
 * A table of another thread: read from shared memory where it is there, else by asking; written by asking. What reads
 * and then writes is one call, or says what it has read, so that the owner does it only if that is so still.
 */
export class AttachedTable implements AdapterTable<"sync"> {
  readonly type: TableType;
  readonly id: number;
  readonly remote: RemoteReads;
  readonly #caller: Caller;
  readonly #local: SharedTable | undefined;
  readonly #toolkit: Toolkit;
  #reads = 0;

  constructor(
    caller: Caller,
    { id, type }: OpenedTable,
    local: SharedTable | undefined,
    toolkit: Toolkit,
  ) {
    this.type = type as TableType;
    this.id = id;
    this.remote = new RemoteReads(caller, id);
    this.#caller = caller;
    this.#local = local;
    this.#toolkit = toolkit;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#read((reads) => reads.lookup(key));
  }

  lookupMany(keys: readonly Key[]): StoreRecord[][] {
    return this.#read((reads) => reads.lookupMany(keys));
  }

  member(key: Key): boolean {
    return this.#read((reads) => reads.member(key));
  }

  expiresAt(key: Key): Moments {
    return this.#read((reads) => reads.expiresAt(key));
  }

  size(): number {
    return this.#read((reads) => reads.size());
  }

  first(): Key | undefined {
    return this.#read((reads) => reads.first());
  }

  last(): Key | undefined {
    return this.#read((reads) => reads.last());
  }

  next(key: Key): Key | undefined {
    return this.#read((reads) => reads.next(key));
  }

  prev(key: Key): Key | undefined {
    return this.#read((reads) => reads.prev(key));
  }

  firstLookup(): KeyRecords | undefined {
    return this.#read((reads) => reads.firstLookup());
  }

  lastLookup(): KeyRecords | undefined {
    return this.#read((reads) => reads.lastLookup());
  }

  nextLookup(key: Key): KeyRecords | undefined {
    return this.#read((reads) => reads.nextLookup(key));
  }

  prevLookup(key: Key): KeyRecords | undefined {
    return this.#read((reads) => reads.prevLookup(key));
  }

  count(range: ScanRange): number {
    return this.#read((reads) => reads.count(range));
  }

  scan(range: ScanRange): Iterable<StoreRecord> {
    return this.#local?.scan(range) ?? scanRemotely(this.remote, this.#isOrdered, range);
  }

  scanKeys(range: ScanRange): Iterable<Key> {
    return this.#local?.scanKeys(range) ?? scanKeysRemotely(this.remote, this.#isOrdered, range);
  }

  insert(record: StoreRecord, expiresAt?: number): void {
    if (expiresAt === undefined) this.#write("insert", record);
    else this.#write("insert", record, expiresAt);
  }

  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): void {
    this.#write("insertMany", records, expiresAt);
  }

  insertNew(records: readonly StoreRecord[], expiresAt?: Moments): boolean {
    return this.#write("insertNew", records, expiresAt);
  }

  delete(key: Key): void {
    this.#write("delete", key);
  }

  deleteMany(keys: readonly Key[]): number {
    return keys.length === 0 ? 0 : this.#write("deleteMany", keys);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    return this.#write("deleteObjects", records);
  }

  deleteAllObjects(): void {
    this.#write("deleteAllObjects");
  }

  deleteRange(range: ScanRange): number {
    return this.#write("deleteRange", sentRange(range));
  }

  take(key: Key): StoreRecord[] {
    return this.#write("take", key);
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean {
    return this.#write("replace", expected, record, expiresAt);
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    for (let tries = 0; tries < MOST_EXCHANGES; tries++) {
      const [record] = this.lookup(key);
      if (record === undefined) return undefined;
      const changed = change(record);
      if (changed === record || this.#write("exchange", record, changed)) return changed;
    }
    throw this.#toolkit.error(
      "STORE_INVALID_OPERATION",
      `the record was changed by others ${MOST_EXCHANGES} times while it was to be updated`,
    );
  }

  /** A counter of an atomic table without the owner, another by asking. */
  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    const { increment, position, bound } = step;
    if (
      this.#local?.isAtomic === true &&
      position === 2 &&
      bound === undefined &&
      typeof increment === "number"
    ) {
      this.#look();
      const local = this.#local;
      const value = this.#unlessContended(() => local.countUp(key, increment));
      if (value !== undefined) return value;
    }
    return this.#write("updateCounter", key, step);
  }

  append(prefix: readonly Key[] | null, elements: readonly unknown[], expiresAt?: number): Key {
    return this.#write("append", prefix, elements, expiresAt);
  }

  expire(key: Key, at: number | undefined): boolean {
    return this.#write("expire", key, at);
  }

  sync(): void {
    this.#write("sync");
  }

  flushCounters(): void {
    this.#write("flushCounters");
  }

  usage(): TableUsage {
    const [memoryBytes, diskBytes] = this.remote.usage();
    return {
      ...(memoryBytes !== undefined && { memoryBytes }),
      ...(diskBytes !== undefined && { diskBytes }),
      details: { reads: this.#local === undefined ? "by message" : "shared memory" },
    };
  }

  /** The owner's table stays open: others may have it. */
  close(): void {}

  get #isOrdered(): boolean {
    return this.type === "ordered_set";
  }

  #write<T>(call: string, ...args: unknown[]): T {
    return this.#caller.call<T>([call, this.id, ...args], true);
  }

  #read<T>(read: (reads: SharedTable | RemoteReads) => T): T {
    const local = this.#local;
    if (local === undefined) return read(this.remote);
    this.#look();
    try {
      return read(local);
    } catch (error) {
      if (error === CONTENDED) return read(this.remote);
      throw error;
    }
  }

  #unlessContended<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error === CONTENDED) return undefined;
      throw error;
    }
  }

  /** Memory says nothing of a thread that was ended. */
  #look(): void {
    if (++this.#reads % READS_A_LOOK === 0) this.#caller.check();
  }
}
