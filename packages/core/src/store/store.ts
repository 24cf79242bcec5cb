/// <reference lib="esnext.disposable" />
import type { Adapter, OptionsOf, TableEntry } from "../adapter/adapter.js";
import type { TableType } from "../adapter/adapter-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import type { Batch } from "../batch/batch.js";
import type { MigratedTable, MigrationOptions } from "../migration/domain-copy.js";
import type { SchemaRecord, StandardSchema } from "../table/schema.js";
import type { Table } from "../table/table.js";
import type { StoreRecord } from "../values/record.js";
import type { DomainConfig } from "./domain-registry.js";

/** An adapter and its options, as `configureDomain` takes them. */
export type DomainInput<A extends Adapter> = { readonly adapter: A } & (Record<
  string,
  never
> extends OptionsOf<A>
  ? { readonly options?: OptionsOf<A> | undefined }
  : { readonly options: OptionsOf<A> });

/** The adapters that a store of a mode accepts: a sync one only sync adapters, an async one both kinds. */
export type AdapterFor<M extends Mode> = Adapter<object, M extends "sync" ? "sync" : Mode>;

/** The modes that a store may have with an adapter as its default. */
export type ModeFor<A extends Adapter> = A["mode"] extends "sync" ? Mode : "async";

/**
 * Where an application keeps its tables. A domain (`"runs"`, `"journal"`) is a name; the registry says which adapter
 * backs it, and code that uses a domain never names one.
 *
 * Each member throws, or in an async store rejects with, a `StoreError`; a call that fails has changed nothing.
 */
export type Store<M extends Mode = "sync"> = StoreMembers<M> &
  (M extends "async" ? AsyncDisposable : Disposable);

/** How a table is opened. */
export interface TableOptions {
  readonly type?: TableType | undefined;
  /**
   * Checks each record that is written through the handle; what it returns is stored, with the same key. Anything with
   * the Standard Schema interface, version 1. What it refuses is `STORE_INVALID_RECORD`; one that answers with a promise
   * is `STORE_INVALID_OPTIONS` when a record is written. Reads aren't checked.
   */
  readonly schema?: StandardSchema | undefined;
  /** How long (ms) what is written through the handle lives, where the write doesn't say. Default: for ever. */
  readonly expireAfter?: number | undefined;
}

export interface StoreMembers<M extends Mode> {
  /**
   * Backs the domain with an adapter, from the next `ensureTable` on: tables that are open stay where they are.
   * `STORE_INVALID_ADAPTER` for one that lacks a member or has the wrong mode, `STORE_INVALID_OPTIONS` for options
   * that it refuses.
   */
  configureDomain<A extends AdapterFor<M>>(domain: string, config: DomainInput<A>): Result<M, void>;
  /** What backs the domain: the adapter, and its options with the defaults filled in. */
  domainConfig(domain: string): Result<M, DomainConfig>;
  /** The adapter backing the domain. */
  adapterModule(domain: string): Result<M, Adapter>;
  /** Backs the domain with the store's default again. */
  resetDomain(domain: string): Result<M, void>;
  /** Backs every domain with the store's default again. */
  clear(): Result<M, void>;
  /**
   * Moves the domain to another adapter with all its tables, open or not: copies their records, compares the copies
   * with them, syncs them and switches the domain, whose old handles are closed then. Returns what it moved. On any
   * failure everything is as it was. Call it before others have handles, and `ensureTable` again after it.
   *
   * The old records stay where they are. With the same adapter and equal options nothing is moved.
   * `STORE_INVALID_OPERATION` if the target has a table of that name with records in it or open, if a table is written
   * to meanwhile, or if `onProgress` throws; `STORE_NOT_SUPPORTED` if the adapter hasn't a table's type, `STORE_CORRUPT` if a copy isn't equal to its
   * table. Reads each table twice and writes it once; at most 500 records, or those of one key, are in memory.
   */
  migrateDomain<A extends AdapterFor<M>>(
    domain: string,
    config: DomainInput<A>,
    options?: MigrationOptions,
  ): Result<M, MigratedTable[]>;
  /**
   * Copies the domain to another adapter without the switch: all its tables, open or not, verified and synced. Returns
   * what it copied, and closes the copies again. Each copy is its table as of one moment: where the adapter has
   * snapshots, writes may go on; else a write meanwhile ends it, as in `migrateDomain`, with its other errors. A target
   * that holds records in this domain, or is where the domain is: `STORE_INVALID_OPERATION`.
   */
  copyDomain<A extends AdapterFor<M>>(
    domain: string,
    config: DomainInput<A>,
    options?: MigrationOptions,
  ): Result<M, MigratedTable[]>;
  /** All tables of the domain that are there, open or not, by name. */
  tables(domain: string): Result<M, TableEntry[]>;
  /** Removes the table and all that it holds; its handle is closed. Returns whether it was there. */
  dropTable(domain: string, name: string): Result<M, boolean>;
  /** Collects changes of several tables that happen all or not at all. */
  batch(): Batch<M>;
  /** Makes sure that the registry exists, which it always does; there for parity. */
  ensureTables(): Result<M, void>;
  /**
   * Opens or creates a table and returns its handle; the same table gives the same handle until it is closed. A table is
   * known by its domain and its name.
   *
   * Without a `type` an existing table is opened as what it is, and a new one is a `"set"`.
   * `STORE_TABLE_TYPE_MISMATCH` if it has another than the given one, `STORE_NOT_SUPPORTED` if the adapter hasn't that
   * type, or no expiry, `STORE_LOCKED` if another process has the table. `STORE_INVALID_OPERATION` if it is open with
   * another `schema` or `expireAfter` than the given ones.
   */
  ensureTable<const S extends StandardSchema>(
    domain: string,
    name: string,
    options: TableOptions & { readonly schema: S },
  ): Result<M, Table<SchemaRecord<S>, M>>;
  ensureTable<R extends StoreRecord = StoreRecord>(
    domain: string,
    name: string,
    options?: TableOptions,
  ): Result<M, Table<R, M>>;
  /** Closes the tables of that name, in every domain. Not open, or in memory: nothing happens. */
  closeTable(name: string): Result<M, void>;
  /** Returns when the tables of that name are on disk, in every domain. Not open, or in memory: nothing happens. */
  syncTable(name: string): Result<M, void>;
  /** Brings counters kept aside into the tables of that name. Not open, or in memory: nothing happens. */
  flushCounters(name: string): Result<M, void>;
  /** Closes every table and adapter; after it, every other call is `STORE_TABLE_CLOSED`. Twice is no error. */
  close(): Result<M, void>;
}
