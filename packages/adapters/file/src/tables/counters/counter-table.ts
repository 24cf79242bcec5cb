import type { CounterStep, Integer, Key, StoreRecord, TableUsage } from "@store/core";
import type { Transaction } from "../../engine/transaction.js";
import type { Tree } from "../../engine/tree.js";
import { attemptAll } from "../../platform/attempt-all.js";
import { SetTable } from "../set-table.js";
import type { TableContext } from "../tree-table.js";
import { AtomicCounters, type CountedRecord } from "./atomic-counters.js";

/**
 * A set whose counters live in memory. What reads the table sees them; they are written into it by {@link flushCounters},
 * which each way to the disk begins with.
 *
 * 1. A record that has counters is in the table, or its moment is past.
 * 2. Whatever else writes a record writes what its counters are, or something new: they are forgotten then, once it is
 *    written.
 * 3. Counting is `counted` of the toolkit, but for the addition that it comes to nearly always, and the end of 64 bits.
 */
export class CounterTable extends SetTable {
  readonly #counters: AtomicCounters;
  readonly #isWrittenThrough: boolean;

  readonly #tree: Tree;

  /** @param isWrittenThrough nothing may wait: each count is written as it comes */
  constructor(context: TableContext, tree: Tree, isWrittenThrough: boolean) {
    super(context);
    this.#tree = tree;
    this.#counters = new AtomicCounters(context.toolkit);
    this.#isWrittenThrough = isWrittenThrough;
  }

  override updateCounter(key: Key, step: CounterStep): Integer | undefined {
    this.#tree.checkWritable();
    const counters = this.#counters;
    const record = counters.find(key);
    const counter = record && counters.counterOf(record, step.position);
    if (record === undefined || counter === undefined || this.#isPast(record)) {
      return this.#beginCounter(key, step);
    }
    const { increment } = step;
    if (!counter.isBigint && typeof increment === "number" && step.bound === undefined) {
      const value = counters.increase(record, counter, increment);
      if (value !== undefined) {
        this.#tree.touch();
        return value;
      }
    }
    const value = this.#next(counters.valueOf(counter), step);
    if (Object.is(value, -0)) return this.#countInTable(key, step);
    counters.setValue(record, counter, value);
    this.#tree.touch();
    return value;
  }

  /** Writes the counters that changed into their records, all or none. */
  flushCounters(): void {
    if (this.#counters.changed.size === 0) return;
    try {
      this.tree.write((transaction) => {
        for (const { key } of this.#counters.changed) this.rewrite(transaction, key);
      });
    } catch (error) {
      this.#tree.touch();
      throw error;
    }
    this.#counters.markFlushed();
  }

  override sync(): void {
    this.flushCounters();
    super.sync();
  }

  override close(): void {
    attemptAll(
      () => this.flushCounters(),
      // It may have been told of a failure in the background, and nothing else was wrong.
      () => this.flushCounters(),
      () => super.close(),
    );
  }

  override put(transaction: Transaction, record: StoreRecord, moment: number | undefined): void {
    super.put(transaction, record, moment);
    this.#drop(transaction, record[0]);
  }

  override removeKey(transaction: Transaction, key: Key): number {
    const count = super.removeKey(transaction, key);
    this.#drop(transaction, key);
    return count;
  }

  override removeEqual(transaction: Transaction, record: StoreRecord): number {
    const count = super.removeEqual(transaction, record);
    if (count > 0) this.#drop(transaction, record[0]);
    return count;
  }

  override usage(): TableUsage {
    const usage = super.usage();
    return { ...usage, memoryBytes: this.#counters.memoryBytes + (usage.memoryBytes as number) };
  }

  protected override live(record: StoreRecord): StoreRecord {
    return this.#counters.live(record);
  }

  protected override clear(transaction: Transaction): void {
    super.clear(transaction);
    transaction.afterwards(() => this.#counters.clear());
  }

  #drop(transaction: Transaction, key: Key): void {
    const counters = this.#counters;
    const record = counters.detach(key);
    if (record === undefined) return;
    transaction.change(
      () => {},
      () => counters.attach(record),
    );
    transaction.afterwards(() => counters.release(record));
  }

  #beginCounter(key: Key, step: CounterStep): Integer | undefined {
    if (this.#isWrittenThrough) return this.#countInTable(key, step);
    const [record] = this.lookup(key);
    if (record === undefined) return undefined;
    const value = this.#counted(record, step)[step.position - 1] as Integer;
    if (Object.is(value, -0)) return this.#countInTable(key, step);
    const [moment] = this.expiresAt(key);
    this.#counters.add(key, moment, step.position, value);
    this.#tree.touch();
    return value;
  }

  #isPast({ moment }: CountedRecord): boolean {
    return moment !== undefined && moment <= this.now();
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
    const counted = this.toolkit.counted(record, step);
    const value = counted[step.position - 1];
    if (typeof value === "bigint" && BigInt.asIntN(64, value) !== value) {
      throw this.toolkit.error(
        "STORE_COUNTER_OVERFLOW",
        `element ${step.position} would leave the 64 bits that atomicCounters have: ${value}`,
      );
    }
    return counted;
  }
}
