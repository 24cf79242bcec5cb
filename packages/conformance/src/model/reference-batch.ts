import type { CounterOp, Key, StoreRecord, WriteOptions } from "@store/core";
import type { AnyRange } from "./range.js";
import type { ReferenceTable } from "./reference-table.js";

/** The calls that add to a batch, of tables or of their models: what is done to both is written once. */
export interface BatchCalls<T> {
  insert(table: T, record: StoreRecord, options?: WriteOptions): unknown;
  insertMany(table: T, records: readonly StoreRecord[], options?: WriteOptions): unknown;
  insertNew(table: T, record: StoreRecord, options?: WriteOptions): unknown;
  insertNewMany(table: T, records: readonly StoreRecord[], options?: WriteOptions): unknown;
  replace(table: T, expected: StoreRecord, record: StoreRecord, options?: WriteOptions): unknown;
  check(table: T, key: Key, expected: StoreRecord | undefined): unknown;
  updateElement(table: T, key: Key, changes: Changes, initial?: StoreRecord): unknown;
  updateCounter(table: T, key: Key, ops: CounterOps, initial?: StoreRecord): unknown;
  append(table: T, prefix: readonly Key[] | null, ...elements: unknown[]): unknown;
  delete(table: T, key: Key): unknown;
  deleteMany(table: T, keys: readonly Key[]): unknown;
  deleteObject(table: T, record: StoreRecord): unknown;
  deleteRange(table: T, range: AnyRange): unknown;
  deleteAllObjects(table: T): unknown;
}

type Changes = readonly (readonly [position: number, value: unknown])[];
type CounterOps = readonly Exclude<CounterOp, number | bigint>[];

/** Thrown by an operation whose condition doesn't hold. */
const UNMET = Symbol("unmet");

/** A batch of models: in order, each operation sees what those before it did; all or none. */
export class ReferenceBatch implements BatchCalls<ReferenceTable> {
  readonly #operations: (() => unknown)[] = [];
  readonly #tables = new Set<ReferenceTable>();
  #results: readonly unknown[] | undefined;

  get results(): readonly unknown[] | undefined {
    return this.#results;
  }

  insert(table: ReferenceTable, record: StoreRecord, options?: WriteOptions): void {
    this.#add(table, () => table.insertMany([record], options));
  }

  insertMany(table: ReferenceTable, records: readonly StoreRecord[], options?: WriteOptions): void {
    this.#add(table, () => table.insertMany(records, options));
  }

  insertNew(table: ReferenceTable, record: StoreRecord, options?: WriteOptions): void {
    this.insertNewMany(table, [record], options);
  }

  insertNewMany(
    table: ReferenceTable,
    records: readonly StoreRecord[],
    options?: WriteOptions,
  ): void {
    this.#add(table, () => met(table.insertNewMany(records, options)));
  }

  replace(
    table: ReferenceTable,
    expected: StoreRecord,
    record: StoreRecord,
    options?: WriteOptions,
  ): void {
    this.#add(table, () => met(table.replace(expected, record, options)));
  }

  check(table: ReferenceTable, key: Key, expected: StoreRecord | undefined): void {
    this.#add(table, () => met(table.check(key, expected)));
  }

  updateElement(table: ReferenceTable, key: Key, changes: Changes, initial?: StoreRecord): void {
    this.#add(table, () => table.updateElement(key, changes, initial));
  }

  updateCounter(table: ReferenceTable, key: Key, ops: CounterOps, initial?: StoreRecord): void {
    this.#add(table, () => table.updateCounter(key, ops, initial));
  }

  append(table: ReferenceTable, prefix: readonly Key[] | null, ...elements: unknown[]): void {
    this.#add(table, () => table.append(prefix, elements));
  }

  delete(table: ReferenceTable, key: Key): void {
    this.#add(table, () => table.delete(key));
  }

  deleteMany(table: ReferenceTable, keys: readonly Key[]): void {
    this.#add(table, () => table.deleteMany(keys));
  }

  deleteObject(table: ReferenceTable, record: StoreRecord): void {
    this.#add(table, () => table.deleteObject(record));
  }

  deleteRange(table: ReferenceTable, range: AnyRange): void {
    this.#add(table, () => table.deleteRange(range));
  }

  deleteAllObjects(table: ReferenceTable): void {
    this.#add(table, () => table.deleteAllObjects());
  }

  /** Whether all conditions hold. If not, and when an operation fails, the tables are as they were. */
  commit(): boolean {
    const before = [...this.#tables].map((table) => [table, table.state] as const);
    try {
      this.#results = this.#operations.map((run) => run());
      return true;
    } catch (error) {
      for (const [table, state] of before) table.restore(state);
      if (error === UNMET) return false;
      throw error;
    }
  }

  #add(table: ReferenceTable, run: () => unknown): void {
    this.#tables.add(table);
    this.#operations.push(run);
  }
}

function met(holds: boolean): true {
  if (!holds) throw UNMET;
  return true;
}
