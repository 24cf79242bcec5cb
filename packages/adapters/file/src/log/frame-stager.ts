import { encodeElements, encodeElementsInto, encodeKey, encodeKeyInto } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import { SUFFIX_BYTES } from "../format/entry.js";
import { putStorageId, putSuffix, STORAGE_ID_BYTES } from "../format/entry-key.js";
import { putValueHeader, valueHeaderBytes } from "../format/entry-value.js";
import { CHANGE_HEADER_BYTES, putChangeHeader } from "../format/log/change.js";
import {
  changesKind,
  FRAME_HEADER_BYTES,
  MAX_FRAME_BYTES,
  sealFrame,
} from "../format/log/log-frame.js";
import type { Chunk, LogBuffer } from "./log-buffer.js";

/** Where a frame that is staged stands. */
export interface StagedFrame {
  readonly chunk: Chunk;
  readonly at: number;
  readonly length: number;
}

/** Tells the entries of a bag apart. */
export interface Suffix {
  readonly hash: number;
  readonly order: number;
}

/** Says that a change is longer than any frame. */
export class TooLong extends Error {
  readonly code = "STORE_INVALID_RECORD";

  constructor(bytes: number) {
    super(`the record takes ${bytes} bytes; the longest takes ${MAX_FRAME_BYTES}`);
  }
}

/** More changes go into another frame: a frame is read, and checked, as a whole. */
const FULL_FRAME_BYTES = 2 ** 18;

/**
 * Encodes changes where they will be written: at the end of a log buffer, as the frames of one batch.
 *
 * After each change, `chunk`, `at`, `keyStart` and `keyEnd` say where it is.
 */
export class FrameStager {
  #buffer: LogBuffer;
  /** The last change: its chunk, where its header is, its key. */
  chunk: Chunk = NO_CHUNK;
  at = 0;
  keyStart = 0;
  keyEnd = 0;
  /** The frames of the batch; the last one isn't sealed. */
  #frames: { chunk: Chunk; at: number; length: number }[] = [];
  /** Where the frame that is being filled begins, and ends so far; -1: there is none. */
  #frameAt = -1;
  #end = 0;
  #frameChunk: Chunk = NO_CHUNK;
  /** Where the buffer ended before the batch. */
  #startChunk: Chunk | undefined;
  #startUsed = 0;
  #isStaging = false;

  constructor(buffer: LogBuffer) {
    this.#buffer = buffer;
  }

  /** Whether a change is staged. */
  get isStaging(): boolean {
    return this.#isStaging;
  }

  /** Goes on in another buffer. Nothing is staged. */
  moveTo(buffer: LogBuffer): void {
    this.#buffer = buffer;
  }

  /** The position of the last change. */
  get position(): number {
    return this.chunk.base + this.at;
  }

  /** Adds a change that puts a record; in a bag with a suffix. */
  put(storageId: number, record: StoreRecord, moment: number | undefined, suffix?: Suffix): void {
    if (!this.#tryPut(storageId, record, moment, suffix)) {
      this.#putEncoded(storageId, record, moment, suffix);
    }
  }

  /** Adds a change of an entry whose key and value are bytes; without a value a tombstone. */
  putBytes(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array | undefined,
    hasSuffix: boolean,
  ): void {
    const keyLength = keyEnd - keyStart;
    const valueLength = value?.length ?? 0;
    const at = this.#begin(CHANGE_HEADER_BYTES + keyLength + valueLength);
    const { buffer } = this.#frameChunk;
    const start = at + CHANGE_HEADER_BYTES;
    copyBytes(key, keyStart, keyEnd, buffer, start);
    if (value !== undefined) buffer.set(value, start + keyLength);
    this.#finish(
      at,
      start + keyLength,
      start + keyLength + valueLength,
      value === undefined,
      hasSuffix,
    );
  }

  /** Seals the frames; there is a change. The last frame of the batch has the sequence number `before` and their number. */
  seal(before: number): readonly StagedFrame[] {
    this.#closeFrame();
    sealBatch(this.#frames, before);
    return this.#frames;
  }

  /** The batch was written. */
  accept(): void {
    this.#frames = [];
    this.#isStaging = false;
  }

  /** Takes the batch back. */
  abandon(): void {
    if (!this.#isStaging) return;
    this.#buffer.cut(this.#startChunk, this.#startUsed);
    this.#frames = [];
    this.#frameAt = -1;
    this.#isStaging = false;
  }

  #tryPut(
    storageId: number,
    record: StoreRecord,
    moment: number | undefined,
    suffix: Suffix | undefined,
  ): boolean {
    const at = this.#begin(SMALL_CHANGE_BYTES);
    const { buffer } = this.#frameChunk;
    const start = at + CHANGE_HEADER_BYTES;
    putStorageId(buffer, start, storageId);
    let keyEnd = encodeKeyInto(record[0] as Key, buffer, start + STORAGE_ID_BYTES);
    if (keyEnd < 0 || buffer.length - keyEnd < SUFFIX_BYTES + MOST_VALUE_HEADER_BYTES) return false;
    if (suffix !== undefined) keyEnd = putSuffix(buffer, keyEnd, suffix.hash, suffix.order);
    putValueHeader(buffer, keyEnd, moment);
    const end = encodeElementsInto(record, buffer, keyEnd + valueHeaderBytes(moment));
    if (end < 0) return false;
    this.#finish(at, keyEnd, end, false, suffix !== undefined);
    return true;
  }

  /** {@link #tryPut} where the room didn't do: it is known how much is needed now. */
  #putEncoded(
    storageId: number,
    record: StoreRecord,
    moment: number | undefined,
    suffix: Suffix | undefined,
  ): void {
    const key = encodeKey(record[0] as Key);
    const elements = encodeElements(record);
    const suffixBytes = suffix === undefined ? 0 : SUFFIX_BYTES;
    const headerBytes = valueHeaderBytes(moment);
    const at = this.#begin(
      CHANGE_HEADER_BYTES +
        STORAGE_ID_BYTES +
        key.length +
        suffixBytes +
        headerBytes +
        elements.length,
    );
    const { buffer } = this.#frameChunk;
    const start = at + CHANGE_HEADER_BYTES;
    putStorageId(buffer, start, storageId);
    buffer.set(key, start + STORAGE_ID_BYTES);
    let keyEnd = start + STORAGE_ID_BYTES + key.length;
    if (suffix !== undefined) keyEnd = putSuffix(buffer, keyEnd, suffix.hash, suffix.order);
    putValueHeader(buffer, keyEnd, moment);
    buffer.set(elements, keyEnd + headerBytes);
    this.#finish(at, keyEnd, keyEnd + headerBytes + elements.length, false, suffix !== undefined);
  }

  /** Where a change of so many bytes may begin, in the frame that is being filled or in another one. */
  #begin(length: number): number {
    if (!this.#isStaging) {
      this.#startChunk = this.#buffer.chunks.at(-1);
      this.#startUsed = this.#startChunk?.used ?? 0;
      this.#isStaging = true;
    }
    if (this.#frameAt >= 0) {
      const hasRoom = this.#frameChunk.buffer.length - this.#end >= length;
      if (hasRoom && this.#end - this.#frameAt < FULL_FRAME_BYTES) return this.#end;
      this.#closeFrame();
    }
    if (FRAME_HEADER_BYTES + length > MAX_FRAME_BYTES) throw new TooLong(length);
    this.#frameChunk = this.#buffer.reserve(FRAME_HEADER_BYTES + length);
    this.#frameAt = this.#frameChunk.used;
    this.#end = this.#frameAt + FRAME_HEADER_BYTES;
    return this.#end;
  }

  #finish(at: number, keyEnd: number, end: number, isTombstone: boolean, hasSuffix: boolean): void {
    const chunk = this.#frameChunk;
    const keyStart = at + CHANGE_HEADER_BYTES;
    putChangeHeader(chunk.buffer, at, keyEnd - keyStart, end - keyEnd, isTombstone, hasSuffix);
    this.chunk = chunk;
    this.at = at;
    this.keyStart = keyStart;
    this.keyEnd = keyEnd;
    this.#end = end;
  }

  /** Ends the frame that is being filled; one without changes was none. */
  #closeFrame(): void {
    const length = this.#end - this.#frameAt;
    if (length > FRAME_HEADER_BYTES) {
      this.#frames.push({ chunk: this.#frameChunk, at: this.#frameAt, length });
      this.#frameChunk.used = this.#end;
    }
    this.#frameAt = -1;
  }
}

/** Seals frames as those of one batch; the first has the number after `before`. */
export function sealBatch(frames: readonly StagedFrame[], before: number): void {
  const last = frames.length - 1;
  for (let index = 0; index <= last; index++) {
    const { chunk, at, length } = frames[index] as StagedFrame;
    sealFrame(chunk.buffer, at, length, before + index + 1, changesKind(index > 0, index < last));
  }
}

/** So much room, at least, is looked for before a record is encoded. */
const SMALL_CHANGE_BYTES = 256;
const MOST_VALUE_HEADER_BYTES = valueHeaderBytes(0);

const NO_CHUNK: Chunk = { buffer: Buffer.alloc(0), base: 0, used: 0 };

/** Up to so many bytes a loop is faster than `set`. */
const SHORT = 32;

function copyBytes(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): void {
  if (end - start > SHORT) target.set(source.subarray(start, end), at);
  else
    for (let index = start; index < end; index++)
      target[at + index - start] = source[index] as number;
}
