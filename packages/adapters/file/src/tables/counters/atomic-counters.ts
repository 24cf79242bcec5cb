import { KeyMap, type KeyRules } from "@store/collections";
import type { Integer, Key, StoreRecord } from "@store/core";
import { CounterCells } from "./counter-cells.js";

/** An element of a record whose value is in a cell. */
export interface Counter {
  readonly position: number;
  /** What the element is: a bigint, or a number. */
  readonly isBigint: boolean;
  readonly cell: number;
  /** The next one of the same record. */
  next: Counter | undefined;
}

/** A record that is counted: its first counter, which is the only one of most. */
export interface CountedRecord extends Counter {
  readonly key: Key;
  /** When the record expires; undefined: never. Whoever changes that writes the record, and so forgets its counters. */
  readonly moment: number | undefined;
  /** Whether a counter of the record differs from it. */
  isChanged: boolean;
}

/** The counters of a table that live in memory, by the key of their record. */
export class AtomicCounters {
  readonly #cells = new CounterCells();
  readonly #records: KeyMap<CountedRecord>;
  readonly #changed = new Set<CountedRecord>();

  constructor(rules: KeyRules) {
    this.#records = new KeyMap(rules);
  }

  /** Of the cells. */
  get memoryBytes(): number {
    return this.#cells.bytes;
  }

  /** Records with a counter that changed since {@link markFlushed}, in the order in which that began. */
  get changed(): ReadonlySet<CountedRecord> {
    return this.#changed;
  }

  find(key: Key): CountedRecord | undefined {
    return this.#records.size === 0 ? undefined : this.#records.get(key);
  }

  counterOf(record: CountedRecord, position: number): Counter | undefined {
    let counter: Counter | undefined = record;
    while (counter !== undefined && counter.position !== position) counter = counter.next;
    return counter;
  }

  valueOf({ cell, isBigint }: Counter): Integer {
    const value = this.#cells.load(cell);
    return isBigint ? value : Number(value);
  }

  /** @param value of the counter's type, and in 64 bits */
  setValue(record: CountedRecord, { cell }: Counter, value: Integer): void {
    this.#cells.store(cell, BigInt(value));
    this.#markChanged(record);
  }

  /**
   * Adds to a counter that is a number, and returns the new value. Where that is no safe integer it returns undefined,
   * and nothing has changed.
   */
  increase(record: CountedRecord, { cell }: Counter, increment: number): number | undefined {
    const step = BigInt(increment);
    const value = Number(this.#cells.add(cell, step)) + increment;
    if (!Number.isSafeInteger(value)) {
      this.#cells.add(cell, -step);
      return undefined;
    }
    this.#markChanged(record);
    return value;
  }

  /**
   * Begins to count an element that isn't counted yet, with a value that the record doesn't have.
   * @param moment that of the record
   */
  add(key: Key, moment: number | undefined, position: number, value: Integer): void {
    const cell = this.#cells.take(BigInt(value));
    const isBigint = typeof value === "bigint";
    let record = this.#records.get(key);
    if (record === undefined) {
      record = { key, moment, position, isBigint, cell, next: undefined, isChanged: false };
      this.#records.set(key, record);
    } else {
      record.next = { position, isBigint, cell, next: record.next };
    }
    this.#markChanged(record);
  }

  /** The record as its counters have it; itself, if it has none. */
  live(record: StoreRecord): StoreRecord {
    const counted = this.find(record[0]);
    if (counted === undefined) return record;
    const [key, ...elements] = record;
    let counter: Counter | undefined = counted;
    for (; counter !== undefined; counter = counter.next) {
      elements[counter.position - 2] = this.valueOf(counter);
    }
    return [key, ...elements];
  }

  /** Forgets the counters of a record. */
  drop(key: Key): void {
    const record = this.detach(key);
    if (record !== undefined) this.release(record);
  }

  /** Sets the counters of a record aside: {@link attach} takes that back, {@link release} makes it final. */
  detach(key: Key): CountedRecord | undefined {
    const record = this.find(key);
    if (record === undefined) return undefined;
    this.#records.delete(key);
    this.#changed.delete(record);
    return record;
  }

  attach(record: CountedRecord): void {
    this.#records.set(record.key, record);
    if (record.isChanged) this.#changed.add(record);
  }

  release(record: CountedRecord): void {
    let counter: Counter | undefined = record;
    for (; counter !== undefined; counter = counter.next) this.#cells.give(counter.cell);
  }

  clear(): void {
    this.#records.clear();
    this.#changed.clear();
    this.#cells.clear();
  }

  #markChanged(record: CountedRecord): void {
    if (record.isChanged) return;
    record.isChanged = true;
    this.#changed.add(record);
  }

  /** The records in the table are as the counters have them. */
  markFlushed(): void {
    for (const record of this.#changed) record.isChanged = false;
    this.#changed.clear();
  }
}
