import {
  COVERED_AT,
  FRAME_HEADER_BYTES,
  FrameKind,
  frameCrc,
  frameKind,
  frameLength,
  frameSequence,
  isFrame,
  LENGTH_AT,
  MARK_BYTES,
  MAX_FRAME_BYTES,
  placeSalt,
  syncOffset,
} from "../format/log/log-frame.js";
import { LOG_HEADER_BYTES } from "../format/log/log-header.js";
import type { Descriptor, FileSystem } from "../platform/file-system.js";
import { readFully } from "../platform/whole-file.js";
import { RangeChecksum } from "./range-checksum.js";

const WINDOW_BYTES = 2 ** 18;
const MARK_LENGTH = Buffer.from([MARK_BYTES, 0, 0, 0]);

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
  /** What sync frames that were found behind what is damaged say, and up to where these were looked for. */
  #marked = 0;
  #searched = 0;
  #ranges: RangeChecksum | undefined;

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
   * After `next` found none: goes on to the next place where a valid frame stands that isn't one of before, so that
   * `next` finds it. Returns false if there is none up to the end.
   * @param from its sequence number is not below this
   * @param upTo and not above this
   */
  resync(from: number, upTo: number): boolean {
    const { size, salt } = this.#log;
    this.#ranges ??= new RangeChecksum((...range) => this.#readAt(...range), this.#next);
    for (let offset = this.#next + 1; offset + FRAME_HEADER_BYTES <= size; offset++) {
      this.#next = offset;
      if (!this.#hold(FRAME_HEADER_BYTES)) break;
      const at = offset - this.#base;
      const kind = frameKind(this.buffer, at);
      if (kind !== FrameKind.changes && kind !== FrameKind.sync) continue;
      const sequence = frameSequence(this.buffer, at);
      const length = frameLength(this.buffer, at);
      if (sequence < from || sequence > upTo || length < FRAME_HEADER_BYTES) continue;
      if (offset + length > size) continue;
      const crc = frameCrc(this.buffer, at);
      const start = offset + COVERED_AT;
      if (this.#ranges.of(start, offset + length, placeSalt(salt, offset)) === crc) return true;
    }
    this.#next = size;
    return false;
  }

  /** After `next` found none: whether a sync frame further on says that what should have been there was on disk. */
  isBelowMark(): boolean {
    const bad = this.#next;
    if (bad < this.#marked) return true;
    for (let offset = Math.max(bad + 1, this.#searched); ; ) {
      this.#next = offset;
      if (!this.#hold(MARK_BYTES)) break;
      const at = offset - this.#base;
      // The length of a sync frame is found by far faster than all the rest.
      const found = this.buffer.subarray(0, this.#filled).indexOf(MARK_LENGTH, at + LENGTH_AT);
      if (found < 0) {
        offset = this.#base + this.#filled - LENGTH_AT - MARK_LENGTH.length + 1;
        continue;
      }
      offset = this.#base + found - LENGTH_AT;
      if (offset > this.#next) continue;
      this.#searched = offset + 1;
      if (this.#isSyncFrame(at, offset)) {
        this.#marked = Math.max(this.#marked, syncOffset(this.buffer, at));
        if (bad < this.#marked) break;
      }
      offset++;
    }
    this.#next = bad;
    this.offset = bad;
    return bad < this.#marked;
  }

  #isSyncFrame(at: number, offset: number): boolean {
    return (
      frameKind(this.buffer, at) === FrameKind.sync &&
      isFrame(this.buffer, at, MARK_BYTES, this.#log.salt, offset)
    );
  }

  #readAt(buffer: Buffer, offset: number, length: number): number {
    return readFully(this.#fileSystem, this.#log.file, buffer, 0, length, offset);
  }

  /** Sees to it that the window holds so many bytes from the next frame on; false if the segment doesn't have them. */
  #hold(length: number): boolean {
    if (length > this.#log.size - this.#next) return false;
    const start = this.#next - this.#base;
    if (start >= 0 && start + length <= this.#filled) return true;
    const kept = start >= 0 && start < this.#filled ? this.#filled - start : 0;
    const from = kept === 0 ? 0 : start;
    if (length > this.buffer.length) {
      const grown = Buffer.allocUnsafe(length);
      this.buffer.copy(grown, 0, from, from + kept);
      this.buffer = grown;
    } else {
      this.buffer.copy(this.buffer, 0, from, from + kept);
    }
    this.#base = this.#next;
    const wanted = Math.min(this.buffer.length, this.#log.size - this.#base) - kept;
    const position = this.#base + kept;
    const { file } = this.#log;
    this.#filled = kept + readFully(this.#fileSystem, file, this.buffer, kept, wanted, position);
    return this.#filled >= length;
  }
}
