import { indexSalt, isPieceIntact } from "../../format/run/run-identity.js";
import type { Descriptor, FileSystem } from "../../platform/file-system.js";
import { readFully } from "../../platform/whole-file.js";
import { CorruptRun } from "../run-error.js";
import { type BlockCache, KEEP_DATA } from "./block-cache.js";

const NO_BYTES = Buffer.alloc(0);

/** The pieces of a run's file, from the cache or from the disk: only such whose checksum is right. */
export class BlockSource {
  /** Has the piece that {@link load} was asked for last, from its begin on. Valid until the next one of any run. */
  buffer: Buffer = NO_BYTES;
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #file: Descriptor;
  readonly #salt: number;
  readonly #cache: BlockCache;
  readonly #run: number;
  /** Called when a piece is damaged. */
  onDamage: (() => void) | undefined;

  constructor(
    fileSystem: FileSystem,
    path: string,
    file: Descriptor,
    salt: number,
    cache: BlockCache,
  ) {
    this.#fileSystem = fileSystem;
    this.path = path;
    this.#file = file;
    this.#salt = salt;
    this.#cache = cache;
    this.#run = cache.addRun();
  }

  /** Brings a piece into {@link buffer}. `keep` says how long the cache keeps it. */
  load(offset: number, length: number, keep: number): void {
    if (!this.find(offset, keep)) this.#read(offset, length, keep);
  }

  /** Whether the cache has the piece, which is in {@link buffer} then. */
  find(offset: number, keep: number): boolean {
    const slot = this.#cache.find(this.#run, offset, keep);
    if (slot === -1) return false;
    this.buffer = this.#cache.buffers[slot] as Buffer;
    return true;
  }

  /** Whether the cache takes in a piece of so many bytes. */
  isKept(length: number): boolean {
    return this.#cache.takes(length);
  }

  /** Reads from the disk as many bytes, or fewer at the end of the file; returns how many. Compares no checksum. */
  readAround(buffer: Buffer, offset: number, length: number): number {
    return readFully(this.#fileSystem, this.#file, buffer, 0, length, offset);
  }

  /** Throws unless a block of data that was read, in `buffer` from `start` up to `end`, is what was written at `offset`. */
  verify(buffer: Buffer, start: number, end: number, offset: number): void {
    if (!isPieceIntact(buffer, start, end, this.#salt, offset)) {
      throw this.corrupt(offset, `damaged bytes (${end - start})`);
    }
  }

  /** The error for what is damaged. */
  corrupt(offset: number, what: string): CorruptRun {
    this.onDamage?.();
    return new CorruptRun(this.path, offset, what);
  }

  close(): void {
    this.#cache.forget(this.#run);
    this.#fileSystem.close(this.#file);
  }

  /** {@link close} off the main thread. Never fails. */
  closeInBackground(): void {
    this.#cache.forget(this.#run);
    this.#fileSystem.closeInBackground(this.#file);
  }

  #read(offset: number, length: number, keep: number): void {
    const cache = this.#cache;
    const isKept = cache.takes(length);
    const slot = isKept ? cache.reserve(length) : -1;
    const buffer = isKept ? (cache.buffers[slot] as Buffer) : Buffer.allocUnsafe(length);
    if (this.readAround(buffer, offset, length) < length) {
      throw this.corrupt(offset, `cut off bytes (${length})`);
    }
    const salt = keep === KEEP_DATA ? this.#salt : indexSalt(this.#salt);
    if (!isPieceIntact(buffer, 0, length, salt, offset)) {
      throw this.corrupt(offset, `damaged bytes (${length})`);
    }
    if (isKept) cache.enter(slot, this.#run, offset, keep);
    this.buffer = buffer;
  }
}
