import type {
  AdapterTable,
  CounterStep,
  Integer,
  Key,
  ScanRange,
  StoreRecord,
  TableUsage,
  Toolkit,
} from "@store/core";
import { attemptAll } from "./platform/attempt-all.js";
import type { RecordLog } from "./record-log.js";
import type { FileSetTable } from "./set-table.js";
import { AtomicCounters } from "./tables/counters/atomic-counters.js";

/**
 * A set whose counters live in memory. What reads the table sees them; they are written into it by
 * {@link flushCounters}, which each way to the disk begins with.
 *
 * 1. A record that has counters is in the table.
 * 2. Whatever else writes a record writes what its counters are, or something new: they are forgotten then, once it is
 *    written.
 * 3. Counting is {@link Toolkit.counted}'s, but for the addition that it comes to nearly always, and the end of 64 bits.
 */
export class AtomicCounterTable implements AdapterTable<"sync"> {
  readonly type: "set" | "ordered_set";
  readonly #table: FileSetTable;
  readonly #log: Pick<RecordLog, "checkWritable" | "touch">;
  readonly #toolkit: Toolkit;
  readonly #isWrittenThrough: boolean;
  readonly #counters: AtomicCounters;

  /**
   * @param log of the table
   * @param isWrittenThrough whether nothing may wait, and each count is written as it comes
   */
  constructor(
    table: FileSetTable,
    log: Pick<RecordLog, "checkWritable" | "touch">,
    toolkit: Toolkit,
    isWrittenThrough: boolean,
  ) {
    this.type = table.type;
    this.#table = table;
    this.#log = log;
    this.#toolkit = toolkit;
    this.#counters = new AtomicCounters(toolkit);
    this.#isWrittenThrough = isWrittenThrough;
  }

  updateCounter(key: Key, step: CounterStep): Integer | undefined {
    this.#log.checkWritable();
    const counters = this.#counters;
    const record = counters.find(key);
    const counter = record && counters.counterOf(record, step.position);
    if (record === undefined || counter === undefined) return this.#beginCounter(key, step);
    const { increment } = step;
    if (!counter.isBigint && typeof increment === "number" && step.bound === undefined) {
      const value = counters.increase(record, counter, increment);
      if (value !== undefined) {
        this.#log.touch();
        return value;
      }
    }
    const value = this.#next(counters.valueOf(counter), step);
    if (Object.is(value, -0)) return this.#countInTable(key, step);
    counters.setValue(record, counter, value);
    this.#log.touch();
    return value;
  }

  /** Writes the counters that changed into their records, all or none. */
  flushCounters(): void {
    try {
      const records = [...this.#counters.changed].flatMap(({ key }) => this.lookup(key));
      // Only where another owner took the table over may a record be gone.
      if (records.length > 0) this.#table.insertMany(records);
    } catch (error) {
      this.#log.touch();
      throw error;
    }
    this.#counters.markFlushed();
  }

  sync(): void {
    this.flushCounters();
    this.#table.sync();
  }

  close(): void {
    attemptAll(
      // What failed in the background isn't a reason not to write.
      () => this.#log.checkWritable(),
      () => this.flushCounters(),
      () => this.#table.close(),
    );
  }

  lookup(key: Key): StoreRecord[] {
    return this.#table.lookup(key).map(this.#live);
  }

  member(key: Key): boolean {
    return this.#table.member(key);
  }

  insert(record: StoreRecord): void {
    this.#table.insert(record);
    this.#counters.drop(record[0]);
  }

  insertMany(records: readonly StoreRecord[]): void {
    this.#table.insertMany(records);
    for (const [key] of records) this.#counters.drop(key);
  }

  insertNew(records: readonly StoreRecord[]): boolean {
    return this.#table.insertNew(records);
  }

  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    let changed: StoreRecord | undefined;
    let isLeft = true;
    this.#table.update(key, (stored) => {
      const live = this.#live(stored);
      changed = change(live);
      isLeft = changed === live;
      return isLeft ? stored : changed;
    });
    if (!isLeft) this.#counters.drop(key);
    return changed;
  }

  take(key: Key): StoreRecord[] {
    const taken = this.#table.take(key).map(this.#live);
    this.#counters.drop(key);
    return taken;
  }

  delete(key: Key): void {
    this.#table.delete(key);
    this.#counters.drop(key);
  }

  deleteObjects(records: readonly StoreRecord[]): number {
    const gone = records.flatMap((record) => {
      if (this.#counters.find(record[0]) === undefined) return [record];
      const stored = this.#table.lookup(record[0]);
      return stored.filter((found) => this.#toolkit.equalRecords(this.#live(found), record));
    });
    if (gone.length === 0) return 0;
    const count = this.#table.deleteObjects(gone);
    for (const [key] of gone) this.#counters.drop(key);
    return count;
  }

  deleteAllObjects(): void {
    this.#table.deleteAllObjects();
    this.#counters.clear();
  }

  size(): number {
    return this.#table.size();
  }

  first(): Key | undefined {
    return this.#table.first();
  }

  last(): Key | undefined {
    return this.#table.last();
  }

  next(key: Key): Key | undefined {
    return this.#table.next(key);
  }

  prev(key: Key): Key | undefined {
    return this.#table.prev(key);
  }

  *scan(range: ScanRange): IterableIterator<StoreRecord> {
    for (const record of this.#table.scan(range)) yield this.#live(record);
  }

  scanKeys(range: ScanRange): Iterable<Key> {
    return this.#table.scanKeys(range);
  }

  usage(): TableUsage {
    const usage = this.#table.usage();
    return { ...usage, memoryBytes: this.#counters.memoryBytes + usage.memoryBytes };
  }

  #beginCounter(key: Key, step: CounterStep): Integer | undefined {
    if (this.#isWrittenThrough) return this.#countInTable(key, step);
    const [record] = this.#table.lookup(key);
    if (record === undefined) return undefined;
    const value = this.#counted(record, step)[step.position - 1] as Integer;
    if (Object.is(value, -0)) return this.#countInTable(key, step);
    this.#counters.add(key, step.position, value);
    this.#log.touch();
    return value;
  }

  /** Counts in the record itself. Where nothing may wait; and a cell knows no -0. */
  #countInTable(key: Key, step: CounterStep): Integer | undefined {
    const counted = this.update(key, (record) => this.#counted(record, step));
    return counted?.[step.position - 1] as Integer | undefined;
  }

  /** The value of a counter after a step. */
  #next(value: Integer, step: CounterStep): Integer {
    const record: [Key, ...unknown[]] = [null];
    record[step.position - 1] = value;
    return this.#counted(record, step)[step.position - 1] as Integer;
  }

  #counted(record: StoreRecord, step: CounterStep): StoreRecord {
    const counted = this.#toolkit.counted(record, step);
    const value = counted[step.position - 1];
    if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
      throw this.#toolkit.error(
        "STORE_COUNTER_OVERFLOW",
        `element ${step.position} would leave the 64 bits that atomicCounters have: ${value}`,
      );
    }
    return counted;
  }

  readonly #live = (record: StoreRecord): StoreRecord => this.#counters.live(record);
}
