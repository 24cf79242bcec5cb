import type { Mode, Result } from "../adapter/mode.js";
import type { Range } from "../queries/range.js";
import type {
  AppendPrefix,
  ElementChanges,
  ElementsOf,
  Table,
  WriteOptions,
} from "../table/table.js";
import type { CounterOp, CounterPair } from "../values/counter.js";
import type {
  ElementInput,
  KeyInput,
  KeyOf,
  Position,
  RecordInput,
  StoreRecord,
} from "../values/record.js";

/**
 * Collects changes of several tables of one backend that happen all or not at all: for every reader and writer, and
 * across a crash. Nothing happens until `commit`. The operations are done in order, each sees what those before it did.
 *
 * Arguments are checked and copied when an operation is added, which throws as the table's own call would, in both
 * modes. A table of another backend: `STORE_NOT_SUPPORTED`. After `commit` the batch is spent: every call is
 * `STORE_INVALID_OPERATION`.
 */
export interface Batch<M extends Mode = "sync"> {
  insert<R extends StoreRecord>(
    table: Table<R, M>,
    record: RecordInput<R>,
    options?: WriteOptions,
  ): Batch<M>;
  insertMany<R extends StoreRecord>(
    table: Table<R, M>,
    records: Iterable<RecordInput<R>>,
    options?: WriteOptions,
  ): Batch<M>;
  /** A condition: the key isn't there. */
  insertNew<R extends StoreRecord>(
    table: Table<R, M>,
    record: RecordInput<R>,
    options?: WriteOptions,
  ): Batch<M>;
  /** A condition: none of the keys is there, nor, in a set, twice among them. */
  insertNewMany<R extends StoreRecord>(
    table: Table<R, M>,
    records: Iterable<RecordInput<R>>,
    options?: WriteOptions,
  ): Batch<M>;
  /** A condition: the stored record of the key equals `expected`. Sets. */
  replace<R extends StoreRecord>(
    table: Table<R, M>,
    expected: RecordInput<R>,
    record: RecordInput<R>,
    options?: WriteOptions,
  ): Batch<M>;
  /** A condition: the stored record of the key equals `expected`, a record of that key; undefined: there is none. Sets. */
  check<R extends StoreRecord>(
    table: Table<R, M>,
    key: KeyInput<R>,
    expected: RecordInput<R> | undefined,
  ): Batch<M>;
  updateElement<R extends StoreRecord, P extends Position<R>>(
    table: Table<R, M>,
    key: KeyInput<R>,
    change: readonly [position: P, value: ElementInput<R, P>],
    defaultRecord?: RecordInput<R>,
  ): Batch<M>;
  updateElement<R extends StoreRecord>(
    table: Table<R, M>,
    key: KeyInput<R>,
    changes: readonly ElementChanges<R>[],
    defaultRecord?: RecordInput<R>,
  ): Batch<M>;
  updateCounter<R extends StoreRecord>(
    table: Table<R, M>,
    key: KeyInput<R>,
    op: CounterOp<R> | readonly CounterPair<R>[],
    defaultRecord?: RecordInput<R>,
  ): Batch<M>;
  append<R extends StoreRecord>(
    table: Table<R, M>,
    prefix: AppendPrefix<KeyOf<R>>,
    ...elements: ElementsOf<R>
  ): Batch<M>;
  delete<R extends StoreRecord>(table: Table<R, M>, key: KeyInput<R>): Batch<M>;
  deleteMany<R extends StoreRecord>(table: Table<R, M>, keys: Iterable<KeyInput<R>>): Batch<M>;
  deleteObject<R extends StoreRecord>(table: Table<R, M>, record: RecordInput<R>): Batch<M>;
  deleteRange<R extends StoreRecord>(table: Table<R, M>, range: Range<KeyOf<R>>): Batch<M>;
  deleteAllObjects<R extends StoreRecord>(table: Table<R, M>): Batch<M>;
  /**
   * Does it all and returns true; or returns false, with nothing changed, if a condition doesn't hold. An error of any
   * operation is thrown, and changes nothing. An empty batch is true.
   */
  commit(): Result<M, boolean>;
  /** What each call would have returned, in order: the key of an `append`, the value of a counter. Set once `commit` was true. */
  readonly results: readonly unknown[] | undefined;
}
