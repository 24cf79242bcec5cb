import { createStore, type StoreRecord, type Table, type TableType } from "@store/core";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { RepairReport } from "../../src/repair-report.js";
import type { BackgroundCalls } from "../../test/support/background-calls.js";
import { ManualHost } from "../../test/support/manual-host.js";
import { createTimerHeartbeat } from "../../test/support/timer-heartbeat.js";

/** Turns of the microtask queue that are more than anything takes that is on its way there. */
const TURNS = 20;

export interface OpenOptions extends FileOptions {
  readonly type: TableType;
}

/** The table `t` of a store of its own. */
export interface OpenTable {
  readonly table: Table<StoreRecord>;
  close(): void;
}

/** A machine on which one process after another opens the same table. Time stands still, unless the test moves it. */
export class Machine {
  readonly fileSystem: FileSystem;
  /** The process that runs now. */
  host: ManualHost;
  /** What the file system does off the main thread. */
  readonly #background: BackgroundCalls;
  readonly #openTable: typeof openTable;

  /** @param open how the table is opened */
  constructor(
    fileSystem: FileSystem,
    background: BackgroundCalls,
    host = new ManualHost(),
    open = openTable,
  ) {
    this.fileSystem = fileSystem;
    this.#background = background;
    this.host = host;
    this.#openTable = open;
  }

  open({ type, ...options }: OpenOptions): OpenTable {
    return this.#openTable(this.fileSystem, this.host, type, options);
  }

  /** Kills the process that runs, with what it has on its way, and starts another one. */
  async kill(): Promise<void> {
    await this.settleMicrotasks();
    this.#background.forget();
    this.host.kill(this.host.process);
    this.host = this.host.spawn();
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

/** Opens the table, as the process of `host`. */
export function openTable(
  fileSystem: FileSystem,
  host: ManualHost,
  type: TableType,
  options: FileOptions,
): OpenTable {
  const adapter = createFileAdapter({ fileSystem, host, createHeartbeat: createTimerHeartbeat });
  const store = createStore({
    adapter,
    options: { dataDir: DATA, onRepair() {}, ...options },
  });
  return { table: store.ensureTable("d", "t", { type }), close: () => store.close() };
}

/** What opening the table has found to be wrong; undefined if nothing. */
export function repairOf(table: Table<StoreRecord>): RepairReport | undefined {
  return table.info().details?.repair as RepairReport | undefined;
}

export const DATA = "/data";
