import type { TableType } from "../adapter/adapter-table.js";
import type { Mode, Result, ResultIterator } from "../adapter/mode.js";
import type { Pattern } from "../queries/pattern.js";
import type { Range } from "../queries/range.js";
import type { CounterOp, CounterPair, CounterValue } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { DeepReadonly } from "../values/readonly.js";
import type {
  ElementAt,
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

  /**
   * Inserts a record. In a set it replaces that of its key; in a bag a record equal to it is kept once. What a write
   * stores expires at the moment in its options, else by the table's `expireAfter`, else never.
   */
  insert(record: RecordInput<R>, options?: WriteOptions): Result<M, void>;
  /**
   * Inserts all records or, on any failure, none; also across a crash. Of two records of one key in a set, the last
   * stays. Takes any iterable, which is read to its end first.
   */
  insertMany(records: Iterable<RecordInput<R>>, options?: WriteOptions): Result<M, void>;
  /** Inserts a record if its key isn't there. Returns whether it was inserted. */
  insertNew(record: RecordInput<R>, options?: WriteOptions): Result<M, boolean>;
  /** Inserts all records if none of their keys is there, nor, in a set, twice among them. Returns whether it did. */
  insertNewMany(records: Iterable<RecordInput<R>>, options?: WriteOptions): Result<M, boolean>;

  /** The records of a key, `[]` if none; in a bag in the order they were inserted. */
  lookup(key: KeyInput<R>): Result<M, ReadRecord<R>[]>;
  /** The records of each key, as `lookup` returns them: in one round trip where the adapter can. Takes any iterable. */
  lookupMany(keys: Iterable<KeyInput<R>>): Result<M, ReadRecord<R>[][]>;
  /**
   * An element of the key's record, counted from 1; in a bag, an array with that of each record. Key missing:
   * `defaultValue`, or without one (undefined is none) `STORE_KEY_NOT_FOUND`. A position that the record hasn't:
   * `STORE_INVALID_OPERATION`.
   */
  lookupElement<P extends 1 | Position<R>, D = never>(
    key: KeyInput<R>,
    position: P,
    defaultValue?: D,
  ): Result<M, DeepReadonly<ElementAt<R, P>> | D>;
  /** Whether the key is there. */
  member(key: KeyInput<R>): Result<M, boolean>;
  /** Removes the records of a key and returns them, in one. */
  take(key: KeyInput<R>): Result<M, ReadRecord<R>[]>;

  /** Removes the records of a key. A key that isn't there is no error. */
  delete(key: KeyInput<R>): Result<M, void>;
  /** Removes the records of all keys or of none. Returns how many records went. Takes any iterable. */
  deleteMany(keys: Iterable<KeyInput<R>>): Result<M, number>;
  /** Removes exactly the record equal to this one, in a duplicate_bag all of them; deep equality. Returns how many went. */
  deleteObject(record: RecordInput<R>): Result<M, number>;
  /** Removes every record. */
  deleteAllObjects(): Result<M, void>;

  /**
   * Compare and swap: puts `record` in the place of the stored record of its key if that equals `expected`. Returns
   * whether it did; false also if the two have different keys. The record gets the moment that `insert` would give it.
   * Sets and ordered sets; others: `STORE_NOT_SUPPORTED`.
   */
  replace(
    expected: RecordInput<R>,
    record: RecordInput<R>,
    options?: WriteOptions,
  ): Result<M, boolean>;
  /**
   * Replaces one element, counted from 1, or several (a list of changes, done in order, all or none); never the key.
   * Returns whether the key was there. A key that isn't: `defaultRecord`, with its key replaced by `key`, is changed and
   * inserted. The record's moment stays.
   * Sets and ordered sets; others: `STORE_NOT_SUPPORTED`. A position that the record hasn't: `STORE_INVALID_OPERATION`.
   */
  updateElement<P extends Position<R>>(
    key: KeyInput<R>,
    change: readonly [position: P, value: ElementInput<R, P>],
    defaultRecord?: RecordInput<R>,
  ): Result<M, boolean>;
  updateElement(
    key: KeyInput<R>,
    changes: readonly ElementChanges<R>[],
    defaultRecord?: RecordInput<R>,
  ): Result<M, boolean>;
  /**
   * Adds to an integer element, atomically, and returns its new value. `op`: an integer for element 2, or `[position,
   * increment]`, or `[position, increment, threshold, setValue]`: a result past the threshold becomes `setValue`.
   * A list of the latter two is done in order, all or none, and returns a list of values.
   * A key that isn't there: `defaultRecord`, with its key replaced by `key`, is counted and inserted, without one
   * `STORE_KEY_NOT_FOUND`. The record's moment stays. The element is a safe integer or a bigint, a bigint stays one; a result outside the safe
   * integers: `STORE_COUNTER_OVERFLOW`. Sets and ordered sets; others: `STORE_NOT_SUPPORTED`.
   */
  updateCounter<const Op extends CounterOp<R>>(
    key: KeyInput<R>,
    op: Op,
    defaultRecord?: RecordInput<R>,
  ): Result<M, CounterValue<R, Op>>;
  updateCounter<const Ops extends readonly CounterPair<R>[]>(
    key: KeyInput<R>,
    ops: Ops,
    defaultRecord?: RecordInput<R>,
  ): Result<M, { -readonly [I in keyof Ops]: CounterValue<R, Ops[I]> }>;
  /**
   * Inserts `[[...prefix, n], ...elements]`, n one more than the last integer under that prefix (1 at first), atomically
   * for all callers, and returns the key. With `null` the key is n itself. Counts only keys of exactly that form with a
   * safe integer from 1 on; past the last one `STORE_COUNTER_OVERFLOW`. ordered_set; others: `STORE_NOT_SUPPORTED`.
   */
  append(prefix: AppendPrefix<KeyOf<R>>, ...elements: ElementsOf<R>): Result<M, KeyOf<R>>;

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

  /** The first key with its records: `first` and `lookup` in one, as in OTP 27. Undefined if the table is empty. */
  firstLookup(): Result<M, [key: KeyOf<R>, records: ReadRecord<R>[]] | undefined>;
  /** The last key with its records. */
  lastLookup(): Result<M, [key: KeyOf<R>, records: ReadRecord<R>[]] | undefined>;
  /** The key that `next` finds, with its records. */
  nextLookup(key: KeyInput<R>): Result<M, [key: KeyOf<R>, records: ReadRecord<R>[]] | undefined>;
  /** The key that `prev` finds, with its records. */
  prevLookup(key: KeyInput<R>): Result<M, [key: KeyOf<R>, records: ReadRecord<R>[]] | undefined>;

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
  /** Removes the records that `records(range)` would return, all or none. Returns how many went. ordered_set. */
  deleteRange(range: Range<KeyOf<R>>): Result<M, number>;
  /** How many records `records(range)` would return. O(log n) where the adapter can; its README says so. */
  count(range?: Range<KeyOf<R>>): Result<M, number>;

  /**
   * Sets the moment (ms since 1970, or a Date) from which the records of the key are no longer there; `null`: never.
   * Returns whether the key was there. An adapter without expiry: `STORE_NOT_SUPPORTED`.
   */
  expire(key: KeyInput<R>, at: number | Date | null): Result<M, boolean>;
  /** The moment at which the records of the key expire, the earliest of a bag's; undefined for none, or no key. */
  expiresAt(key: KeyInput<R>): Result<M, number | undefined>;

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

/** A change of an element, at any position behind the key. */
export type ElementChanges<R extends StoreRecord> =
  Position<R> extends infer P
    ? P extends Position<R>
      ? readonly [position: P, value: ElementInput<R, P>]
      : never
    : never;

/** What a write may say besides its record. */
export interface WriteOptions {
  /**
   * From when on the record isn't there any more: ms since 1970, or a Date, by the clock of where the table lives. One
   * that is past is accepted. An adapter without expiry: `STORE_NOT_SUPPORTED`.
   */
  readonly expiresAt?: number | Date | undefined;
}

/** What `append` takes for the keys of a table: the leading part of a tuple, or null where the key is a number. */
export type AppendPrefix<K> = K extends readonly [...infer P, infer N]
  ? number extends N
    ? Readonly<P>
    : never
  : K extends number
    ? null
    : K extends readonly unknown[]
      ? readonly Key[]
      : never;

/** The elements of a record behind its key. */
export type ElementsOf<R extends StoreRecord> = R extends readonly [unknown, ...infer E]
  ? Readonly<E>
  : readonly unknown[];

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
