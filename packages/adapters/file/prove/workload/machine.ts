import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import type { BackgroundCalls } from "../../simulation/background-calls.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter, type Tuning } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { RepairReport } from "../../src/repair-report.js";
import { at, type TableName } from "./change.js";

export const DATA = "/data";

/** Turns of the microtask queue that are more than anything takes that is on its way there. */
const TURNS = 20;
/** By these, each change is flushed; every few; or none before the directory is closed. */
export const WRITE_BUFFERS = [1, 1, 4500, 9000, 40_000, 2 ** 24];

/** How a data directory is opened. */
export interface DirectoryOptions extends Tuning {
  readonly options: FileOptions;
  /** The tables that there may be; the first is always there, and open. */
  readonly tables: readonly [TableName, ...TableName[]];
}

export interface OpenOptions extends FileOptions, Tuning {
  readonly type: TableType;
}

/** The table `t` of a store of its own. */
export interface OpenTable {
  readonly table: Table<StoreRecord>;
  close(): void;
}

/** A machine on which one process after another opens a data directory. Time stands still, unless the test moves it. */
export class Machine {
  readonly fileSystem: FileSystem;
  /** The process that runs now. */
  host: ManualHost;
  /** How many descriptors are open, if that is to be looked at. */
  openCount = (): number => 0;
  /** What the file system does off the main thread. */
  readonly #background: BackgroundCalls;
  /** How many descriptors had been open when processes were killed. */
  #lost = 0;
  /** How many descriptors other processes have open. */
  #others = 0;

  constructor(fileSystem: FileSystem, background: BackgroundCalls, host = new ManualHost()) {
    this.fileSystem = fileSystem;
    this.#background = background;
    this.host = host;
  }

  /** How many descriptors the process that runs has open. */
  get descriptors(): number {
    return this.openCount() - this.#lost - this.#others;
  }

  /** Lets another process do something, which lives on. */
  elsewhere<T>(act: () => T): T {
    const before = this.openCount();
    try {
      return act();
    } finally {
      this.#others += this.openCount() - before;
    }
  }

  /** Opens the data directory in another process. */
  openElsewhere(options: DirectoryOptions): Store<"sync"> {
    return openDirectory(this.fileSystem, this.host.spawn(), options);
  }

  openDirectory(options: DirectoryOptions): Store<"sync"> {
    return openDirectory(this.fileSystem, this.host, options);
  }

  /** Opens a table that is alone in the data directory. */
  openTable({ type, writeBufferBytes, ...options }: OpenOptions): OpenTable {
    const table: TableName = { domain: "d", name: "t", type };
    const store = this.openDirectory({ options, tables: [table], writeBufferBytes });
    return { table: at(store, table), close: () => store.close() };
  }

  /** Kills the process that runs, with what it has on its way, and starts another one. */
  async kill(): Promise<void> {
    await this.settleMicrotasks();
    this.#background.forget();
    this.host.kill(this.host.process);
    this.host = this.host.spawn();
    this.#lost = this.openCount() - this.#others;
  }

  /** Lets milliseconds pass: timers become due. */
  async pass(milliseconds: number): Promise<void> {
    this.host.advance(milliseconds);
    await this.settleMicrotasks();
  }

  /** Lets one call in the background come to its end; else, deferred work have a turn. False if there was neither. */
  async work(): Promise<boolean> {
    const isDone = this.#background.settleNext() || this.host.runDeferred() > 0;
    await this.settleMicrotasks();
    return isDone;
  }

  /** {@link work} until there is none. */
  async workAll(): Promise<void> {
    while (await this.work());
  }

  async settleMicrotasks(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await undefined;
  }
}

/** Opens the data directory, as the process of `host`. */
export function openDirectory(
  fileSystem: FileSystem,
  host: ManualHost,
  { options, tables: [first], writeBufferBytes }: DirectoryOptions,
): Store<"sync"> {
  const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
  const store = createStore({
    adapter: createFileAdapter(environment, { writeBufferBytes }),
    options: { dataDir: DATA, cacheBytes: 2 ** 16, onRepair() {}, ...options },
  });
  // Of a ramFile nothing may be there to be read.
  if (options.readOnly !== true) at(store, first);
  return store;
}

/** What opening the table has found to be wrong; undefined if nothing. */
export function repairOf(table: Table<StoreRecord>): RepairReport | undefined {
  return table.info().details?.repair as RepairReport | undefined;
}
