import {
  FRAME_HEADER_BYTES,
  FrameKind,
  frameKind,
  frameLength,
  frameSequence,
  isFrame,
  MARK_FRAME_BYTES,
  MAX_FRAME_BYTES,
  markValue,
} from "./frame.js";
import type { Segment } from "./segment.js";

const WINDOW_BYTES = 2 ** 18;

/**
 * Goes through the frames of a segment one after another, reading ahead. The current frame is `length` bytes at `at` of
 * `buffer`, and stands at `offset` of the segment.
 */
export class FrameScanner {
  buffer: Buffer;
  at = 0;
  length = 0;
  offset: number;
  readonly #segment: Segment;
  readonly #end: number;
  /** The segment's offset of the window's first byte, and how many bytes of it are there. */
  #base: number;
  #filled = 0;
  /** Where the next frame is. */
  #next: number;

  /** @param end where the frames end, or the file */
  constructor(segment: Segment, start: number, end: number) {
    this.#segment = segment;
    this.#end = end;
    this.#base = start;
    this.#next = start;
    this.offset = start;
    this.buffer = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, Math.max(0, end - start)));
  }

  /**
   * Goes to the next frame; false if there is no valid one at `offset`: at the end, or where something else stands.
   */
  next(): boolean {
    this.offset = this.#next;
    if (!this.#hold(FRAME_HEADER_BYTES)) return false;
    const length = frameLength(this.buffer, this.#next - this.#base);
    // Judged before anything of that length is allocated.
    if (length < FRAME_HEADER_BYTES || length > MAX_FRAME_BYTES) return false;
    if (!this.#hold(length)) return false;
    const at = this.#next - this.#base;
    if (!isFrame(this.buffer, at, length, this.#segment.salt, this.#next)) return false;
    this.at = at;
    this.length = length;
    this.#next += length;
    return true;
  }

  /** Where the next frame begins, if there is one. */
  get nextOffset(): number {
    return this.#next;
  }

  /** After `next` found none: whether anything is left that should have been one. */
  get isAtEnd(): boolean {
    return this.#next >= this.#end;
  }

  /**
   * After `next` found none: goes on to the next place where a valid frame stands, so that `next` finds it. Returns false
   * if there is none up to the end.
   * @param highest no frame has a higher sequence number: without that, bytes that are none look like one now and then,
   * a long one, and reading it takes its time
   */
  resync(highest: number): boolean {
    for (let offset = this.#next + 1; offset + FRAME_HEADER_BYTES <= this.#end; offset++) {
      this.#next = offset;
      const isFound = this.#mayBeFrame(highest) && this.next();
      this.#next = offset;
      if (isFound) return true;
    }
    this.#next = this.#end;
    return false;
  }

  /** After `next` found none: whether a mark further on says that what should have been there was on disk. */
  isBelowMark(): boolean {
    const bad = this.#next;
    let isMarked = false;
    for (let offset = bad + 1; offset + MARK_FRAME_BYTES <= this.#end && !isMarked; offset++) {
      this.#next = offset;
      if (!this.#hold(MARK_FRAME_BYTES)) break;
      const at = offset - this.#base;
      isMarked =
        frameKind(this.buffer, at) === FrameKind.sync &&
        isFrame(this.buffer, at, MARK_FRAME_BYTES, this.#segment.salt, offset) &&
        markValue(this.buffer, at) > bad;
    }
    this.#next = bad;
    this.offset = bad;
    return isMarked;
  }

  #mayBeFrame(highest: number): boolean {
    if (!this.#hold(FRAME_HEADER_BYTES)) return false;
    const at = this.#next - this.#base;
    const kind = frameKind(this.buffer, at);
    return kind > 0 && kind <= FrameKind.end && frameSequence(this.buffer, at) <= highest;
  }

  /** Sees to it that the window holds so many bytes from the next frame on; false if the segment doesn't have them. */
  #hold(length: number): boolean {
    if (length > this.#end - this.#next) return false;
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
    const wanted = Math.min(this.buffer.length, this.#end - this.#base) - kept;
    this.#filled = kept + this.#segment.read(this.buffer, kept, wanted, this.#base + kept);
    return this.#filled >= length;
  }
}
