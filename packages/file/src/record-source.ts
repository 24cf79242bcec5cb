import { decodeRecord } from "@store/codec";
import type { Key, StoreRecord, Toolkit } from "@store/core";
import type { ActiveSegment } from "./active-segment.js";
import { bodyStart, isFrame } from "./frame.js";
import type { LogFiles } from "./log-files.js";
import { errorMessage } from "./platform/error-message.js";
import { RecordCache } from "./record-cache.js";
import { SEGMENT_SPAN, type Segment } from "./segment.js";

/** Smaller records are read into a buffer that is there already. */
const SCRATCH_BYTES = 2 ** 16;

/**
 * Fetches records by their place: from what was written last and is still in memory, from the cache, from the file.
 * What comes from a file is checked by its checksum (I7).
 */
export class RecordSource {
  readonly files: LogFiles;
  readonly #error: Toolkit["error"];
  readonly #cache: RecordCache;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  constructor(files: LogFiles, cacheBytes: number) {
    this.files = files;
    this.#error = files.error;
    this.#cache = new RecordCache(cacheBytes);
  }

  /** Bytes that the cache takes. */
  get memoryBytes(): number {
    return this.#cache.memoryBytes;
  }

  /** A new copy of the record at a place; faster with its key. */
  read(active: ActiveSegment, position: number, length: number, key?: Key): StoreRecord {
    const offset = position - active.segment.index * SEGMENT_SPAN;
    if (offset >= 0 && offset < SEGMENT_SPAN) {
      const at = active.findInMemory(offset);
      if (at >= 0) return this.decode(active.chunkBuffer, at, length, position, key);
    }
    const cached = this.#cache.find(position);
    if (cached >= 0) {
      const { buffer } = this.#cache;
      return decodeRecord(buffer, cached, cached + this.#cache.lengthAt(cached), key);
    }
    return this.#readFile(position, length, key);
  }

  /** Reads bytes of a segment to the beginning of `buffer`; returns how many. */
  readBytes(segment: Segment, buffer: Buffer, length: number, offset: number): number {
    try {
      return segment.read(buffer, 0, length, offset);
    } catch (cause) {
      throw this.#error("STORE_IO", `reading failed: ${errorMessage(cause)}`, cause);
    }
  }

  /** The record of a frame in memory. */
  decode(buffer: Buffer, at: number, length: number, position: number, key?: Key): StoreRecord {
    try {
      return decodeRecord(buffer, bodyStart(buffer, at), at + length, key);
    } catch (cause) {
      throw this.damaged(this.files.segmentAt(position), position % SEGMENT_SPAN, cause);
    }
  }

  /** The error for bytes that are not what was written. */
  damaged({ path }: Segment, offset: number, cause?: unknown): Error {
    return this.#error("STORE_CORRUPT", `${path} is damaged at byte ${offset}`, cause);
  }

  /** Forgets what is cached. */
  clearCache(): void {
    this.#cache.clear();
  }

  #readFile(position: number, length: number, key: Key | undefined): StoreRecord {
    const buffer = length <= SCRATCH_BYTES ? this.#scratch : Buffer.allocUnsafe(length);
    const segment = this.files.segmentAt(position);
    const offset = position % SEGMENT_SPAN;
    const isWhole = this.readBytes(segment, buffer, length, offset) === length;
    if (!isWhole || !isFrame(buffer, 0, length, segment.salt, offset)) {
      throw this.damaged(segment, offset);
    }
    this.#cache.add(position, buffer, bodyStart(buffer, 0), length);
    return this.decode(buffer, 0, length, position, key);
  }
}
