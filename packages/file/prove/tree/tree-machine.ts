import { createStore, type Store } from "@store/core";
import { createFileAdapter, type Tuning } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { ManualHost } from "../../test/support/manual-host.js";
import { createTimerHeartbeat } from "../../test/support/timer-heartbeat.js";
import { DATA, Machine, type openTable } from "../life/machine.js";
import type { Random } from "../random.js";
import { at, type TableName } from "./tree-change.js";

/** How a data directory is opened. */
export interface DirectoryOptions extends Tuning {
  readonly options: FileOptions;
  /** The tables that there may be; the first is always there, and open. */
  readonly tables: readonly [TableName, ...TableName[]];
}

/** A machine on which one process after another opens the same data directory. */
export class TreeMachine extends Machine {
  /** How many descriptors are open, if that is to be looked at. */
  openCount = (): number => 0;
  /** How many had been open when processes were killed. */
  #lost = 0;

  /** How many descriptors the process that runs has open. */
  get descriptors(): number {
    return this.openCount() - this.#lost;
  }

  override async kill(): Promise<void> {
    await super.kill();
    this.#lost = this.openCount();
  }

  openDirectory(options: DirectoryOptions): Store<"sync"> {
    return openDirectory(this.fileSystem, this.host, options);
  }
}

/** By these, each change is flushed; every few; or none before the directory is closed. */
const WRITE_BUFFERS = [1, 1, 4500, 9000, 40_000, 2 ** 24];

export function randomWriteBuffer(random: Random): number {
  return random.pick(WRITE_BUFFERS);
}

/** What opens a table, alone in its data directory. */
export function openTreeTable(writeBufferBytes: number): typeof openTable {
  return (fileSystem, host, type, options) => {
    const first = { domain: "d", name: "t", type };
    const store = openDirectory(fileSystem, host, { options, tables: [first], writeBufferBytes });
    return { table: at(store, first), close: () => store.close() };
  };
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
    options: { dataDir: DATA, cacheBytes: 2 ** 16, ...options },
  });
  at(store, first);
  return store;
}
