import { createStore, type Store } from "@store/core";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost, ManualWorld } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { MemoryDirectory, MemoryFile } from "../../simulation/memory-inode.js";
import { SparseBytes } from "../../simulation/sparse-bytes.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { RepairReport } from "../../src/repair-report.js";

/** The content of files by path; a directory ends with a slash, and has none. */
export type Files = ReadonlyMap<string, Buffer>;
export type Repair = boolean | "force";

/** No process, and nothing with a UUID, that files may speak of. */
const UNUSED = 1_000_000;
/** Milliseconds: longer than a heartbeat is waited for. */
const STALE = 11_000;

/** A machine with a disk in memory, on which one process after another opens a data directory. */
export class Machine {
  readonly memory: MemoryFileSystem;
  /** What the engine sees. */
  readonly fileSystem: FailingFileSystem;
  host: ManualHost;
  /** What was repaired so far. */
  readonly reports: RepairReport[] = [];

  constructor(world = new ManualWorld()) {
    this.host = new ManualHost({}, world);
    this.memory = new MemoryFileSystem({ now: () => this.host.wallTime() });
    this.fileSystem = new FailingFileSystem(this.memory);
  }

  /** With these files, whose owners are all dead. The files may be mounted many times: that costs next to nothing. */
  static mount(files: Files): Machine {
    const world = new ManualWorld();
    world.starts = UNUSED;
    world.uuids = UNUSED;
    const machine = new Machine(world);
    const now = machine.host.wallTime();
    const make = (path: string): MemoryDirectory => {
      let directory = machine.memory.root;
      for (const name of path.split("/").slice(1, -1)) {
        let next = directory.entries.get(name);
        if (next === undefined) {
          next = new MemoryDirectory(now);
          directory.entries.set(name, next);
        }
        directory = next as MemoryDirectory;
      }
      return directory;
    };
    for (const [path, content] of files) {
      const directory = make(path);
      if (path.endsWith("/")) continue;
      directory.entries.set(nameOf(path), new MemoryFile(now, bytesOf(content)));
    }
    machine.host.advance(STALE);
    return machine;
  }

  /** Opens a data directory. What can be read comes from the files. */
  open(dataDir: string, repair: Repair, writeBufferBytes?: number): Store<"sync"> {
    const { fileSystem, host } = this;
    const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
    return createStore({
      adapter: createFileAdapter(environment, { writeBufferBytes }),
      options: {
        dataDir,
        repair,
        autoSave: Number.POSITIVE_INFINITY,
        cacheBytes: 0,
        onRepair: (report) => this.reports.push(report),
      },
    });
  }

  /** Kills the process that runs, and starts another one. What was written is there. */
  kill(): void {
    this.host.kill(this.host.process);
    this.host = this.host.spawn();
  }

  /** All that is on the disk. */
  files(): Files {
    const files = new Map<string, Buffer>();
    const visit = (path: string, { entries }: MemoryDirectory) => {
      files.set(path, NOTHING);
      for (const [name, inode] of entries) {
        if (inode instanceof MemoryDirectory) visit(`${path}${name}/`, inode);
        else files.set(path + name, readAll(inode));
      }
    };
    visit("/", this.memory.root);
    return files;
  }
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const NOTHING = Buffer.alloc(0);

/** Of what is mounted again and again. */
const known = new WeakMap<Buffer, SparseBytes>();

function bytesOf(content: Buffer): SparseBytes {
  let bytes = known.get(content);
  if (bytes === undefined) {
    bytes = new SparseBytes();
    bytes.write(content, 0, content.length, 0);
    known.set(content, bytes);
  }
  return bytes.share();
}

function readAll({ content }: MemoryFile): Buffer {
  const bytes = Buffer.alloc(content.size);
  content.read(bytes, 0, bytes.length, 0);
  return bytes;
}
