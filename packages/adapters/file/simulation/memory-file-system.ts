import type {
  Descriptor,
  FileIdentity,
  FileStatus,
  FileSystem,
} from "../src/platform/file-system.js";
import { BackgroundCalls } from "./background-calls.js";
import { type Inode, MemoryDirectory, MemoryFile, sizeOf, whyNotReplaced } from "./memory-inode.js";
import { SystemError } from "./system-error.js";

/**
 * Sees what changes, and what is synced, in the order in which it happens. A file or directory is one that the file
 * system keeps; bytes are only lent.
 */
export interface Observer {
  /** How many things it has seen: a point in time. */
  readonly now: number;
  entered(directory: MemoryDirectory, name: string, inode: Inode): void;
  left(directory: MemoryDirectory, name: string): void;
  /** Takes a name away, and gives another, in one. */
  renamed(
    from: MemoryDirectory,
    name: string,
    to: MemoryDirectory,
    newName: string,
    inode: Inode,
  ): void;
  wrote(file: MemoryFile, bytes: Uint8Array, position: number): void;
  /** What was written before that point in time is on disk. */
  synced(inode: Inode, before: number): void;
}

export interface MemoryFileSystemOptions {
  /** Milliseconds since the epoch, for the times of files. */
  readonly now?: () => number;
  /** Of {@link FileSystem.syncInBackground} and {@link FileSystem.syncDirectoryInBackground}. */
  readonly background?: BackgroundCalls;
  readonly observer?: Observer;
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
  /** Bytes that fit on the disk, in whole blocks; names take none. */
  capacity = Number.POSITIVE_INFINITY;
  readonly #now: () => number;
  readonly #observer: Observer | undefined;
  readonly root: MemoryDirectory;
  readonly #open = new Map<Descriptor, OpenFile>();
  readonly #numbers = new Map<Inode, number>();
  #lastDescriptor = 2;

  constructor({
    now = Date.now,
    background = new BackgroundCalls(),
    observer,
  }: MemoryFileSystemOptions = {}) {
    this.#now = now;
    this.background = background;
    this.#observer = observer;
    this.root = new MemoryDirectory(now());
  }

  /** How many descriptors are open. */
  get openCount(): number {
    return this.#open.size;
  }

  /** What a descriptor, or a path, leads to. */
  inodeOf(subject: Descriptor | string): Inode {
    if (typeof subject === "number") return this.#opened(subject, "fstat").inode;
    return this.#inodeAt(this.#place(subject, "stat"), "stat", subject);
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
    this.#syncDirectory(path, this.#observer?.now);
  }

  syncDirectoryInBackground(path: string): Promise<void> {
    const before = this.#observer?.now;
    return this.background.make(() => this.#syncDirectory(path, before));
  }

  status(path: string): FileStatus | undefined {
    let inode: Inode | undefined;
    try {
      inode = this.#place(path, "stat").inode;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
    }
    if (inode === undefined) return undefined;
    const kind = inode instanceof MemoryDirectory ? "directory" : "file";
    return { kind, size: sizeOf(inode), modifiedAt: inode.modifiedAt };
  }

  /** There are no links. */
  linkStatus(path: string): FileStatus | undefined {
    return this.status(path);
  }

  identify(path: string): FileIdentity {
    const inode = this.#inodeAt(this.#place(path, "stat"), "stat", path);
    return { realPath: `/${partsOf(path).join("/")}`, inode: String(this.#numberOf(inode)) };
  }

  touch(path: string): void {
    this.#inodeAt(this.#place(path, "utime"), "utime", path).modifiedAt = this.#now();
  }

  freeBytes(): number {
    return this.capacity - (Number.isFinite(this.capacity) ? this.#usedBytes() : 0);
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
    source.directory.entries.delete(source.name);
    source.directory.modifiedAt = this.#now();
    target.directory.entries.set(target.name, inode);
    target.directory.modifiedAt = this.#now();
    this.#observer?.renamed(source.directory, source.name, target.directory, target.name, inode);
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
    const inode = this.#inodeAt(this.#place(path, "open"), "open", path);
    if (inode instanceof MemoryDirectory) throw new SystemError("EISDIR", "open", path);
    return this.#openInode(inode, false);
  }

  close(file: Descriptor): void {
    this.#opened(file, "close");
    this.#open.delete(file);
  }

  /** Whoever has files open is dead. */
  closeAll(): void {
    this.#open.clear();
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
    const end = blocksOf(inode.content.size) + this.freeBytes();
    if (length > 0 && position >= end) throw new SystemError("ENOSPC", "write", file);
    const written = Math.min(length, end - position);
    inode.content.write(buffer, start, written, position);
    if (written > 0) inode.modifiedAt = this.#now();
    this.#observer?.wrote(inode, buffer.subarray(start, start + written), position);
    return written;
  }

  sync(file: Descriptor): void {
    this.#sync(file, this.#observer?.now);
  }

  syncInBackground(file: Descriptor): Promise<void> {
    const before = this.#observer?.now;
    return this.background.make(() => this.#sync(file, before));
  }

  /** Of all files that have a name, or are open, each once. */
  #usedBytes(): number {
    const files = new Set<Inode>([...this.#open.values()].map(({ inode }) => inode));
    const visit = (directory: MemoryDirectory): void => {
      for (const inode of directory.entries.values()) {
        if (inode instanceof MemoryDirectory) visit(inode);
        else files.add(inode);
      }
    };
    visit(this.root);
    let bytes = 0;
    for (const inode of files) if (inode instanceof MemoryFile) bytes += blocksOf(sizeOf(inode));
    return bytes;
  }

  /** In the order in which they were asked for. */
  #numberOf(inode: Inode): number {
    const number = this.#numbers.get(inode) ?? this.#numbers.size + 1;
    this.#numbers.set(inode, number);
    return number;
  }

  #sync(file: Descriptor, before = 0): void {
    const { inode } = this.#opened(file, "fdatasync");
    this.#observer?.synced(inode, before);
  }

  #syncDirectory(path: string, before = 0): void {
    const directory = this.#directoryAt(this.#place(path, "open"), "open", path);
    this.#observer?.synced(directory, before);
  }

  #place(path: string, call: string): Place {
    const parts = partsOf(path);
    const name = parts.at(-1) ?? "";
    let directory = this.root;
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
    this.#observer?.entered(directory, name, inode);
  }

  #leave({ directory, name }: Place): void {
    directory.entries.delete(name);
    directory.modifiedAt = this.#now();
    this.#observer?.left(directory, name);
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

const BLOCK_BYTES = 4096;

/** The room that so many bytes of a file take. */
function blocksOf(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Of paths that were asked for. */
const knownParts = new Map<string, readonly string[]>();
const MANY_PATHS = 10_000;

function partsOf(path: string): readonly string[] {
  const known = knownParts.get(path);
  if (known !== undefined) return known;
  const parts = path.split(/[\\/]/).filter((part) => part !== "");
  if (knownParts.size >= MANY_PATHS) knownParts.clear();
  knownParts.set(path, parts);
  return parts;
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
