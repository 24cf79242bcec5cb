import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { Environment } from "../../src/platform/environment.js";
import type { RepairReport } from "../../src/repair-report.js";
import { History } from "./history.js";

const DATA = "/data";
const TABLE = "t";

/** A table that a process has opened. */
export interface Opened {
  readonly store: Store;
  readonly table: Table<StoreRecord>;
}

/** One machine, one data directory with one table, and what is known of it. */
export class ContendedWorld {
  /** Whoever isn't one of the two. */
  readonly host = new ManualHost();
  readonly fileSystem = new MemoryFileSystem({ now: () => this.host.wallTime() });
  readonly history = new History();
  /** What didn't hold. */
  readonly problems: string[] = [];
  readonly #writeBufferBytes: number;

  constructor(writeBufferBytes: number) {
    this.#writeBufferBytes = writeBufferBytes;
  }

  /** Opens the table as that process. That there is damage doesn't hold. */
  open(environment: Environment, options: FileOptions, type?: TableType): Opened {
    const adapter = createFileAdapter(environment, { writeBufferBytes: this.#writeBufferBytes });
    const onRepair = (report: RepairReport) => {
      if (report.reason !== "torn tail") this.problems.push(`reported: ${JSON.stringify(report)}`);
    };
    const store = createStore({ adapter, options: { dataDir: DATA, ...options, onRepair } });
    return { store, table: store.ensureTable("d", TABLE, type && { type }) };
  }

  /** A process that goes on at once with whatever it does. */
  plainEnvironment(host: ManualHost): Environment {
    return { fileSystem: this.fileSystem, host, createHeartbeat: createTimerHeartbeat };
  }

  /** All that is in the data directory. */
  names(): readonly string[] {
    return this.fileSystem.list(DATA);
  }

  /** Notes that something threw which shouldn't. */
  mind(what: string, error: unknown): void {
    this.problems.push(`${what} threw ${error instanceof Error ? error.stack : error}`);
  }
}

export function codeOf(error: unknown): unknown {
  return Object(error).code;
}
