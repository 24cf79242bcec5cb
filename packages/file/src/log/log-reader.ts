import {
  FRAME_HEADER_BYTES,
  FrameKind,
  frameKind,
  frameLength,
  frameSequence,
  isFrame,
  MAX_FRAME_BYTES,
  SYNC_FRAME_BYTES,
  syncOffset,
} from "../format/log-frame.js";
import { LOG_HEADER_BYTES } from "../format/log-header.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { readFully } from "../platform/whole-file.js";

const WINDOW_BYTES = 2 ** 18;
/** While looking for the next good frame, so many bytes are checked for each byte of the file, at most. */
const CHECKED_PER_BYTE = 16;

/** A file of frames that is read from the beginning to the end. */
export interface LogFile {
  readonly file: Descriptor;
  readonly salt: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Goes through the frames of a segment one after another, reading ahead. The current frame is `length` bytes at `at` of
 * `buffer`, and stands at `offset` of the segment.
 */
export class LogReader {
  buffer: Buffer;
  at = 0;
  length = 0;
  offset: number;
  readonly #fileSystem: FileSystem;
  readonly #log: LogFile;
  /** The segment's offset of the window's first byte, and how many bytes of it are there. */
  #base: number;
  #filled = 0;
  /** Where the next frame is. */
  #next: number;

  /** @param start where a frame begins */
  constructor(fileSystem: FileSystem, log: LogFile, start = LOG_HEADER_BYTES) {
    this.#fileSystem = fileSystem;
    this.#log = log;
    this.offset = start;
    this.#base = start;
    this.#next = start;
    this.buffer = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, Math.max(0, log.size - start)));
  }

  /** Where the next frame begins, if there is one. */
  get nextOffset(): number {
    return this.#next;
  }

  /** Whether anything is left that should be a frame. */
  get isAtEnd(): boolean {
    return this.#next >= this.#log.size;
  }

  /** Goes to the next frame; false if there is no valid one: at the end, or where something else stands. */
  next(): boolean {
    this.offset = this.#next;
    if (!this.#hold(FRAME_HEADER_BYTES)) return false;
    const length = frameLength(this.buffer, this.#next - this.#base);
    // Judged before anything of that length is allocated.
    if (length < FRAME_HEADER_BYTES || length > MAX_FRAME_BYTES) return false;
    if (!this.#hold(length)) return false;
    const at = this.#next - this.#base;
    if (!isFrame(this.buffer, at, length, this.#log.salt, this.#next)) return false;
    this.at = at;
    this.length = length;
    this.#next += length;
    return true;
  }

  /**
   * After `next` found none: goes on to the next place where a valid frame of changes stands, so that `next` finds it.
   * Returns false if there is none up to the end.
   * @param above its sequence number is above this
   * @param upTo and not above this
   */
  resync(above: number, upTo: number): boolean {
    let budget = CHECKED_PER_BYTE * this.#log.size;
    for (let offset = this.#next + 1; offset + FRAME_HEADER_BYTES <= this.#log.size; offset++) {
      this.#next = offset;
      if (!this.#hold(FRAME_HEADER_BYTES)) break;
      const at = offset - this.#base;
      if (frameKind(this.buffer, at) !== FrameKind.changes) continue;
      const sequence = frameSequence(this.buffer, at);
      if (sequence <= above || sequence > upTo) continue;
      budget -= Math.min(frameLength(this.buffer, at), this.#log.size - offset);
      if (budget < 0) break;
      const isFound = this.next();
      this.#next = offset;
      if (isFound) return true;
    }
    this.#next = this.#log.size;
    return false;
  }

  /** After `next` found none: whether a sync frame further on says that what should have been there was on disk. */
  isBelowMark(): boolean {
    const bad = this.#next;
    let isMarked = false;
    for (let offset = bad + 1; offset + SYNC_FRAME_BYTES <= this.#log.size && !isMarked; offset++) {
      this.#next = offset;
      if (!this.#hold(SYNC_FRAME_BYTES)) break;
      const at = offset - this.#base;
      isMarked =
        frameLength(this.buffer, at) === SYNC_FRAME_BYTES &&
        frameKind(this.buffer, at) === FrameKind.sync &&
        isFrame(this.buffer, at, SYNC_FRAME_BYTES, this.#log.salt, offset) &&
        syncOffset(this.buffer, at) > bad;
    }
    this.#next = bad;
    this.offset = bad;
    return isMarked;
  }

  /** Sees to it that the window holds so many bytes from the next frame on; false if the segment doesn't have them. */
  #hold(length: number): boolean {
    if (length > this.#log.size - this.#next) return false;
    const start = this.#next - this.#base;
    if (start >= 0 && start + length <= this.#filled) return true;
    const kept = start >= 0 && start < this.#filled ? this.#filled - start : 0;
    if (length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(length);
      this.buffer.copy(grown, 0, start, start + kept);
      this.buffer = grown;
    } else {
      this.buffer.copy(this.buffer, 0, start, start + kept);
    }
    this.#base = this.#next;
    const wanted = Math.min(this.buffer.length, this.#log.size - this.#base) - kept;
    const position = this.#base + kept;
    const { file } = this.#log;
    this.#filled = kept + readFully(this.#fileSystem, file, this.buffer, kept, wanted, position);
    return this.#filled >= length;
  }
}
