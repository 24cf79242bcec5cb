import type { AdapterBackend, AdapterTable, TableType, Toolkit } from "../adapter/adapter.js";
import { type CompleteTable, checkTable, completeTable } from "../adapter/complete-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import { failing, type Runner, runnerOf, type Steps, settling, step } from "../adapter/steps.js";
import { watchWrites } from "../adapter/write-watch.js";
import { describe } from "../errors/describe.js";
import { Refusal, type StoreErrorCode } from "../errors/errors.js";
import type { CallSite } from "../table/call.js";
import type { Table } from "../table/table.js";
import { tableHandle } from "../table/table-handle.js";
import { counted } from "../values/counter.js";
import { equalValues } from "../values/equality.js";
import { hashValue } from "../values/hash.js";
import { Isolation } from "../values/isolation.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";
import type { DomainConfig } from "./domain-registry.js";

const TOOLKIT: Toolkit = Object.freeze({
  compareKeys,
  equalRecords: equalValues,
  hashRecord: hashValue,
  counted,
  error: (code: StoreErrorCode, detail: string, cause?: unknown) =>
    new Refusal(code, detail, cause),
});

/** The types of tables. */
export const TABLE_TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** A table from the moment that it is asked for until it is closed. */
interface TableSlot<M extends Mode> {
  /** The domains that hold the handle. */
  readonly domains: Set<string>;
  /** Calls go through from when the table is there until its `close` begins. */
  isOpen: boolean;
  /** The adapter's table, once it is there. */
  methods: CompleteTable<Mode> | undefined;
  handle: Result<M, Table<StoreRecord, M>> | undefined;
  closing: Result<M, void> | undefined;
}

/**
 * The tables of one adapter with one set of options, shared by the domains that are configured so.
 *
 * A name has one slot, and so one handle, at a time: it is there before the adapter is asked, so that a second caller
 * waits for the first, and goes when the adapter has closed the table, so that one who opens it anew comes after.
 */
export class Backend<M extends Mode> {
  readonly config: DomainConfig;
  readonly #mode: M;
  /** Of the store's mode: waits for what others began. */
  readonly #runner: Runner<M>;
  /** Of the adapter's mode: for its methods. */
  readonly #methods: Runner<Mode>;
  readonly #slots = new Map<string, TableSlot<M>>();
  #opened: Result<M, AdapterBackend> | undefined;
  /** From the beginning of `close` on, nothing is opened any more: who waits for a table that closes comes too late. */
  #isClosing = false;

  constructor(config: DomainConfig, mode: M) {
    this.config = config;
    this.#mode = mode;
    this.#runner = runnerOf(mode);
    this.#methods = runnerOf(config.adapter.mode);
  }

  /** Opens the table, or waits for whoever does, and returns its handle. */
  *ensureTable(
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Steps<Table<StoreRecord, M>> {
    this.checkSupported(type);
    let slot = this.#slots.get(name);
    while (slot !== undefined) {
      const handle = yield* this.#settled(slot);
      if (handle !== undefined) {
        checkType(handle.type, type);
        slot.domains.add(domain);
        return handle;
      }
      // It is closed by now, or it didn't open: perhaps only for what the other caller asked.
      slot = this.#slots.get(name);
    }
    if (this.#isClosing) throw new Refusal("STORE_TABLE_CLOSED", "the store is closed");
    slot = {
      domains: new Set([domain]),
      isOpen: false,
      methods: undefined,
      handle: undefined,
      closing: undefined,
    };
    this.#slots.set(name, slot);
    slot.handle = this.#runner.run(this.#openTable(slot, domain, name, type));
    return yield* step(slot.handle as Table<StoreRecord, M>);
  }

  /** The handle of the table, if it is open; waits for one that is being opened or closed. */
  *openedTable(name: string): Steps<Table<StoreRecord, M> | undefined> {
    const slot = this.#slots.get(name);
    return slot && (yield* this.#settled(slot));
  }

  *#settled(slot: TableSlot<M>): Steps<Table<StoreRecord, M> | undefined> {
    if (isOpening(slot)) {
      throw new Refusal("STORE_INVALID_OPERATION", "the table is being opened, by what calls this");
    }
    if (slot.closing === undefined) return yield* settling(slot.handle);
    yield* settling(slot.closing);
    return undefined;
  }

  /** The names of the tables that the domain has open. */
  namesOf(domain: string): string[] {
    return [...this.#slots].filter(([, slot]) => slot.domains.has(domain)).map(([name]) => name);
  }

  /** The domains that have the table open. */
  domainsOf(name: string): string[] {
    return [...(this.#slots.get(name)?.domains ?? [])];
  }

  /** {@link watchWrites} of a table that is open; does nothing for one that isn't. */
  watchWrites(name: string, onWrite: () => void): () => void {
    const methods = this.#slots.get(name)?.methods;
    return methods === undefined ? () => {} : watchWrites(methods, onWrite);
  }

  /** Refuses a type of table that the adapter hasn't. */
  checkSupported(type: TableType | undefined): void {
    const { adapter } = this.config;
    const { ordered, bags } = adapter.capabilities;
    const supported = type === "ordered_set" ? ordered : type?.endsWith("bag") ? bags : true;
    if (supported) return;
    throw new Refusal("STORE_NOT_SUPPORTED", `adapter ${describe(adapter.name)} has no ${type}`);
  }

  /** Closes every table, then the adapter's backend. All are tried; the first failure is thrown. */
  *close(): Steps<void> {
    this.#isClosing = true;
    const failures: unknown[] = [];
    for (const { handle } of [...this.#slots.values()]) {
      // One that doesn't open has told whoever asked for it.
      const table = yield* settling(handle);
      if (table === undefined) continue;
      const failure = yield* failing(() => table.close());
      if (failure !== undefined) failures.push(failure.error);
    }
    // The last table that is being opened around this call closes the backend, after itself.
    if (![...this.#slots.values()].some(isOpening)) {
      const failure = yield* this.#closeBackend();
      if (failure !== undefined) failures.push(failure.error);
    }
    if (failures.length > 0) throw failures[0];
  }

  *#closeBackend(): Steps<{ error: unknown } | undefined> {
    if (this.#opened === undefined) return undefined;
    const backend = yield* settling(this.#opened as Result<Mode, AdapterBackend>);
    return backend && (yield* failing(() => this.#methods.map(backend.close(), () => undefined)));
  }

  *#openTable(
    slot: TableSlot<M>,
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Steps<Table<StoreRecord, M>> {
    try {
      const backend = yield* this.#backend();
      const table = yield* step(this.#methods.map(backend.openTable(name, type), (table) => table));
      yield* this.#checkOpened(table, type);
      if (this.#isClosing && isOpening(slot)) {
        const failure = yield* failing(() => this.#methods.map(table.close(), () => undefined));
        throw new Refusal("STORE_TABLE_CLOSED", "the store is closed", failure?.error);
      }
      slot.isOpen = true;
      return this.#handle(slot, domain, name, table);
    } catch (error) {
      const isLast = isOpening(slot) && this.#slots.size === 1;
      this.#slots.delete(name);
      if (this.#isClosing && isLast) yield* this.#closeBackend();
      throw error;
    }
  }

  /** The adapter's backend, opened when it is needed first. One that failed to open is tried again the next time. */
  *#backend(): Steps<AdapterBackend> {
    this.#opened ??= this.#runner.run(this.#open());
    const opened = this.#opened;
    try {
      return yield* step(opened as AdapterBackend);
    } catch (error) {
      if (this.#opened === opened) this.#opened = undefined;
      throw error;
    }
  }

  *#open(): Steps<AdapterBackend> {
    const { adapter, options } = this.config;
    const backend = yield* step(this.#methods.map(adapter.open(options, TOOLKIT), (b) => b));
    const given = Object(backend) as Partial<AdapterBackend>;
    if (typeof given.openTable === "function" && typeof given.close === "function") return backend;
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      `adapter ${describe(adapter.name)} opened a backend without openTable or close`,
    );
  }

  *#checkOpened(table: AdapterTable, type: TableType | undefined): Steps<void> {
    checkTable(table, this.config.adapter.capabilities);
    try {
      if (!TABLE_TYPES.includes(table.type)) {
        throw new Refusal(
          "STORE_INVALID_ADAPTER",
          `the adapter opened a table of type ${describe(table.type)}`,
        );
      }
      checkType(table.type, type);
    } catch (error) {
      // The caller is told what is wrong with the table, even if it doesn't close either.
      yield* failing(() => this.#methods.map(table.close(), () => undefined));
      throw error;
    }
  }

  #handle(
    slot: TableSlot<M>,
    domain: string,
    name: string,
    table: AdapterTable,
  ): Table<StoreRecord, M> {
    const { adapter } = this.config;
    const methods = completeTable(table, this.#methods);
    slot.methods = methods;
    const site: CallSite = {
      checkOpen: () => {
        if (!slot.isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the table is closed");
      },
      describe: (operation) =>
        `${operation} on table ${describe(name)} (domain ${describe(domain)})`,
    };
    return tableHandle({
      ...site,
      name,
      domain,
      adapter: adapter.name,
      methods,
      runner: this.#methods,
      isolation: new Isolation(adapter.capabilities.serializes, methods.freshRecords),
      mode: this.#mode,
      close: () => this.#closeTable(slot, name, methods),
    });
  }

  #closeTable(slot: TableSlot<M>, name: string, table: AdapterTable): Result<M, void> | undefined {
    if (slot.isOpen) {
      slot.isOpen = false;
      slot.closing = this.#runner.run(this.#closing(slot, name, table));
    }
    return slot.closing;
  }

  *#closing(slot: TableSlot<M>, name: string, table: AdapterTable): Steps<void> {
    try {
      yield* step(this.#methods.map(table.close(), () => undefined));
    } finally {
      if (this.#slots.get(name) === slot) this.#slots.delete(name);
    }
  }
}

/**
 * Whether what asks was called by the adapter while it opens the table, in a sync store, where there is nothing to wait
 * for: in an async one the handle, a promise, is there at once.
 */
function isOpening({ handle, closing }: TableSlot<Mode>): boolean {
  return handle === undefined && closing === undefined;
}

function checkType(type: TableType, wanted: TableType | undefined): void {
  if (wanted === undefined || wanted === type) return;
  throw new Refusal("STORE_TABLE_TYPE_MISMATCH", `the table is of type ${type}, not ${wanted}`);
}
