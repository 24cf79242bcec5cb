import type { Adapter, TableEntry } from "../adapter/adapter.js";
import type { BatchOperation } from "../adapter/adapter-batch.js";
import type { AdapterTable, TableType } from "../adapter/adapter-table.js";
import { completeTable } from "../adapter/completion.js";
import type { Mode, Result } from "../adapter/mode.js";
import {
  failing,
  nothing,
  type Runner,
  runnerOf,
  type Steps,
  same,
  settling,
  step,
} from "../adapter/steps.js";
import { checkTable, TABLE_TYPES } from "../adapter/table-check.js";
import { watchWrites } from "../adapter/write-watch.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { intakeOf } from "../table/schema.js";
import type { Table } from "../table/table.js";
import type { BatchBackend } from "../table/table-context.js";
import { tableHandle } from "../table/table-handle.js";
import type { Turns } from "../table/turns.js";
import { Isolation } from "../values/isolation.js";
import type { StoreRecord } from "../values/record.js";
import type { DomainConfig } from "./domain-registry.js";
import { LazyBackend } from "./lazy-backend.js";
import {
  checkClosed,
  checkSettings,
  checkType,
  isOpening,
  NO_SETTINGS,
  newSlot,
  slotKey,
  type TableSettings,
  type TableSlot,
} from "./table-slot.js";

/** What a backend has of its store. */
export interface BackendContext<M extends Mode> {
  /** The store itself, for those who ask whose a table is. */
  readonly store: object;
  readonly mode: M;
  readonly turns: Turns;
}

/**
 * The tables of one adapter with one set of options, shared by the domains that are configured so.
 *
 * A table, known by its domain and its name, has one slot, and so one handle, at a time: it is there before the adapter
 * is asked, so that a second caller waits for the first, and goes when the adapter has closed the table, so that one who
 * opens it anew comes after.
 */
export class Backend<M extends Mode> implements BatchBackend {
  readonly config: DomainConfig;
  readonly #context: BackendContext<M>;
  /** Of the store's mode: waits for what others began. */
  readonly #runner: Runner<M>;
  /** Of the adapter's mode: for its methods. */
  readonly #adapterRunner: Runner<Mode>;
  readonly #lazy: LazyBackend<M>;
  readonly #slots = new Map<string, TableSlot<M>>();
  /** From the beginning of `close` on, nothing is opened any more: who waits for a table that closes comes too late. */
  #isClosing = false;

  constructor(config: DomainConfig, context: BackendContext<M>) {
    this.config = config;
    this.#context = context;
    this.#runner = runnerOf(context.mode);
    this.#adapterRunner = runnerOf(config.adapter.mode);
    this.#lazy = new LazyBackend(config, context.mode);
  }

  get store(): object {
    return this.#context.store;
  }

  get adapter(): Adapter {
    return this.config.adapter;
  }

  get hasBatches(): boolean {
    return this.config.adapter.capabilities.batches;
  }

  transact(
    operations: readonly BatchOperation<Mode>[],
  ): Result<Mode, readonly unknown[] | undefined> {
    return this.#lazy.transact(operations);
  }

  /** Refuses a type of table that the adapter hasn't. */
  checkSupported(type: TableType | undefined): void {
    this.#lazy.checkSupported(type);
  }

  /** Opens the table, or waits for whoever does, and returns its handle. */
  *ensureTable(
    domain: string,
    name: string,
    settings: TableSettings,
  ): Steps<Table<StoreRecord, M>> {
    this.checkSupported(settings.type);
    this.#lazy.checkExpiry(settings);
    const key = slotKey(domain, name);
    let slot = this.#slots.get(key);
    while (slot !== undefined) {
      checkClosed(slot);
      const handle = yield* this.#settled(slot);
      if (handle !== undefined) {
        checkSettings(slot.settings, handle.type, settings);
        return handle;
      }
      // It is closed by now, or it didn't open: perhaps only for what the other caller asked.
      slot = this.#slots.get(key);
    }
    if (this.#isClosing) throw new Refusal("STORE_TABLE_CLOSED", "the store is closed");
    slot = newSlot<M>(domain, name, settings);
    this.#slots.set(key, slot);
    slot.handle = this.#runner.run(this.#openTable(slot));
    return yield* step(slot.handle as Table<StoreRecord, M>);
  }

  /** The handle of the table, if it is open; waits for one that is being opened or closed. */
  *openedTable(domain: string, name: string): Steps<Table<StoreRecord, M> | undefined> {
    const slot = this.#slots.get(slotKey(domain, name));
    return slot && (yield* this.#settled(slot));
  }

  /** The tables of that name that are open, in whatever domain. */
  *openedTables(name: string): Steps<Table<StoreRecord, M>[]> {
    const tables: Table<StoreRecord, M>[] = [];
    for (const slot of [...this.#slots.values()]) {
      if (slot.name !== name) continue;
      const table = yield* this.#settled(slot);
      if (table !== undefined) tables.push(table);
    }
    return tables;
  }

  /** The tables of the domain that are there, open or not, by name. */
  *tables(domain: string): Steps<TableEntry[]> {
    const backend = yield* this.#lazy.get();
    const entries = yield* step(this.#adapterRunner.map(backend.tables(domain), same));
    return entries
      .map(({ name, type }) => ({ name, type }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  /** The domains that have tables here; undefined: the adapter can't tell. */
  *domains(): Steps<readonly string[] | undefined> {
    const backend = yield* this.#lazy.get();
    if (backend.domains === undefined) return undefined;
    return yield* step(this.#adapterRunner.map(backend.domains(), same));
  }

  /** Closes the table's handle and removes the table. Returns whether it was there. */
  *dropTable(domain: string, name: string): Steps<boolean> {
    const key = slotKey(domain, name);
    let slot = this.#slots.get(key);
    while (slot !== undefined) {
      checkClosed(slot);
      // Closed at once: whoever asks for the table from now on gets it after this.
      if (slot.gate.isOpen) yield* step(this.#closeTable(slot) as undefined);
      else yield* this.#settled(slot);
      slot = this.#slots.get(key);
    }
    slot = newSlot<M>(domain, name, NO_SETTINGS);
    this.#slots.set(key, slot);
    slot.closing = this.#runner.run(this.#dropping(slot));
    return yield* step(slot.closing as boolean);
  }

  *#dropping(slot: TableSlot<M>): Steps<boolean> {
    try {
      const backend = yield* this.#lazy.get();
      const { domain, name } = slot;
      return yield* step(this.#adapterRunner.map(backend.dropTable(domain, name), Boolean));
    } finally {
      this.#release(slot);
    }
  }

  /** Whether any table is open. */
  get isInUse(): boolean {
    return this.#slots.size > 0;
  }

  /** {@link watchWrites} of a table that is open; does nothing for one that isn't. */
  watchWrites(domain: string, name: string, onWrite: () => void): () => void {
    const methods = this.#slots.get(slotKey(domain, name))?.methods;
    return methods === undefined ? () => {} : watchWrites(methods, onWrite);
  }

  *#settled(slot: TableSlot<M>): Steps<Table<StoreRecord, M> | undefined> {
    if (isOpening(slot)) {
      throw new Refusal("STORE_INVALID_OPERATION", "the table is being opened, by what calls this");
    }
    if (slot.closing === undefined) return yield* settling(slot.handle);
    yield* settling(slot.closing);
    return undefined;
  }

  /** Lets no call of a table through any more, nor any table be opened: the store is closed. */
  shut(): void {
    this.#isClosing = true;
    for (const { gate } of this.#slots.values()) gate.isOpen = false;
  }

  /** Removes all records of a table that is open, also when its gate is shut. */
  *emptyTable(domain: string, name: string): Steps<void> {
    const slot = this.#slots.get(slotKey(domain, name));
    if (slot?.methods === undefined || slot.isClosing) {
      throw new Refusal("STORE_TABLE_CLOSED", "the table is closed");
    }
    yield* step(this.#adapterRunner.map(slot.methods.given.deleteAllObjects(), nothing));
  }

  /** Closes every table, then the adapter's backend. All are tried; the first failure is thrown. */
  *close(): Steps<void> {
    this.shut();
    const failures: unknown[] = [];
    for (const slot of [...this.#slots.values()]) {
      // One that doesn't open has told whoever asked for it.
      const table = yield* settling(slot.handle);
      if (table === undefined) continue;
      const failure = yield* failing(() => table.close());
      if (failure !== undefined) failures.push(failure.error);
    }
    // The last table that is being opened around this call closes the backend, after itself.
    if (![...this.#slots.values()].some(isOpening)) {
      const failure = yield* this.#lazy.close();
      if (failure !== undefined) failures.push(failure.error);
    }
    if (failures.length > 0) throw failures[0];
  }

  *#openTable(slot: TableSlot<M>): Steps<Table<StoreRecord, M>> {
    const { domain, name, settings } = slot;
    try {
      const backend = yield* this.#lazy.get();
      const table = yield* step(
        this.#adapterRunner.map(backend.openTable(domain, name, settings.type), same),
      );
      yield* this.#checkOpened(slot, table);
      slot.gate.isOpen = !this.#isClosing;
      return this.#handle(slot, table);
    } catch (error) {
      const isLast = isOpening(slot) && this.#slots.size === 1;
      this.#release(slot);
      if (this.#isClosing && isLast) yield* this.#lazy.close();
      throw error;
    }
  }

  *#checkOpened(slot: TableSlot<M>, table: AdapterTable): Steps<void> {
    checkTable(table, this.config.adapter.capabilities);
    try {
      if (!TABLE_TYPES.includes(table.type)) {
        throw new Refusal(
          "STORE_INVALID_ADAPTER",
          `the adapter opened a table of type ${describe(table.type)}`,
        );
      }
      checkType(table.type, slot.settings.type);
      if (this.#isClosing && isOpening(slot)) {
        throw new Refusal("STORE_TABLE_CLOSED", "the store is closed");
      }
    } catch (error) {
      // The caller is told what is wrong with the table, even if it doesn't close either.
      yield* failing(() => this.#adapterRunner.map(table.close(), nothing));
      throw error;
    }
  }

  #handle(slot: TableSlot<M>, table: AdapterTable): Table<StoreRecord, M> {
    const { domain, name, gate, settings } = slot;
    const { adapter } = this.config;
    const { capabilities } = adapter;
    const methods = completeTable(table, {
      runner: this.#adapterRunner,
      gate,
      queue: this.#lazy.queue,
    });
    slot.methods = methods;
    const isolation = new Isolation(capabilities.serializes, methods.freshRecords);
    const checkOpen = () => gate.check();
    return tableHandle({
      checkOpen,
      describe: (operation) =>
        `${operation} on table ${describe(name)} (domain ${describe(domain)})`,
      turns: this.#context.turns,
      settled: this.#lazy.settled,
      name,
      domain,
      adapter: adapter.name,
      backend: this,
      methods,
      runner: this.#adapterRunner,
      isolation,
      intake: intakeOf(isolation, settings.schema, checkOpen),
      expireAfter: settings.expireAfter,
      mode: this.#context.mode,
      close: () => this.#closeTable(slot),
    });
  }

  #closeTable(slot: TableSlot<M>): Result<M, void> | undefined {
    if (!slot.isClosing) {
      slot.isClosing = true;
      slot.gate.isOpen = false;
      slot.closing = this.#runner.run(this.#closing(slot));
    }
    return slot.closing as Result<M, void> | undefined;
  }

  *#closing(slot: TableSlot<M>): Steps<void> {
    try {
      yield* step(this.#adapterRunner.map(slot.methods?.close() as Result<Mode, void>, nothing));
    } finally {
      this.#release(slot);
    }
  }

  #release(slot: TableSlot<M>): void {
    const key = slotKey(slot.domain, slot.name);
    if (this.#slots.get(key) === slot) this.#slots.delete(key);
  }
}
