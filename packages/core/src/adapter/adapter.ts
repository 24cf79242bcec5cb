import type { StoreErrorCode } from "../errors/errors.js";
import type { CounterStep } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { BatchOperation, BatchPlan, TableChange } from "./adapter-batch.js";
import type { AdapterTable, TableType } from "./adapter-table.js";
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

  /**
   * Opens the backend that holds the tables. Called once for each set of options, when the first table is needed.
   * @param mode that of the store, `"sync"` if it isn't given: in an async one a sync adapter may have
   * {@link AdapterBackend.settled}
   */
  open(options: Normalized, toolkit: Toolkit, mode?: Mode): Result<M, AdapterBackend<M>>;
}

/** The version of this contract. It changes when an adapter that is right today would be wrong. */
export const CONTRACT_VERSION = 2;

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
   * operation atomic for them: such an adapter implements `insertNew`, `take` and `update` itself, `scan` for tables
   * without order, and for batches {@link AdapterBackend.transact}.
   */
  readonly shared: boolean;
  /**
   * Keeps records by value: each read decodes a new one. Without it the adapter keeps, and returns, the very elements
   * that it was handed, and core isolates them from the users.
   */
  readonly serializes: boolean;
  /**
   * Changes of several tables of one backend happen all or not at all, for every reader and across a crash: the
   * backend has {@link AdapterBackend.applyChanges} or {@link AdapterBackend.transact}. Without it, a batch is refused
   * with `STORE_NOT_SUPPORTED`.
   */
  readonly batches: boolean;
  /**
   * Records may have a moment from which no method finds them: the tables have `expire` and `expiresAt`, and take the
   * moments that are handed to their inserting methods. Without it, whatever carries a moment is refused with
   * `STORE_NOT_SUPPORTED`, and no method is handed one.
   */
  readonly expiry: boolean;
  /**
   * The longest key that can be stored, in bytes of `encodeKey` of `@store/codec`. Undefined: any. What is longer the
   * adapter refuses with `STORE_INVALID_KEY`, naming both sizes.
   */
  readonly maxKeyBytes?: number;
  /**
   * The longest record, in bytes of `encodeRecord` of `@store/codec`. Undefined: any. What is longer the adapter
   * refuses with `STORE_INVALID_RECORD`, naming both sizes.
   */
  readonly maxRecordBytes?: number;
}

/** What core hands to an adapter, so that it needs no import from core but types. Pure functions, safe to keep. */
export interface Toolkit {
  /** The order of keys: negative, 0 or positive, and 0 only for equal keys. */
  compareKeys(this: void, a: Key, b: Key): number;
  /**
   * Whether two records are the same: deep, whatever the order of keys, entries and members. A wildcard in `a`, which may
   * be the `elements` of a `RecordPattern`, equals anything.
   */
  equalRecords(this: void, a: StoreRecord, b: StoreRecord): boolean;
  /** A 32-bit hash: equal records have equal hashes. It differs from process to process: never store it. */
  hashRecord(this: void, record: StoreRecord): number;
  /** `record`, one that the adapter keeps, with the element that `step` counts counted; throws where it can't be. */
  counted(this: void, record: StoreRecord, step: CounterStep): StoreRecord;
  /**
   * What a batch comes to: the changes to apply, and the results of its operations. For a {@link
   * AdapterBackend.transact} that runs in a transaction of its own: it plans, applies the changes, and returns the
   * results. The tables are read by their methods while it plans, at the clock's time for expiry.
   */
  planBatch<M extends Mode>(
    this: void,
    operations: readonly BatchOperation<M>[],
    mode: M,
  ): Result<M, BatchPlan<M> | undefined>;
  /**
   * An error to throw from a method. Core adds the operation and the table to its message.
   * @param detail what happened, with what was received; a clause, lower case, without a full stop
   */
  error(this: void, code: StoreErrorCode, detail: string, cause?: unknown): Error;
}

/** A table that a backend holds. */
export interface TableEntry {
  readonly name: string;
  readonly type: TableType;
}

/** An open backend: where tables of one set of options live. A table is known by its domain and its name. */
export interface AdapterBackend<M extends Mode = Mode> {
  /**
   * Opens the table, or creates it. Called once for a domain and a name until that table is closed.
   * @param domain any string but the empty one
   * @param name any string but the empty one
   * @param type what the user asked for; undefined: what the table is, or `"set"` if it is new. The adapter doesn't
   * judge: core compares the {@link AdapterTable.type} of what comes back, and closes it on a mismatch. One of the
   * types that the capabilities declare.
   */
  openTable(domain: string, name: string, type: TableType | undefined): Result<M, AdapterTable<M>>;
  /** All tables of the domain that are there, open or not, in any order. */
  tables(domain: string): Result<M, readonly TableEntry[]>;
  /**
   * The domains that have tables, each once, in any order: for tools that show what a place holds. Default: none; who asks
   * has to know the names of the domains.
   */
  domains?(): Result<M, readonly string[]>;
  /** Removes the table, which isn't open, and all that it holds. Returns whether it was there. */
  dropTable(domain: string, name: string): Result<M, boolean>;
  /** Releases everything. Called once; all tables are closed by then. */
  close(): Result<M, void>;

  /**
   * Of a sync adapter, in an async store: asked as soon as a call of a table, or a batch, has done its work, before
   * anything else runs. What it returns is waited for before the call's promise is resolved; if it rejects, so does the
   * call. Undefined: there is nothing to wait for. So an adapter writes at once, and many calls share one sync.
   */
  settled?(): Promise<void> | undefined;

  /**
   * Applies the changes, in order, all or none: for every reader and across a crash. The tables are open ones of this
   * backend. Core has planned the batch on what the tables hold, and lets no other write of this store come between.
   * With the capability `batches`, a backend has this or {@link transact}.
   * @param changes at least one
   */
  applyChanges?(changes: readonly TableChange<M>[]): Result<M, void>;
  /**
   * Does the operations of a batch, in order, all or none, each seeing what those before it did. Returns what each
   * comes to ({@link BatchOperation}), or undefined, with nothing changed, if a condition doesn't hold. Required with
   * `batches` where the adapter is shared, or is async and lets calls overlap.
   * Default: core plans the batch on what the tables' methods return, then `applyChanges`.
   * @param operations at least one; the tables are open ones of this backend
   */
  transact?(operations: readonly BatchOperation<M>[]): Result<M, readonly unknown[] | undefined>;
}

/** The options that an adapter takes. */
export type OptionsOf<A> = A extends { normalizeOptions(options: infer Options): unknown }
  ? Options
  : never;
