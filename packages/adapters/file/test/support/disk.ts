import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import { onTestFinished } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";

/** The data directory of a {@link Disk}. */
export const DATA = "/data";

/** A disk in memory, on which one process after another opens its tables, in a time that the test moves. */
export class Disk {
  /** The process that runs now. */
  host = new ManualHost();
  readonly memory = new MemoryFileSystem({ now: () => this.host.wallTime() });
  /** What the engine sees. */
  readonly fileSystem = new FailingFileSystem(this.memory);

  /** A store of the process that runs now; closed at the end of the test, if it still can be. */
  openStore(options: FileOptions = {}, fileSystem: FileSystem = this.fileSystem): Store {
    const { host } = this;
    const adapter = createFileAdapter({
      fileSystem,
      host,
      createHeartbeat: createTimerHeartbeat,
    });
    const store = createStore({ adapter, options: { dataDir: DATA, ...options } });
    onTestFinished(() => {
      try {
        store.close();
      } catch {
        // The test has said what it thinks of it.
      }
    });
    return store;
  }

  /** The table `t` of a new store. */
  open<R extends StoreRecord = StoreRecord>(
    options: FileOptions & { readonly type?: TableType } = {},
  ): Table<R> {
    const { type, ...others } = options;
    return this.openStore(others).ensureTable<R>("d", "t", type === undefined ? {} : { type });
  }

  /** Kills the process that runs, and starts another one. What was written is there. */
  kill(): void {
    this.host.kill(this.host.process);
    this.host = this.host.spawn();
  }

  /** The directory of the last epoch. */
  get epoch(): string {
    const epochs = this.memory.list(DATA).filter((name) => /^E\d+$/.test(name));
    return `${DATA}/${epochs.sort().at(-1)}`;
  }

  /** The files of the last epoch. */
  files(): string[] {
    return this.memory.list(this.epoch).sort();
  }

  read(file: string): Buffer {
    return readWhole(this.memory, `${this.epoch}/${file}`);
  }

  /** Replaces the content of a file of the last epoch, as a faulty disk does. */
  replace(file: string, content: Buffer): void {
    this.replaceAll(file, [[0, content]]);
  }

  /** Replaces a file, or makes it, by pieces that stand at offsets, with holes in between. */
  replaceAll(file: string, pieces: readonly (readonly [number, Buffer])[]): void {
    const path = `${this.epoch}/${file}`;
    if (this.memory.status(path) !== undefined) this.memory.remove(path);
    const descriptor = this.memory.create(path);
    for (const [offset, content] of pieces) {
      this.memory.write(descriptor, content, 0, content.length, offset);
    }
    this.memory.close(descriptor);
  }
}
