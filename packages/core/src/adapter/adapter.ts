import type { StoreErrorCode } from "../errors/errors.js";
import type { CounterStep, Integer } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { Mode, Result } from "./mode.js";

/**
 * The contract between core and an adapter. It is structural: an adapter is a plain object, needs nothing from core but
 * these types, and gets core's rules (order, equality, errors) handed to it as a {@link Toolkit}.
 *
 * Core does all the checking. What a method receives is exact: keys and records are valid, normalised, and copies that
 * nobody else holds; the adapter may keep them, and must not change them. What it gets is frozen below the first level
 * unless the adapter declares that it serializes. A method is never called before its table is open or after its `close`.
 *
 * A method reports a failure by throwing (or rejecting with) `toolkit.error(code, detail, cause)`. Anything else that it
 * throws reaches the user as `STORE_IO`, with the thing as `cause`; an error that has a `STORE_` code of its own keeps it.
 * A method that fails has changed nothing. A failure in the background is thrown by the next method, never by a timer.
 *
 * `M` is the adapter's mode: methods of a sync adapter return values, those of an async one promises. A sync method that
 * returns a promise fails with `STORE_INVALID_ADAPTER`.
 */
export interface Adapter<
  Options extends object = object,
  M extends Mode = Mode,
  Normalized extends object = object,
> {
  /** Names the adapter in `info()` and in messages: `"memory"`. */
  readonly name: string;
  /** Whether the methods return values or promises. */
  readonly mode: M;
  /** The {@link CONTRACT_VERSION} that the adapter is written for. Another than core's is refused. */
  readonly contractVersion: typeof CONTRACT_VERSION;
  readonly capabilities: Capabilities;

  /**
   * Checks the options and fills in the defaults. `options` is a plain object, `{}` when the user gave none. Throws a
   * plain `Error` whose message names the option and what it got; the user sees `STORE_INVALID_OPTIONS`. Nothing is
   * opened here. Domains whose adapter is the same and whose normalised options are deeply equal share one backend.
   */
  normalizeOptions(options: Options): Normalized;

  /** Opens the backend that holds the tables. Called once for each set of options, when the first table is needed. */
  open(options: Normalized, toolkit: Toolkit): Result<M, AdapterBackend<M>>;
}

/** The version of this contract. It changes when an adapter that is right today would be wrong. */
export const CONTRACT_VERSION = 1;

/**
 * What differs between adapters. The conformance kit skips by these, and fails an adapter that can do less, or more,
 * than it declares.
 */
export interface Capabilities {
  /**
   * Records outlive `close`, and the process. Such an adapter's tables have `sync`. Without it, a store's
   * `closeTable`, `syncTable` and `flushCounters` leave its tables alone: there is nothing to write, and they live as
   * long as the store.
   */
  readonly durable: boolean;
  /** Has `ordered_set`. Without it, opening one is refused with `STORE_NOT_SUPPORTED`. */
  readonly ordered: boolean;
  /** Has `bag` and `duplicate_bag`. Without it, opening one is refused with `STORE_NOT_SUPPORTED`. */
  readonly bags: boolean;
  /**
   * Others (another store, another process) may write the same table while this one has it open. Core can't make an
   * operation atomic for them: such an adapter implements `insertNew`, `take` and `update` itself, and `scan` for
   * tables without order.
   */
  readonly shared: boolean;
  /**
   * Keeps records by value: each read decodes a new one. Without it the adapter keeps, and returns, the very elements
   * that it was handed, and core isolates them from the users.
   */
  readonly serializes: boolean;
}

/** The four types of a table, as in ETS; `docs/semantics.md` says what each means. */
export type TableType = "set" | "ordered_set" | "bag" | "duplicate_bag";

/** What core hands to an adapter, so that it needs no import from core but types. Pure functions, safe to keep. */
export interface Toolkit {
  /** The order of keys: negative, 0 or positive, and 0 only for equal keys. */
  compareKeys(this: void, a: Key, b: Key): number;
  /** Whether two records are the same: deep, whatever the order of keys, entries and members. */
  equalRecords(this: void, a: StoreRecord, b: StoreRecord): boolean;
  /** A 32-bit hash: equal records have equal hashes. */
  hashRecord(this: void, record: StoreRecord): number;
  /** `record`, one that the adapter keeps, with the element that `step` counts counted; throws where it can't be. */
  counted(this: void, record: StoreRecord, step: CounterStep): StoreRecord;
  /**
   * An error to throw from a method. Core adds the operation and the table to its message.
   * @param detail what happened, with what was received; a clause, lower case, without a full stop
   */
  error(this: void, code: StoreErrorCode, detail: string, cause?: unknown): Error;
}

/** An open backend: where tables of one set of options live. */
export interface AdapterBackend<M extends Mode = Mode> {
  /**
   * Opens the table, or creates it. Called once for a name until that table is closed.
   * @param name any string but the empty one
   * @param type what the user asked for; undefined: what the table is, or `"set"` if it is new. The adapter doesn't
   * judge: core compares the {@link AdapterTable.type} of what comes back, and closes it on a mismatch. One of the
   * types that the capabilities declare.
   */
  openTable(name: string, type: TableType | undefined): Result<M, AdapterTable<M>>;
  /** Releases everything. Called once; all tables are closed by then. */
  close(): Result<M, void>;
}

/** What a scan covers, in exact bounds. Tables that aren't ordered only get `{ reverse: false }` and a limit. */
export interface ScanRange {
  /** Where the range begins in key order. */
  readonly lower: Bound | undefined;
  /** Where it ends. */
  readonly upper: Bound | undefined;
  /** From the end to the beginning. */
  readonly reverse: boolean;
  /** How many records core will ask for at most, `Infinity` for all. A hint: core stops there by itself. */
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
   * bag, a record equal to one that is there is left out; in a duplicate_bag it is added.
   * @param records at least one
   */
  insertMany(records: readonly StoreRecord[]): Result<M, void>;
  /** Removes all records of `key`, if any. */
  delete(key: Key): Result<M, void>;
  /**
   * Removes every record that equals one of `records`, all or none, and returns how many it removed.
   * @param records at least one; some may be gone already
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
  insert?(record: StoreRecord): Result<M, void>;
  /** Default: whether `lookup` finds any. */
  member?(key: Key): Result<M, boolean>;
  /** Returns the records of `key` and removes them. Default: `lookup`, then `delete`. */
  take?(key: Key): Result<M, StoreRecord[]>;
  /**
   * Inserts all of `records` if no key of theirs is in the table, and says whether it did. Core has seen to it that
   * those for a set have different keys. Default: `member` for each, then `insertMany`.
   */
  insertNew?(records: readonly StoreRecord[]): Result<M, boolean>;
  /**
   * Replaces the record of `key` by what `change` returns for it, and returns that; undefined, without calling
   * `change`, if there is none. `change` is synchronous, doesn't touch the table, may be called more than once (by an
   * optimistic transaction, say), returns its argument to leave the record, and throws to give up. Sets only.
   * Default: `lookup`, then `insertMany`.
   */
  update?(
    key: Key,
    change: (record: StoreRecord) => StoreRecord,
  ): Result<M, StoreRecord | undefined>;
  /** Counts, and returns the new value; undefined if there is no such key. Sets only. Default: {@link update}. */
  updateCounter?(key: Key, step: CounterStep): Result<M, Integer | undefined>;
  /**
   * The records in `range`, in key order where the table is ordered; in a bag those of one key stand together. Stays
   * right while the table changes between two steps: no record twice, none missed that was there throughout.
   * Default, ordered: `next` or `prev`, then `lookup`, for each. Default, others: all keys first, then `lookup` each.
   */
  scan?(range: ScanRange): Scan<M, StoreRecord>;
  /** The keys in `range`, each once; the rest as {@link scan}. Default: the keys that `scan` comes by. */
  scanKeys?(range: ScanRange): Scan<M, Key>;
  /** At most `limit` records that match. Default: `lookup` of the pattern's key, or `scan` of its range. */
  matchObject?(pattern: RecordPattern, limit: number): Result<M, StoreRecord[]>;
  /** Returns when everything written is durable. Required of durable adapters; default: nothing to do. */
  sync?(): Result<M, void>;
  /** Brings counters that are kept aside into the table. Default: nothing to do. */
  flushCounters?(): Result<M, void>;
  /** What the adapter knows of the room that the table takes, and of itself. Default: nothing. */
  usage?(): Result<M, TableUsage>;
}

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

/** The options that an adapter takes. */
export type OptionsOf<A> = A extends { normalizeOptions(options: infer Options): unknown }
  ? Options
  : never;
