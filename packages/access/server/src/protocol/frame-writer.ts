import { encodeElementsInto, encodeKeyInto, encodeRecordInto } from "@store/codec";
import type { Key, Moments, StoreRecord } from "@store/core";

/** Bytes before the payload of a frame: the length of what follows, the kind, the id. */
export const HEADER_BYTES = 11;
/** Lengths from this one on take four bytes more. */
export const LONG = 0xff;

const SLAB_BYTES = 2 ** 16;

/** Where the bytes of a frame are. */
export interface FrameBytes {
  readonly slab: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/**
 * Writes frames one after another into slabs of memory, none of which is written to twice: so what was handed on stays as
 * it is for as long as anybody needs it, and nothing is copied.
 */
export class FrameWriter {
  #slab = new Uint8Array(0);
  #view = new DataView(this.#slab.buffer);
  #at = 0;
  /** Where the frame begins that is being written. */
  #start = 0;
  /** What is finished and not taken yet. */
  #from = 0;
  #finished: Uint8Array[] = [];

  /** Begins a frame. One that was begun and not ended is dropped. */
  begin(kind: number, id: number): void {
    this.#at = this.#start;
    this.#reserve(HEADER_BYTES);
    this.#view.setUint8(this.#at + 4, kind);
    this.#view.setUint32(this.#at + 5, id % 2 ** 32, true);
    this.#view.setUint16(this.#at + 9, Math.floor(id / 2 ** 32), true);
    this.#at += HEADER_BYTES;
  }

  /** Ends the frame, and says where its bytes are. */
  end(): FrameBytes {
    const start = this.#start;
    this.#view.setUint32(start, this.#at - start - 4, true);
    this.#start = this.#at;
    return { slab: this.#slab, start, end: this.#at };
  }

  /** {@link end}, for a frame that the caller keeps and sends: it is none of those that are {@link take}n. */
  endKept(): FrameBytes {
    const frame = this.end();
    this.#from = this.#start;
    return frame;
  }

  /** Bytes of the frame that is being written. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** Bytes of frames that are ended and not taken. */
  get pending(): number {
    return this.#finished.reduce((sum, { length }) => sum + length, this.#start - this.#from);
  }

  /** The frames that were ended since the last time, as they are to be sent. */
  take(): Uint8Array[] {
    const taken = this.#finished;
    if (this.#start > this.#from) taken.push(this.#slab.subarray(this.#from, this.#start));
    this.#finished = [];
    this.#from = this.#start;
    return taken;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#slab[this.#at++] = value;
  }

  boolean(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** Any number. */
  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#slab.set(value, this.#at);
    this.#at += value.length;
  }

  /** A key; also any string, and any integer. */
  key(key: Key): void {
    this.#sized(encodeKeyInto, key);
  }

  /** A key, or none. */
  optionalKey(key: Key | undefined): void {
    this.boolean(key !== undefined);
    if (key !== undefined) this.key(key);
  }

  record(record: StoreRecord): void {
    this.#sized(encodeRecordInto, record);
  }

  optionalRecord(record: StoreRecord | undefined): void {
    this.boolean(record !== undefined);
    if (record !== undefined) this.record(record);
  }

  records(records: readonly StoreRecord[]): void {
    this.uint32(records.length);
    for (const record of records) this.record(record);
  }

  keys(keys: readonly Key[]): void {
    this.uint32(keys.length);
    for (const key of keys) this.key(key);
  }

  /** Records whose key the reader knows. */
  elements(records: readonly StoreRecord[]): void {
    this.uint32(records.length);
    for (const record of records) this.#sized(encodeElementsInto, record);
  }

  /** Milliseconds since 1970; undefined: none. */
  moment(moment: number | undefined): void {
    this.float(moment ?? Number.NaN);
  }

  /** Moments of records whose number the reader knows. */
  moments(moments: Moments | undefined): void {
    this.boolean(moments !== undefined);
    for (const moment of moments ?? []) this.moment(moment);
  }

  /** What `encode` writes, behind its length. */
  #sized<T>(encode: (value: T, target: Uint8Array, at: number) => number, value: T): void {
    this.#reserve(1);
    let end = encode(value, this.#slab, this.#at + 1);
    for (let room = SLAB_BYTES; end < 0; room *= 2) {
      this.#grow(room);
      end = encode(value, this.#slab, this.#at + 1);
    }
    const size = end - this.#at - 1;
    if (size < LONG) {
      this.#slab[this.#at] = size;
      this.#at = end;
      return;
    }
    if (end + 4 > this.#slab.length) this.#grow(size + 5);
    this.#slab.copyWithin(this.#at + 5, this.#at + 1, this.#at + 1 + size);
    this.#slab[this.#at] = LONG;
    this.#view.setUint32(this.#at + 1, size, true);
    this.#at += 5 + size;
  }

  #reserve(size: number): void {
    if (this.#at + size > this.#slab.length) this.#grow(size);
  }

  /** Goes on in a new slab, with what there is of the frame. */
  #grow(size: number): void {
    const length = this.#at - this.#start;
    // What was encoded behind `#at` and waits for its length is taken along.
    const kept = this.#slab.subarray(this.#start, Math.min(this.#slab.length, this.#at + size));
    const slab = new Uint8Array(Math.max(SLAB_BYTES, 2 * (length + size)));
    slab.set(kept.subarray(0, Math.min(kept.length, slab.length)));
    if (this.#start > this.#from) {
      this.#finished.push(this.#slab.subarray(this.#from, this.#start));
    }
    this.#slab = slab;
    this.#view = new DataView(slab.buffer);
    this.#start = 0;
    this.#from = 0;
    this.#at = length;
  }
}
