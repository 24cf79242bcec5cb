import { createStore, type Store, type StoreRecord } from "@store/core";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileOptions } from "../../src/options.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";
import type { RepairReport } from "../../src/repair-report.js";

export const DATA_DIR = "/data";

/** The files of a data directory, by their path. */
export type Files = ReadonlyMap<string, Buffer>;

export interface TreeDiskOptions extends FileOptions {
  readonly writeBufferBytes?: number;
}

/** A data directory on a disk in memory, and processes that own it one after another. */
export class TreeDisk {
  host = new ManualHost();
  readonly memory = new MemoryFileSystem({ now: () => this.host.wallTime() });
  /** What the stores see of the disk. */
  fileSystem: FileSystem = this.memory;
  readonly reports: RepairReport[] = [];

  open({ writeBufferBytes = 2 ** 24, ...options }: TreeDiskOptions = {}): Store<"sync"> {
    const { fileSystem, host } = this;
    const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
    return createStore({
      adapter: createFileAdapter(environment, { writeBufferBytes }),
      options: {
        dataDir: DATA_DIR,
        cacheBytes: 2 ** 16,
        autoSave: Number.POSITIVE_INFINITY,
        onRepair: (report) => this.reports.push(report),
        ...options,
      },
    });
  }

  /** The process ends; another one begins. */
  kill(): void {
    const next = this.host.spawn();
    this.host.kill(this.host.process);
    this.host = next;
  }

  /** All files as they are now. */
  files(): Map<string, Buffer> {
    const files = new Map<string, Buffer>();
    const visit = (path: string): void => {
      for (const name of this.memory.list(path).sort()) {
        const inner = `${path}/${name}`;
        if (this.memory.status(inner)?.kind === "directory") visit(inner);
        else files.set(inner, readWhole(this.memory, inner));
      }
    };
    visit(DATA_DIR);
    return files;
  }

  /** A disk with these files, whose owner is gone. */
  static with(files: Files): TreeDisk {
    const disk = new TreeDisk();
    const make = (path: string): void => {
      if (path === "" || disk.memory.status(path) !== undefined) return;
      make(path.slice(0, path.lastIndexOf("/")));
      disk.memory.makeDirectory(path);
    };
    for (const [path, content] of files) {
      make(path.slice(0, path.lastIndexOf("/")));
      const file = disk.memory.create(path);
      disk.memory.write(file, content, 0, content.length, 0);
      disk.memory.close(file);
    }
    // The process that wrote them had the first pid.
    disk.kill();
    return disk;
  }
}

/** The files of the last epoch, as they are when a store with these contents has come to its end. */
export function filesAfter(
  live: (store: Store<"sync">, disk: TreeDisk) => void,
  options: TreeDiskOptions = {},
): Map<string, Buffer> {
  const disk = new TreeDisk();
  live(disk.open(options), disk);
  return disk.files();
}

/** The path of a file in the last epoch. */
export function pathOf(files: Files, name: string): string {
  const path = [...files.keys()].filter((other) => other.endsWith(`/${name}`)).at(-1);
  if (path === undefined) throw new Error(`there is no ${name}`);
  return path;
}

/** With other content of a file; undefined: it is gone. */
export function changed(files: Files, path: string, content: Buffer | undefined): Files {
  const copy = new Map(files);
  if (content === undefined) copy.delete(path);
  else copy.set(path, content);
  return copy;
}

/** All records of these tables, each as a text, in their order. */
export function recordsOf(
  store: Store<"sync">,
  tables: readonly (readonly [domain: string, name: string])[],
): Map<string, string[]> {
  const records = new Map<string, string[]>();
  for (const [domain, name] of tables) {
    const table = store.ensureTable<StoreRecord>(domain, name);
    records.set(
      `${domain}/${name}`,
      [...table.records()].map((record) => JSON.stringify(record)),
    );
    if (table.size !== records.get(`${domain}/${name}`)?.length) {
      throw new Error(`${name} has another size than records`);
    }
  }
  return records;
}
