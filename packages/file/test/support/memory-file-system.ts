import type { Descriptor, FileStatus, FileSystem } from "../../src/file-system.js";
import { BackgroundCalls } from "./background-calls.js";
import { type Inode, MemoryDirectory, MemoryFile, sizeOf, whyNotReplaced } from "./memory-inode.js";
import { SystemError } from "./system-error.js";

export interface MemoryFileSystemOptions {
  /** Milliseconds since the epoch, for the times of files. */
  readonly now?: () => number;
  /** Of {@link FileSystem.syncInBackground} and {@link FileSystem.syncDirectoryInBackground}. */
  readonly background?: BackgroundCalls;
}

interface OpenFile {
  readonly inode: Inode;
  readonly writable: boolean;
}

/** Where a path leads: a name in a directory, and what it names, if anything. The root is the name "" in itself. */
interface Place {
  readonly parts: readonly string[];
  readonly directory: MemoryDirectory;
  readonly name: string;
  readonly inode: Inode | undefined;
}

/**
 * A file system in memory, which begins with an empty root. It does what Linux does, with the same codes, but for two
 * things that uncover mistakes:
 *
 * 1. The number of a descriptor is used once: a call with one that was closed always fails with `EBADF`.
 * 2. A call in the background is made when it settles, so that it fails if its descriptor was closed meanwhile.
 */
export class MemoryFileSystem implements FileSystem {
  readonly background: BackgroundCalls;
  readonly #now: () => number;
  readonly #root: MemoryDirectory;
  readonly #open = new Map<Descriptor, OpenFile>();
  #lastDescriptor = 2;

  constructor({
    now = Date.now,
    background = new BackgroundCalls(),
  }: MemoryFileSystemOptions = {}) {
    this.#now = now;
    this.background = background;
    this.#root = new MemoryDirectory(now());
  }

  /** How many descriptors are open. */
  get openCount(): number {
    return this.#open.size;
  }

  makeDirectory(path: string): void {
    const place = this.#place(path, "mkdir");
    if (place.inode !== undefined) throw new SystemError("EEXIST", "mkdir", path);
    this.#enter(place, new MemoryDirectory(this.#now()));
  }

  removeDirectory(path: string): void {
    const place = this.#place(path, "rmdir");
    if (this.#directoryAt(place, "rmdir", path).entries.size > 0) {
      throw new SystemError("ENOTEMPTY", "rmdir", path);
    }
    this.#leave(place);
  }

  list(path: string): string[] {
    const place = this.#place(path, "scandir");
    return [...this.#directoryAt(place, "scandir", path).entries.keys()];
  }

  syncDirectory(path: string): void {
    this.#directoryAt(this.#place(path, "open"), "open", path);
  }

  syncDirectoryInBackground(path: string): Promise<void> {
    return this.background.make(() => this.syncDirectory(path));
  }

  status(path: string): FileStatus | undefined {
    let inode: Inode | undefined;
    try {
      inode = this.#place(path, "stat").inode;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
    if (inode === undefined) return undefined;
    const isDirectory = inode instanceof MemoryDirectory;
    return { isDirectory, size: sizeOf(inode), modifiedAt: inode.modifiedAt };
  }

  touch(path: string, modifiedAt: number): void {
    this.#inodeAt(this.#place(path, "utime"), "utime", path).modifiedAt = modifiedAt;
  }

  rename(from: string, to: string): void {
    const source = this.#place(from, "rename");
    const target = this.#place(to, "rename");
    const inode = this.#inodeAt(source, "rename", from);
    if (isInside(target, source)) throw new SystemError("EINVAL", "rename", to);
    if (isInside(source, target)) throw new SystemError("ENOTEMPTY", "rename", to);
    if (inode === target.inode) return;
    if (target.inode !== undefined) {
      const code = whyNotReplaced(inode, target.inode);
      if (code !== undefined) throw new SystemError(code, "rename", to);
    }
    this.#leave(source);
    this.#enter(target, inode);
  }

  link(from: string, to: string): void {
    const inode = this.#inodeAt(this.#place(from, "link"), "link", from);
    const place = this.#place(to, "link");
    if (place.inode !== undefined) throw new SystemError("EEXIST", "link", to);
    if (inode instanceof MemoryDirectory) throw new SystemError("EPERM", "link", from);
    this.#enter(place, inode);
  }

  remove(path: string): void {
    const place = this.#place(path, "unlink");
    const inode = this.#inodeAt(place, "unlink", path);
    if (inode instanceof MemoryDirectory) throw new SystemError("EISDIR", "unlink", path);
    this.#leave(place);
  }

  create(path: string): Descriptor {
    const place = this.#place(path, "open");
    if (place.inode !== undefined) throw new SystemError("EEXIST", "open", path);
    const inode = new MemoryFile(this.#now());
    this.#enter(place, inode);
    return this.#openInode(inode, true);
  }

  open(path: string): Descriptor {
    return this.#openInode(this.#inodeAt(this.#place(path, "open"), "open", path), false);
  }

  close(file: Descriptor): void {
    this.#opened(file, "close");
    this.#open.delete(file);
  }

  closeInBackground(file: Descriptor): void {
    this.#open.delete(file);
  }

  size(file: Descriptor): number {
    return sizeOf(this.#opened(file, "fstat").inode);
  }

  read(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const { inode } = this.#opened(file, "read");
    checkRange(buffer, start, length, position);
    if (inode instanceof MemoryDirectory) throw new SystemError("EISDIR", "read", file);
    return inode.content.read(buffer, start, length, position);
  }

  write(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const { inode, writable } = this.#opened(file, "write");
    checkRange(buffer, start, length, position);
    if (!writable || inode instanceof MemoryDirectory) {
      throw new SystemError("EBADF", "write", file);
    }
    inode.content.write(buffer, start, length, position);
    if (length > 0) inode.modifiedAt = this.#now();
    return length;
  }

  sync(file: Descriptor): void {
    this.#opened(file, "fdatasync");
  }

  syncInBackground(file: Descriptor): Promise<void> {
    return this.background.make(() => this.sync(file));
  }

  #place(path: string, call: string): Place {
    const parts = path.split(/[\\/]/).filter((part) => part !== "");
    const name = parts.at(-1) ?? "";
    let directory = this.#root;
    for (const part of parts.slice(0, -1)) {
      const inode = directory.entries.get(part);
      if (inode === undefined) throw new SystemError("ENOENT", call, path);
      if (inode instanceof MemoryFile) throw new SystemError("ENOTDIR", call, path);
      directory = inode;
    }
    const inode = parts.length === 0 ? directory : directory.entries.get(name);
    return { parts, directory, name, inode };
  }

  #inodeAt({ inode }: Place, call: string, path: string): Inode {
    if (inode === undefined) throw new SystemError("ENOENT", call, path);
    return inode;
  }

  #directoryAt(place: Place, call: string, path: string): MemoryDirectory {
    const inode = this.#inodeAt(place, call, path);
    if (inode instanceof MemoryFile) throw new SystemError("ENOTDIR", call, path);
    return inode;
  }

  #enter({ directory, name }: Place, inode: Inode): void {
    directory.entries.set(name, inode);
    directory.modifiedAt = this.#now();
  }

  #leave({ directory, name }: Place): void {
    directory.entries.delete(name);
    directory.modifiedAt = this.#now();
  }

  #openInode(inode: Inode, writable: boolean): Descriptor {
    this.#lastDescriptor++;
    this.#open.set(this.#lastDescriptor, { inode, writable });
    return this.#lastDescriptor;
  }

  #opened(file: Descriptor, call: string): OpenFile {
    const open = this.#open.get(file);
    if (open === undefined) throw new SystemError("EBADF", call, file);
    return open;
  }
}

function isInside(inner: Place, outer: Place): boolean {
  return (
    inner.parts.length > outer.parts.length &&
    outer.parts.every((part, index) => part === inner.parts[index])
  );
}

/** A mistake of the caller, which Node refuses, too. */
function checkRange(buffer: Uint8Array, start: number, length: number, position: number): void {
  const inBuffer = start >= 0 && length >= 0 && start + length <= buffer.length;
  if (!inBuffer || !Number.isSafeInteger(position) || position < 0) {
    throw new RangeError(`${length} bytes from ${start} of ${buffer.length} at ${position}`);
  }
}
