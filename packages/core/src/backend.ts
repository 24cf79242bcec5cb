import type { AdapterBackend, AdapterTable, TableType, Toolkit } from "./adapter.js";
import type { Place } from "./call.js";
import { checkTable, completeTable } from "./complete-table.js";
import { describe } from "./describe.js";
import type { DomainConfig } from "./domain-registry.js";
import { equalValues } from "./equality.js";
import { Refusal, type StoreErrorCode } from "./errors.js";
import { hashValue } from "./hash.js";
import { compareKeys } from "./key-order.js";
import type { Mode, Result } from "./mode.js";
import { counted, Isolation, type StoreRecord } from "./record.js";
import { type Runner, runnerOf, type Steps, step } from "./steps.js";
import type { Table } from "./table.js";
import { tableHandle } from "./table-handle.js";

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
  /** Calls go through from when the table is there until its `close` begins. */
  isOpen: boolean;
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
  /** Of the store's colour: waits for what others began. */
  readonly #runner: Runner<M>;
  /** Of the adapter's mode: for its hooks. */
  readonly #hooks: Runner<Mode>;
  readonly #slots = new Map<string, TableSlot<M>>();
  #opened: Result<M, AdapterBackend> | undefined;

  constructor(config: DomainConfig, mode: M) {
    this.config = config;
    this.#mode = mode;
    this.#runner = runnerOf(mode);
    this.#hooks = runnerOf(config.adapter.mode);
  }

  /** Opens the table, or waits for whoever does, and returns its handle. */
  *ensureTable(
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Steps<Table<StoreRecord, M>> {
    this.#checkSupported(type);
    let slot = this.#slots.get(name);
    while (slot?.closing !== undefined) {
      yield* settling(slot.closing);
      slot = this.#slots.get(name);
    }
    if (slot === undefined) {
      slot = { isOpen: false, handle: undefined, closing: undefined };
      this.#slots.set(name, slot);
      slot.handle = this.#runner.run(this.#openTable(slot, domain, name, type));
    }
    const handle = yield* step(slot.handle as Table<StoreRecord, M>);
    checkType(handle.type, type);
    return handle;
  }

  /** The handle of a table that is open or being opened. */
  *openedTable(name: string): Steps<Table<StoreRecord, M> | undefined> {
    const slot = this.#slots.get(name);
    if (slot === undefined || slot.closing !== undefined) return undefined;
    return yield* step(slot.handle as Table<StoreRecord, M> | undefined);
  }

  /** Closes every table, then the adapter's backend. All are tried; the first failure is thrown. */
  *close(): Steps<void> {
    const failures: unknown[] = [];
    for (const { handle } of [...this.#slots.values()]) {
      // One that doesn't open has told whoever asked for it.
      const table = yield* settling(handle);
      if (table === undefined) continue;
      const failure = yield* failing(() => table.close());
      if (failure !== undefined) failures.push(failure.error);
    }
    if (this.#opened !== undefined) {
      const backend = yield* settling(this.#opened as Result<Mode, AdapterBackend>);
      const failure =
        backend && (yield* failing(() => this.#hooks.map(backend.close(), () => undefined)));
      if (failure !== undefined) failures.push(failure.error);
    }
    if (failures.length > 0) throw failures[0];
  }

  *#openTable(
    slot: TableSlot<M>,
    domain: string,
    name: string,
    type: TableType | undefined,
  ): Steps<Table<StoreRecord, M>> {
    try {
      this.#opened ??= this.#runner.run(this.#open());
      const backend = yield* step(this.#opened as AdapterBackend);
      const table = yield* step(this.#hooks.map(backend.openTable(name, type), (table) => table));
      yield* this.#checkOpened(table, type);
      slot.isOpen = true;
      return yield* this.#handle(slot, domain, name, table);
    } catch (error) {
      this.#slots.delete(name);
      throw error;
    }
  }

  *#open(): Steps<AdapterBackend> {
    const { adapter, options } = this.config;
    try {
      const backend = yield* step(this.#hooks.map(adapter.open(options, TOOLKIT), (b) => b));
      const given = Object(backend) as Partial<AdapterBackend>;
      if (typeof given.openTable === "function" && typeof given.close === "function") {
        return backend;
      }
      throw new Refusal(
        "STORE_INVALID_ADAPTER",
        `adapter ${describe(adapter.name)} opened a backend without openTable or close`,
      );
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
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
      yield* step(this.#hooks.map(table.close(), () => undefined));
      throw error;
    }
  }

  *#handle(
    slot: TableSlot<M>,
    domain: string,
    name: string,
    table: AdapterTable,
  ): Steps<Table<StoreRecord, M>> {
    const { adapter } = this.config;
    const { serializes, shared } = adapter.capabilities;
    const hooks = completeTable(table, this.#hooks);
    const holdsRecords = shared || (yield* step(this.#hooks.map(hooks.size(), (size) => size > 0)));
    const place: Place = {
      checkOpen: () => {
        if (!slot.isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the table is closed");
      },
      describe: (operation) =>
        `${operation} on table ${describe(name)} (domain ${describe(domain)})`,
    };
    return tableHandle({
      ...place,
      name,
      domain,
      adapter: adapter.name,
      hooks,
      runner: this.#hooks,
      isolation: new Isolation(serializes, holdsRecords),
      mode: this.#mode,
      close: () => this.#closeTable(slot, name, hooks),
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
      yield* step(this.#hooks.map(table.close(), () => undefined));
    } finally {
      if (this.#slots.get(name) === slot) this.#slots.delete(name);
    }
  }

  #checkSupported(type: TableType | undefined): void {
    const { adapter } = this.config;
    const { ordered, bags } = adapter.capabilities;
    const supported = type === "ordered_set" ? ordered : type?.endsWith("bag") ? bags : true;
    if (supported) return;
    throw new Refusal("STORE_NOT_SUPPORTED", `adapter ${describe(adapter.name)} has no ${type}`);
  }
}

function checkType(type: TableType, wanted: TableType | undefined): void {
  if (wanted === undefined || wanted === type) return;
  throw new Refusal("STORE_TABLE_TYPE_MISMATCH", `the table is of type ${type}, not ${wanted}`);
}

/** Waits for what somebody else began; its failure is theirs. */
function* settling<T>(result: T | Promise<T>): Steps<T | undefined> {
  try {
    return yield* step(result);
  } catch {
    return undefined;
  }
}

/** The failure of what is begun here, if it fails. */
function* failing(begin: () => unknown): Steps<{ error: unknown } | undefined> {
  try {
    yield* step(begin());
    return undefined;
  } catch (error) {
    return { error };
  }
}
