import {
  close,
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  type Stats,
  statfsSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { systemTime } from "./clock.js";
import { errorCode } from "./error-code.js";
import type { Descriptor, FileIdentity, FileStatus, FileSystem } from "./file-system.js";
import { sleep } from "./sleep.js";

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
/** A link may lead elsewhere, and a pipe would let wait for a writer. */
const OPEN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

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
    if (this.#windows) {
      statSync(path);
      return;
    }
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
    if (this.#windows) {
      statSync(path);
      return;
    }
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
    return statusBy(statSync, path);
  }

  linkStatus(path: string): FileStatus | undefined {
    return statusBy(lstatSync, path);
  }

  identify(path: string): FileIdentity {
    const { dev, ino } = statSync(path, { bigint: true });
    return { realPath: realpathSync(path), inode: `${dev}:${ino}` };
  }

  touch(path: string): void {
    const before = Math.round(statSync(path).mtimeMs);
    // Nothing is changed by it, but the file system stamps when that was.
    utimesSync(path, before / 1000, before / 1000);
    const stamp = Math.round(statSync(path).ctimeMs);
    // The clock of the stamps hasn't moved since, or the file system has none (FAT, SFTP).
    const now = stamp === before ? Math.max(before, systemTime()) : stamp;
    utimesSync(path, now / 1000, now / 1000);
  }

  freeBytes(path: string): number {
    try {
      const { bavail, bsize } = statfsSync(path);
      return bavail * bsize;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
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
      sleep(wait);
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
    // Windows syncs only what is open for writing, and follows no link in a way that could be asked for.
    const file = this.#windows ? openSync(path, "r+") : openFile(path);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw noFile(stats, path);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return file;
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

function statusBy(call: typeof statSync | typeof lstatSync, path: string): FileStatus | undefined {
  try {
    const stats = call(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    // Node sets times through a fraction of seconds, and reads back a bit less than was set.
    const modifiedAt = Math.round(stats.mtimeMs);
    return { kind: kindOf(stats), size: stats.size, modifiedAt };
  } catch (error) {
    if (errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function kindOf(stats: Stats): FileStatus["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "link" : "other";
}

function openFile(path: string): Descriptor {
  try {
    return openSync(path, OPEN_FILE);
  } catch (error) {
    if (errorCode(error) !== "ELOOP") throw error;
    const message = `ELOOP: ${path} is a symbolic link, which isn't followed`;
    throw Object.assign(new Error(message, { cause: error }), { code: "ELOOP" });
  }
}

function noFile(stats: Stats, path: string): Error {
  const code = stats.isDirectory() ? "EISDIR" : "EINVAL";
  return Object.assign(new Error(`${code}: ${path} is not a regular file`), { code });
}

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
