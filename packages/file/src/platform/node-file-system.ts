import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { errorCode } from "./error-code.js";
import type { Descriptor, FileStatus, FileSystem } from "./file-system.js";

type Transfer = (
  file: Descriptor,
  buffer: Uint8Array,
  start: number,
  length: number,
  position: number,
) => number;

/** Reads and writes of more bytes are short: Node refuses those of 2 GiB. */
const LONGEST_TRANSFER = 2 ** 30;

/** What Windows says, for a moment, when someone else has a file open: a virus scanner, an indexer. */
const IN_USE: readonly (string | undefined)[] = ["EPERM", "EBUSY", "EACCES"];
/** Milliseconds. The waits double, from one on: a quarter of a second altogether. */
const LONGEST_WAIT = 128;

/** The code of what Node's permission model refuses. */
const ACCESS_DENIED = "ERR_ACCESS_DENIED";

const OPEN_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** The files of the system, through node:fs. */
export class NodeFileSystem implements FileSystem {
  readonly #windows: boolean;

  constructor(platform: NodeJS.Platform) {
    this.#windows = platform === "win32";
  }

  makeDirectory(path: string): void {
    mkdirSync(path, { mode: 0o700 });
  }

  removeDirectory(path: string): void {
    rmdirSync(path);
  }

  list(path: string): string[] {
    return readdirSync(path);
  }

  syncDirectory(path: string): void {
    if (this.#windows) return;
    const directory = openSync(path, OPEN_DIRECTORY);
    try {
      uninterrupted(fsyncSync, directory);
    } catch (error) {
      if (!cannotSync(error)) throw error;
    } finally {
      closeSync(directory);
    }
  }

  async syncDirectoryInBackground(path: string): Promise<void> {
    if (this.#windows) return;
    const directory = await open(path, OPEN_DIRECTORY);
    try {
      await directory.sync();
    } catch (error) {
      if (!cannotSync(error)) throw error;
    } finally {
      await directory.close();
    }
  }

  status(path: string): FileStatus | undefined {
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      // Node sets times through a fraction of seconds, and reads back a bit less than was set.
      const modifiedAt = Math.round(stats.mtimeMs);
      return { isDirectory: stats.isDirectory(), size: stats.size, modifiedAt };
    } catch (error) {
      if (errorCode(error) === "ENOTDIR") return undefined;
      throw error;
    }
  }

  touch(path: string, modifiedAt: number): void {
    utimesSync(path, modifiedAt / 1000, modifiedAt / 1000);
  }

  rename(from: string, to: string): void {
    for (let wait = 1; ; wait *= 2) {
      try {
        renameSync(from, to);
        return;
      } catch (error) {
        const passes = this.#windows && IN_USE.includes(errorCode(error));
        if (!passes || wait > LONGEST_WAIT) throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }

  link(from: string, to: string): void {
    linkSync(from, to);
  }

  remove(path: string): void {
    unlinkSync(path);
  }

  create(path: string): Descriptor {
    return openSync(path, "wx+", 0o600);
  }

  open(path: string): Descriptor {
    // Windows syncs only what is open for writing.
    return openSync(path, this.#windows ? "r+" : "r");
  }

  close(file: Descriptor): void {
    closeSync(file);
  }

  closeInBackground(file: Descriptor): void {
    close(file, () => {});
  }

  size(file: Descriptor): number {
    return fstatSync(file).size;
  }

  read(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    return transfer(readSync, file, buffer, start, length, position);
  }

  write(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    return transfer(writeSync, file, buffer, start, length, position);
  }

  sync(file: Descriptor): void {
    uninterrupted(fdatasyncSync, file);
  }

  async syncInBackground(file: Descriptor): Promise<void> {
    for (;;) {
      try {
        return await syncOffThread(file);
      } catch (error) {
        if (!interrupted(error)) throw error;
      }
    }
  }
}

/** {@link NodeFileSystem} of the running system. */
export const nodeFileSystem: FileSystem = new NodeFileSystem(process.platform);

function transfer(
  call: Transfer,
  file: Descriptor,
  buffer: Uint8Array,
  start: number,
  length: number,
  position: number,
): number {
  for (;;) {
    try {
      return call(file, buffer, start, Math.min(length, LONGEST_TRANSFER), position);
    } catch (error) {
      if (!interrupted(error)) throw error;
    }
  }
}

function uninterrupted(call: (file: Descriptor) => void, file: Descriptor): void {
  for (;;) {
    try {
      call(file);
      return;
    } catch (error) {
      if (errorCode(error) === ACCESS_DENIED) throw syncDenied(error);
      if (!interrupted(error)) throw error;
    }
  }
}

function syncOffThread(file: Descriptor): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Node's permission model refuses to sync any file, also one that it lets the process write. */
function syncDenied(cause: unknown): Error {
  const message =
    "Node's permission model (--permission) refuses fsync, whatever paths are allowed, and without it nothing is durable";
  return Object.assign(new Error(message, { cause }), { code: ACCESS_DENIED });
}

/** A signal came before the call did anything. */
function interrupted(error: unknown): boolean {
  return errorCode(error) === "EINTR";
}

/** The file system has nothing to sync in its directories. */
function cannotSync(error: unknown): boolean {
  return errorCode(error) === "EINVAL";
}
