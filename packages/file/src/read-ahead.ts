import type { Key, StoreRecord } from "@store/core";
import { isFrame } from "./frame.js";
import type { RecordReader } from "./record-log.js";
import type { RecordSource } from "./record-source.js";
import { SEGMENT_SPAN, type Segment } from "./segment.js";

const WINDOW_BYTES = 2 ** 17;
/** A record that is at most so far behind the one before is taken for the next one of a run. */
const NEAR_BYTES = 2 ** 12;

/**
 * Reads the records of a scan. As long as one stands shortly behind the other, which is where the records of a table that
 * was filled in order stand, they are read a window at a time; else one by one, through the cache.
 */
export class ReadAhead implements RecordReader {
  readonly #source: RecordSource;
  readonly #readOne: RecordReader["read"];
  #segment: Segment | undefined;
  #buffer: Buffer | undefined;
  /** The offset of the window in its segment, and how many bytes of it are there. */
  #base = 0;
  #filled = 0;
  /** Where the record ended that was read last. */
  #last = 0;

  /** @param readOne reads a record that isn't part of a run */
  constructor(source: RecordSource, readOne: RecordReader["read"]) {
    this.#source = source;
    this.#readOne = readOne;
  }

  read(position: number, length: number, key?: Key): StoreRecord {
    this.#source.files.checkOpen();
    const behind = position - this.#last;
    this.#last = position + length;
    const isRun = behind >= 0 && behind <= NEAR_BYTES && length <= WINDOW_BYTES / 4;
    if (!isRun) return this.#readOne(position, length, key);
    const segment = this.#source.files.segmentAt(position);
    const offset = position % SEGMENT_SPAN;
    const buffer = this.#hold(segment, offset, length);
    const at = offset - this.#base;
    if (at + length > this.#filled || !isFrame(buffer, at, length, segment.salt, offset)) {
      throw this.#source.damaged(segment, offset);
    }
    return this.#source.decode(buffer, at, length, position, key);
  }

  #hold(segment: Segment, offset: number, length: number): Buffer {
    this.#buffer ??= Buffer.allocUnsafeSlow(WINDOW_BYTES);
    const isThere =
      segment === this.#segment &&
      offset >= this.#base &&
      offset + length <= this.#base + this.#filled;
    if (!isThere) {
      this.#segment = segment;
      this.#base = offset;
      this.#filled = this.#source.readBytes(segment, this.#buffer, WINDOW_BYTES, offset);
    }
    return this.#buffer;
  }
}
