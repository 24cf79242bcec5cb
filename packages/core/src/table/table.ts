import type { TableType } from "../adapter/adapter.js";
import type { Mode, Result, ResultIterator } from "../adapter/mode.js";
import type { Pattern } from "../queries/pattern.js";
import type { Range } from "../queries/range.js";
import type { CounterOp, CounterValue } from "../values/counter.js";
import type {
  ElementInput,
  KeyInput,
  KeyOf,
  Position,
  ReadRecord,
  RecordInput,
  StoreRecord,
} from "../values/record.js";

/**
 * A table of records, as in ETS: what `ensureTable` returns. `R` is the type of its records, `M` the mode of its
 * store: each call returns its value in a sync store, a promise of it in an async one.
 *
 * What is stored is a copy. Nothing that the caller does to a record before or after changes the table; a record that
 * was read is the caller's, but its elements may be frozen and shared: they are typed read-only, and `mutable` copies.
 *
 * Every call throws (or rejects with) a `StoreError`; a call that fails has changed nothing. Any call may fail with
 * `STORE_TABLE_CLOSED` after `close`, with `STORE_INVALID_KEY` or `STORE_INVALID_RECORD` for what can't be stored, and
 * with the codes of a durable adapter's troubles (`STORE_IO`, `STORE_FENCED`, `STORE_CORRUPT`).
 *
 * Costs are those of the memory adapter: O(1) for a set or a bag, O(log n) for an ordered_set, unless said otherwise.
 */
export interface Table<R extends StoreRecord = StoreRecord, M extends Mode = "sync"> {
  readonly name: string;
  /** The domain that opened the table first. */
  readonly domain: string;
  readonly type: TableType;

  /** Inserts a record. In a set it replaces that of its key; in a bag a record equal to it is kept once. */
  insert(record: RecordInput<R>): Result<M, void>;
  /**
   * Inserts all records or, on any failure, none; also across a crash. Of two records of one key in a set, the last
   * stays. Takes any iterable, which is read to its end first.
   */
  insertMany(records: Iterable<RecordInput<R>>): Result<M, void>;
  /** Inserts a record if its key isn't there. Returns whether it was inserted. */
  insertNew(record: RecordInput<R>): Result<M, boolean>;
  /** Inserts all records if none of their keys is there, nor, in a set, twice among them. Returns whether it did. */
  insertNewMany(records: Iterable<RecordInput<R>>): Result<M, boolean>;

  /** The records of a key, `[]` if none; in a bag in the order they were inserted. */
  lookup(key: KeyInput<R>): Result<M, ReadRecord<R>[]>;
  /** Whether the key is there. */
  member(key: KeyInput<R>): Result<M, boolean>;
  /** Removes the records of a key and returns them, in one. */
  take(key: KeyInput<R>): Result<M, ReadRecord<R>[]>;

  /** Removes the records of a key. A key that isn't there is no error. */
  delete(key: KeyInput<R>): Result<M, void>;
  /** Removes exactly the record equal to this one, in a duplicate_bag all of them; deep equality. */
  deleteObject(record: RecordInput<R>): Result<M, void>;
  /** Removes every record. */
  deleteAllObjects(): Result<M, void>;

  /**
   * Compare and swap: puts `record` in the place of the stored record of its key if that equals `expected`. Returns
   * whether it did; false also if the two have different keys. Sets and ordered sets; others: `STORE_NOT_SUPPORTED`.
   */
  replace(expected: RecordInput<R>, record: RecordInput<R>): Result<M, boolean>;
  /**
   * Replaces one element, counted from 1; never the key. Returns whether the key was there.
   * Sets and ordered sets; others: `STORE_NOT_SUPPORTED`. A position that the record hasn't: `STORE_INVALID_OPERATION`.
   */
  updateElement<P extends Position<R>>(
    key: KeyInput<R>,
    change: readonly [position: P, value: ElementInput<R, P>],
  ): Result<M, boolean>;
  /**
   * Adds to an integer element, atomically, and returns its new value. `op`: an integer for element 2, or `[position,
   * increment]`, or `[position, increment, threshold, setValue]`: a result past the threshold becomes `setValue`.
   * A key that isn't there: `defaultRecord`, with its key replaced by `key`, is counted and inserted, without one
   * `STORE_KEY_NOT_FOUND`. The element is a safe integer or a bigint, a bigint stays one; a result outside the safe
   * integers: `STORE_COUNTER_OVERFLOW`. Sets and ordered sets; others: `STORE_NOT_SUPPORTED`.
   */
  updateCounter<const Op extends CounterOp<R>>(
    key: KeyInput<R>,
    op: Op,
    defaultRecord?: RecordInput<R>,
  ): Result<M, CounterValue<R, Op>>;

  /** The first key, in key order in an ordered_set, else in the table's own; undefined if the table is empty. */
  first(): Result<M, KeyOf<R> | undefined>;
  /** The last key, in the same order. */
  last(): Result<M, KeyOf<R> | undefined>;
  /**
   * The key after this one, undefined at the end. In an ordered_set the key needn't be there; in others one that isn't
   * is `STORE_KEY_NOT_FOUND`, and a walk sees each key once as long as the table isn't changed. Never O(n).
   */
  next(key: KeyInput<R>): Result<M, KeyOf<R> | undefined>;
  /** The key before this one; the rest as `next`. */
  prev(key: KeyInput<R>): Result<M, KeyOf<R> | undefined>;

  /**
   * Goes through the records. The table may change meanwhile: no record comes twice, none that was there throughout is
   * missed; one that is inserted meanwhile may come or not. Bounds and `reverse` need an ordered_set
   * (`STORE_NOT_SUPPORTED`).
   */
  records(range?: Range<KeyOf<R>>): ResultIterator<M, ReadRecord<R>>;
  /** Goes through the keys, each once, as `records` does. */
  keys(range?: Range<KeyOf<R>>): ResultIterator<M, KeyOf<R>>;
  /**
   * Calls `fn(record, accumulator)` for each record, with what it returned the time before, and returns the last.
   * What `fn` throws ends it: a `StoreError` as it is, anything else as the cause of `STORE_INVALID_OPERATION`.
   */
  foldl<A>(fn: (record: ReadRecord<R>, accumulator: A) => A, accumulator: A): Result<M, A>;

  /**
   * The records that match a pattern: a record with the wildcard `_` anywhere. Everything else must be equal.
   * O(n), but a key without wildcards is looked up, and bound leading elements of an ordered_set's tuple key are a range.
   */
  matchObject(
    pattern: Pattern<R>,
    options?: { readonly limit?: number | undefined },
  ): Result<M, ReadRecord<R>[]>;
  /** Removes the records that match a pattern, all or none. Returns how many went. */
  matchDelete(pattern: Pattern<R>): Result<M, number>;

  /** How many records the table has. */
  readonly size: Result<M, number>;
  /** What the table is, how much room it takes where the adapter knows, and what else that has to say. */
  info(): Result<M, TableInfo>;

  /** Returns when all that was written is on disk. A table in memory has nothing to do. */
  sync(): Result<M, void>;
  /** Brings counters that the adapter keeps aside into the table. Most have none. */
  flushCounters(): Result<M, void>;
  /** Closes the table. `ensureTable` opens it anew, with a new handle. Closing twice is no error. */
  close(): Result<M, void>;
}

/** What `info()` returns. */
export interface TableInfo {
  readonly name: string;
  readonly domain: string;
  readonly type: TableType;
  /** The name of the adapter. */
  readonly adapter: string;
  /** How many records. */
  readonly size: number;
  /** Bytes of memory, undefined where the adapter doesn't know. */
  readonly memoryBytes: number | undefined;
  /** Bytes of files, undefined where there are none or the adapter doesn't know. */
  readonly diskBytes: number | undefined;
  /** Whatever else the adapter has to say, undefined where it has nothing; its README says what. */
  readonly details: Readonly<Record<string, unknown>> | undefined;
}
