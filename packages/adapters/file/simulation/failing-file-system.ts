import type {
  Descriptor,
  FileIdentity,
  FileStatus,
  FileSystem,
} from "../src/platform/file-system.js";
import { SystemError } from "./system-error.js";

export type CallName = keyof FileSystem;

export interface Failure {
  /** Which call fails, of those that come from now on: 1 is the next. */
  readonly nth: number;
  /** `short`: a read or write does half of its work, and doesn't fail. */
  readonly code: string;
  /** Only calls of these names count, and fail. Without it all but `closeInBackground`, which never fails. */
  readonly calls?: readonly CallName[];
  /** Also every later call fails. */
  readonly lasting?: boolean;
}

/** Another file system, of which calls fail, or do half of their work. A call that fails does nothing. */
export class FailingFileSystem implements FileSystem {
  /** Reads and writes of more than one byte do half of it. */
  halvesTransfers = false;
  /** Whether any call has failed, or fell short. */
  hasFailed = false;
  readonly #inner: FileSystem;
  readonly #counts = new Map<CallName, number>();
  #total = 0;
  #failure: Failure | undefined;
  /** How many calls that count for the failure are left until it. */
  #left = 0;

  constructor(inner: FileSystem) {
    this.#inner = inner;
  }

  /** Lets calls fail, as only this failure says. */
  fail(failure: Failure): void {
    this.#failure = failure;
    this.#left = failure.nth;
  }

  /** Lets no more calls fail. */
  heal(): void {
    this.#failure = undefined;
  }

  /** How many calls were made of a name, or of all; those that failed included. */
  count(name?: CallName): number {
    return name === undefined ? this.#total : (this.#counts.get(name) ?? 0);
  }

  makeDirectory(path: string): void {
    this.#enter("makeDirectory", path);
    this.#inner.makeDirectory(path);
  }

  removeDirectory(path: string): void {
    this.#enter("removeDirectory", path);
    this.#inner.removeDirectory(path);
  }

  list(path: string): string[] {
    this.#enter("list", path);
    return this.#inner.list(path);
  }

  syncDirectory(path: string): void {
    this.#enter("syncDirectory", path);
    this.#inner.syncDirectory(path);
  }

  async syncDirectoryInBackground(path: string): Promise<void> {
    this.#enter("syncDirectoryInBackground", path);
    await this.#inner.syncDirectoryInBackground(path);
  }

  status(path: string): FileStatus | undefined {
    this.#enter("status", path);
    return this.#inner.status(path);
  }

  linkStatus(path: string): FileStatus | undefined {
    this.#enter("linkStatus", path);
    return this.#inner.linkStatus(path);
  }

  identify(path: string): FileIdentity {
    this.#enter("identify", path);
    return this.#inner.identify(path);
  }

  touch(path: string): void {
    this.#enter("touch", path);
    this.#inner.touch(path);
  }

  /** It is not known while calls fail. */
  freeBytes(path: string): number {
    return this.#inner.freeBytes(path);
  }

  rename(from: string, to: string): void {
    this.#enter("rename", from);
    this.#inner.rename(from, to);
  }

  link(from: string, to: string): void {
    this.#enter("link", from);
    this.#inner.link(from, to);
  }

  remove(path: string): void {
    this.#enter("remove", path);
    this.#inner.remove(path);
  }

  create(path: string): Descriptor {
    this.#enter("create", path);
    return this.#inner.create(path);
  }

  open(path: string): Descriptor {
    this.#enter("open", path);
    return this.#inner.open(path);
  }

  close(file: Descriptor): void {
    this.#enter("close", file);
    this.#inner.close(file);
  }

  closeInBackground(file: Descriptor): void {
    this.#countCall("closeInBackground");
    this.#inner.closeInBackground(file);
  }

  size(file: Descriptor): number {
    this.#enter("size", file);
    return this.#inner.size(file);
  }

  read(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const share = this.#enterTransfer("read", file, length);
    return this.#inner.read(file, buffer, start, share, position);
  }

  write(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number {
    const share = this.#enterTransfer("write", file, length);
    return this.#inner.write(file, buffer, start, share, position);
  }

  sync(file: Descriptor): void {
    this.#enter("sync", file);
    this.#inner.sync(file);
  }

  async syncInBackground(file: Descriptor): Promise<void> {
    this.#enter("syncInBackground", file);
    await this.#inner.syncInBackground(file);
  }

  /** Returns how many bytes may be read or written. */
  #enterTransfer(name: "read" | "write", file: Descriptor, length: number): number {
    const isShort = this.#enter(name, file) === "short";
    return isShort || this.halvesTransfers ? Math.ceil(length / 2) : length;
  }

  #countCall(name: CallName): void {
    this.#total++;
    this.#counts.set(name, this.count(name) + 1);
  }

  #enter(name: CallName, subject: string | number): "short" | undefined {
    this.#countCall(name);
    const failure = this.#failure;
    if (failure === undefined || failure.calls?.includes(name) === false) return undefined;
    this.#left--;
    if (this.#left > 0) return undefined;
    if (!failure.lasting) this.#failure = undefined;
    this.hasFailed = true;
    if (failure.code === "short") return "short";
    throw new SystemError(failure.code, name, subject);
  }
}
