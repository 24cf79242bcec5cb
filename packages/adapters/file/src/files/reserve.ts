import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { bestEffort } from "../platform/best-effort.js";
import { isDiskFull } from "../platform/error-code.js";
import type { Descriptor } from "../platform/file-system.js";
import { writeFully } from "../platform/whole-file.js";
import type { TreeFiles } from "./tree-files.js";

/** In the directory of an epoch: room on the disk that is kept. What is in it means nothing. */
export const RESERVE = "RESERVE";

/** With so many times the write buffer of room on the disk, none needs to be kept. */
const AMPLE = 4;
/** How often the disk is looked at while as many bytes are written. */
const LOOKS = 64;
const FILLER_BYTES = 2 ** 20;
/** For the manifest, the index of a run, an empty segment of the log. */
const SPARE_BYTES = 2 ** 16;

/**
 * Room on a disk that is nearly full (I11): as much as the flush of all that isn't flushed takes. Records are added only
 * where that is there; a flush, and deletes, may take it, since they lead to more room.
 */
export class Reserve {
  readonly #files: TreeFiles;
  readonly #ampleBytes: number;
  #file: Descriptor | undefined;
  #bytes = 0;
  /** With so many bytes that wait for a flush nothing is to be done. */
  #enoughFor = 0;
  #isShort = false;

  constructor(files: TreeFiles, writeBufferBytes: number) {
    this.#files = files;
    this.#ampleBytes = AMPLE * writeBufferBytes;
  }

  /** There isn't the room that should be kept: what is dead is to be given back. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** Before records are added: sees to it that what waits for a flush then has room. Throws `ENOSPC` if it hasn't. */
  keep(waitingBytes: number): void {
    if (waitingBytes <= this.#enoughFor) return;
    if (this.#hasAmple(waitingBytes)) {
      this.#isShort = false;
      this.#enoughFor = waitingBytes + this.#ampleBytes / LOOKS;
      return;
    }
    const wanted = Math.ceil(waitingBytes / SPARE_BYTES + 1) * SPARE_BYTES;
    this.#isShort = true;
    if (wanted > this.#bytes) this.#grow(wanted);
    this.#isShort = false;
    this.#enoughFor = wanted - SPARE_BYTES;
  }

  /** After the files have changed: the room is to be looked at. */
  review(): void {
    this.#enoughFor = 0;
    if (this.#isShort && this.#hasAmple(0)) this.#isShort = false;
  }

  /** Gives the room to whoever needs it now. Returns false if there is none. */
  release(): boolean {
    this.#isShort = true;
    if (this.#file === undefined) return false;
    this.remove();
    return true;
  }

  /** Whether what failed may be done again: there was no room for it, and now there is what was kept. */
  releaseAfter(failure: unknown): boolean {
    return isDiskFull(failure) && this.release();
  }

  /** Keeps nothing any more. Never fails. */
  remove(): void {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    this.#bytes = 0;
    this.#enoughFor = 0;
    const { environment, lease } = this.#files;
    const { fileSystem } = environment;
    bestEffort(() => fileSystem.close(file));
    bestEffort(() => lease.guard(() => fileSystem.remove(this.#path)));
  }

  get #path(): string {
    return join(this.#files.directory, RESERVE);
  }

  #hasAmple(waitingBytes: number): boolean {
    const { environment, directory } = this.#files;
    return environment.fileSystem.freeBytes(directory) >= this.#ampleBytes + waitingBytes;
  }

  /** When it throws, there is as much as before, or nothing if that isn't there any more. */
  #grow(wanted: number): void {
    const before = this.#bytes;
    try {
      this.#extend(wanted);
    } catch (failure) {
      this.remove();
      bestEffort(() => this.#extend(before));
      throw failure;
    }
  }

  /** Nothing of it needs to be on disk: what is written has its room. */
  #extend(wanted: number): void {
    const { environment, lease } = this.#files;
    const { fileSystem } = environment;
    if (wanted === 0) return;
    this.#file ??= lease.guard(() => fileSystem.create(this.#path));
    // A file system that compresses gives no room to zeros.
    const filler = randomBytes(Math.min(wanted - this.#bytes, FILLER_BYTES));
    while (this.#bytes < wanted) {
      const length = Math.min(filler.length, wanted - this.#bytes);
      writeFully(fileSystem, this.#file, filler, 0, length, this.#bytes);
      this.#bytes += length;
    }
  }
}
