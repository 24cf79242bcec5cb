import type { CounterStep, Integer } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { Mode, Result } from "./mode.js";

/** The four types of a table, as in ETS; `docs/semantics.md` says what each means. */
export type TableType = "set" | "ordered_set" | "bag" | "duplicate_bag";

/** The moments (ms since 1970) from which records expire, beside their records; undefined: never. */
export type Moments = readonly (number | undefined)[];

/** What a scan covers, in exact bounds. Tables that aren't ordered only get `{ reverse: false }` and a limit. */
export interface ScanRange {
  /** Where the range begins in key order. */
  readonly lower: Bound | undefined;
  /** Where it ends. */
  readonly upper: Bound | undefined;
  /** From the end to the beginning. */
  readonly reverse: boolean;
  /**
   * How many records at most, `Infinity` for all. For a scan it is a hint: core stops there by itself. `count` and
   * `deleteRange` keep to it.
   */
  readonly limit: number;
}

/** An end of a {@link ScanRange}. */
export interface Bound {
  readonly key: Key;
  readonly inclusive: boolean;
}

/** What a scan returns, by the adapter's mode. Core calls `return` when it stops early. */
export type Scan<M extends Mode, T> = M extends "async" ? AsyncIterable<T> : Iterable<T>;

/** A pattern for `matchObject`, compiled. */
export interface RecordPattern {
  /** The records that could match all have this key; undefined if they may have others. */
  readonly key: Key | undefined;
  /** Else, and in an ordered table: the keys of all that could match lie in this range. */
  readonly range: ScanRange;
  /**
   * The pattern itself, for a backend that filters: a record with wildcards (`_` of core, which is
   * `Symbol.for("@store/core/wildcard")`) anywhere, also inside of arrays, objects and the values of Maps. Records that
   * match have as many elements.
   */
  readonly elements: readonly unknown[];
  /** Whether a record of the table matches. */
  matches(this: void, record: StoreRecord): boolean;
}

/**
 * An open table. The first part is what an adapter must have; it is enough for the whole contract. The second part is
 * what it may have where its backend does better than core's default, which stands beside each.
 *
 * Each method is atomic: it happens whole or not at all, for every other caller and across a crash.
 *
 * The defaults that read and then write are made atomic by core. In a sync adapter nothing can come between. In an async
 * one core runs the writes of a table one after another, in the order of the calls, unless the adapter has `insertNew`,
 * `take` and `update`, the atomic operations that all others are made of, and in a table without order `scan`, whose
 * default needs a table that stands still: then it gets every call at once.
 */
export interface AdapterTable<M extends Mode = Mode> {
  /** What the table is, whatever was asked for. */
  readonly type: TableType;
  /**
   * Each record that it returns is an array made for that read, of the very elements that it was handed: core hands that
   * array on, where it would make a copy. Default: false. Means nothing where the adapter serializes.
   */
  readonly freshRecords?: boolean;

  /** The records of `key`, `[]` if none; in a bag in the order they were inserted. The array is core's to change. */
  lookup(key: Key): Result<M, StoreRecord[]>;
  /**
   * Inserts all or none. In a set, the record of a key is replaced, and of two records of one key the last stays. In a
   * bag, a record equal to one that is there is left out (but takes the new moment); in a duplicate_bag it is added.
   * @param records at least one
   * @param expiresAt their moments; undefined: none has one. Only with the capability `expiry`
   */
  insertMany(records: readonly StoreRecord[], expiresAt?: Moments): Result<M, void>;
  /** Removes all records of `key`, if any. */
  delete(key: Key): Result<M, void>;
  /**
   * Removes every record that equals one of `records`, all or none, and returns how many it removed.
   * @param records at least one; some may be gone already. Only to compare with: a sync adapter must not keep their bytes
   */
  deleteObjects(records: readonly StoreRecord[]): Result<M, number>;
  /** Removes everything. */
  deleteAllObjects(): Result<M, void>;
  /** How many records there are. */
  size(): Result<M, number>;

  /** The first key: in key order where the table is ordered, else in any order that an unchanged table keeps. */
  first(): Result<M, Key | undefined>;
  /** The last key. */
  last(): Result<M, Key | undefined>;
  /**
   * The key after `key`, undefined at the end. Ordered tables: also for a key that isn't there. Others: undefined for a
   * key that isn't there (core tells the two apart). O(1) or O(log n).
   */
  next(key: Key): Result<M, Key | undefined>;
  /** The key before `key`; the rest as {@link next}. */
  prev(key: Key): Result<M, Key | undefined>;

  /** Writes what is left to write and releases the table, even when it throws. Called once. */
  close(): Result<M, void>;

  /** Default: `insertMany` of one. */
  insert?(record: StoreRecord, expiresAt?: number): Result<M, void>;
  /** Default: whether `lookup` finds any. */
  member?(key: Key): Result<M, boolean>;
  /** The records of each key, as `lookup` returns them. Default: `lookup` of each. */
  lookupMany?(keys: readonly Key[]): Result<M, StoreRecord[][]>;
  /** Returns the records of `key` and removes them. Default: `lookup`, then `delete`. */
  take?(key: Key): Result<M, StoreRecord[]>;
  /**
   * Removes the records of all keys or of none, and returns how many went.
   * Default: `lookup` of each, then `deleteObjects` of what was found.
   */
  deleteMany?(keys: readonly Key[]): Result<M, number>;
  /**
   * Inserts all of `records` if no key of theirs is in the table, and says whether it did. Core has seen to it that
   * those for a set have different keys. Default: `member` for each, then `insertMany`.
   */
  insertNew?(records: readonly StoreRecord[], expiresAt?: Moments): Result<M, boolean>;
  /**
   * Replaces the record of `key` by what `change` returns for it, and returns that; undefined, without calling
   * `change`, if there is none. `change` is synchronous, doesn't touch the table, may be called more than once (by an
   * optimistic transaction, say), returns its argument to leave the record, and throws to give up. The record keeps its
   * moment. Sets only. Default: `lookup`, then `insertMany`.
   */
  update?(
    key: Key,
    change: (record: StoreRecord) => StoreRecord,
  ): Result<M, StoreRecord | undefined>;
  /**
   * Puts `record` in the place of the stored record of its key if that equals `expected`, of the same key, and says
   * whether it did. `expected` is only to compare with, as in {@link deleteObjects}. The record gets the moment, or none. Sets only. Default: {@link update}, where neither has a
   * moment; else `lookup`, then `insertMany`: an async adapter with `expiry` that lets calls overlap has its own.
   */
  replace?(expected: StoreRecord, record: StoreRecord, expiresAt?: number): Result<M, boolean>;
  /**
   * Counts, and returns the new value; undefined if there is no such key. Sets only. Default: {@link update}.
   * @param initial what to insert, counted already, if there is no such key; its element is the value to return then.
   * Given to async adapters only, and may be ignored: core inserts it when the answer is undefined
   */
  updateCounter?(
    key: Key,
    step: CounterStep,
    initial?: StoreRecord,
    initialExpiresAt?: number,
  ): Result<M, Integer | undefined>;
  /**
   * Adds a record whose key is that of the last number under `prefix`, and one more, and returns the key. `prefix` null:
   * the key is the number. Counts only keys of exactly that form with a safe integer from 1 on; 1 is the first; past the
   * last safe integer `STORE_COUNTER_OVERFLOW`. ordered_set only. Default: `prev`, then `insertNew`, as often as needed.
   */
  append?(
    prefix: readonly Key[] | null,
    elements: readonly unknown[],
    expiresAt?: number,
  ): Result<M, Key>;
  /** The first key with its records, undefined if the table is empty. Default: `first`, then `lookup`. */
  firstLookup?(): Result<M, KeyRecords | undefined>;
  /** The last one. Default: `last`, then `lookup`. */
  lastLookup?(): Result<M, KeyRecords | undefined>;
  /** The key that `next` finds, with its records. Default: `next`, then `lookup`. */
  nextLookup?(key: Key): Result<M, KeyRecords | undefined>;
  /** The key that `prev` finds, with its records. Default: `prev`, then `lookup`. */
  prevLookup?(key: Key): Result<M, KeyRecords | undefined>;
  /**
   * The records in `range`, in key order where the table is ordered; in a bag those of one key stand together. Stays
   * right while the table changes between two steps: no record twice, none missed that was there throughout.
   * Default, ordered: `next` or `prev`, then `lookup`, for each. Default, others: all keys first, then `lookup` each.
   */
  scan?(range: ScanRange): Scan<M, StoreRecord>;
  /** The keys in `range`, each once; the rest as {@link scan}. Default: the keys that `scan` comes by. */
  scanKeys?(range: ScanRange): Scan<M, Key>;
  /**
   * All records with their moments, as they are at the moment of the call, whatever changes later. May be gone through
   * several times. Default: none, and a copy of the table is given up when the table is written to meanwhile.
   */
  snapshot?(): Result<M, Scan<M, readonly [record: StoreRecord, expiresAt: number | undefined]>>;
  /** How many records are in `range`. Default: `size` for all of them, else those that `scan` comes by. */
  count?(range: ScanRange): Result<M, number>;
  /**
   * Removes the records in `range`, all or none, and returns how many. Ordered tables.
   * Default: `scan`, then `deleteObjects` of what was found.
   */
  deleteRange?(range: ScanRange): Result<M, number>;
  /** At most `limit` records that match. Default: `lookup` of the pattern's key, or `scan` of its range. */
  matchObject?(pattern: RecordPattern, limit: number): Result<M, StoreRecord[]>;
  /** Removes the records that match, all or none, and returns how many. Default: `matchObject`, then `deleteObjects`. */
  matchDelete?(pattern: RecordPattern): Result<M, number>;
  /** Gives the records of `key` a moment, or (undefined) none; says whether the key was there. Required with `expiry`. */
  expire?(key: Key, at: number | undefined): Result<M, boolean>;
  /** The moments of the records of `key`, in the order of `lookup`; `[]` if there are none. Required with `expiry`. */
  expiresAt?(key: Key): Result<M, Moments>;
  /** Returns when everything written is durable. Required of durable adapters; default: nothing to do. */
  sync?(): Result<M, void>;
  /** Brings counters that are kept aside into the table. Default: nothing to do. */
  flushCounters?(): Result<M, void>;
  /** What the adapter knows of the room that the table takes, and of itself. Default: nothing. */
  usage?(): Result<M, TableUsage>;
}

/** A key, and the records that it has: at least one. */
export type KeyRecords = [key: Key, records: StoreRecord[]];

/** What `info()` says of a table beyond what core knows; each member where the adapter knows it. */
export interface TableUsage {
  /** Bytes of the JavaScript heap and of buffers. */
  readonly memoryBytes?: number;
  /** Bytes of files. */
  readonly diskBytes?: number;
  /**
   * Whatever else the adapter has to say about the table, such as how its files were repaired; its README says what.
   * Goes to the user as it is: plain values, of which the adapter keeps none.
   */
  readonly details?: Readonly<Record<string, unknown>>;
}
