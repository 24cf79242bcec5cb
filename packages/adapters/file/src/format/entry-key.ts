import { decodeKey, encodeKey, encodeKeyInto } from "@store/codec";
import type { Key } from "@store/core";
import { SUFFIX_BYTES } from "./entry.js";

/**
 * The key of an entry of the tree: whose it is, then the key itself.
 *
 *     storage id u32 | encodeKey(key) | in a bag: hash of the record u32 | order u48
 *
 * The numbers have their most significant byte first, so that entries compare byte by byte. In a bag the hash finds a
 * record that equals another, and the order says which came first.
 *
 * These numbers are on disk. Never change one.
 */
export const STORAGE_ID_BYTES = 4;
const HASH_BYTES = 4;

/** The storage ids that tables of users get begin here; below are the tree's own tables. */
export const FIRST_STORAGE_ID = 16;
export const LAST_STORAGE_ID = 2 ** 32 - 2;

/** The bytes of keys that are looked up, in a buffer that is used again and again. */
export class EntryKey {
  buffer: Buffer;
  length = 0;
  /** Without the suffix: what a filter knows. */
  lookupLength = 0;

  /** @param capacity bytes; it grows when more are needed */
  constructor(capacity: number = 2 ** 10) {
    this.buffer = Buffer.allocUnsafe(capacity);
  }

  /** The same key in a buffer of its own, which has room for no other. */
  copy(): EntryKey {
    const copy = new EntryKey(this.length);
    copy.setBytes(this.buffer, 0, this.length);
    copy.lookupLength = this.lookupLength;
    return copy;
  }

  set(storageId: number, key: Key): void {
    putUint32(this.buffer, 0, storageId);
    let end = encodeKeyInto(key, this.buffer, STORAGE_ID_BYTES);
    if (end < 0) {
      const encoded = encodeKey(key);
      this.#reserve(STORAGE_ID_BYTES + encoded.length + SUFFIX_BYTES);
      putUint32(this.buffer, 0, storageId);
      this.buffer.set(encoded, STORAGE_ID_BYTES);
      end = STORAGE_ID_BYTES + encoded.length;
    }
    this.length = end;
    this.lookupLength = end;
  }

  /** The key of nothing, before all entries of a storage id; with the next id, behind them. */
  setStorageId(storageId: number): void {
    putUint32(this.buffer, 0, storageId);
    this.length = STORAGE_ID_BYTES;
    this.lookupLength = STORAGE_ID_BYTES;
  }

  /** Bytes that are an entry's key, or begin one. */
  setBytes(bytes: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.buffer.set(bytes.subarray(start, end), 0);
    this.length = end - start;
    this.lookupLength = this.length;
  }

  /** Adds the hash of a record, to find those of a bag that may equal it. */
  addHash(hash: number): void {
    this.#reserve(this.lookupLength + SUFFIX_BYTES);
    putUint32(this.buffer, this.lookupLength, hash);
    this.length = this.lookupLength + HASH_BYTES;
  }

  /** Goes behind the last entry whose key begins with these bytes, and has at most a suffix more, or another key's tag. */
  addEnd(): void {
    const end = this.length + SUFFIX_BYTES + 1;
    this.#reserve(end);
    this.buffer.fill(0xff, this.length, end);
    this.length = end;
  }

  #reserve(length: number): void {
    if (length <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.buffer.length));
    this.buffer.copy(larger, 0, 0, this.length);
    this.buffer = larger;
  }
}

/** The key of a table in the bytes of an entry's. */
export function keyOf(buffer: Uint8Array, start: number, end: number, suffixBytes: number): Key {
  return decodeKey(buffer, start + STORAGE_ID_BYTES, end - suffixBytes) as Key;
}

export function storageIdOf(buffer: Uint8Array, start: number): number {
  return uint32(buffer, start);
}

/** Writes the suffix of an entry of a bag; returns where it ends. */
export function putSuffix(buffer: Uint8Array, at: number, hash: number, order: number): number {
  putUint32(buffer, at, hash);
  const high = Math.floor(order / 2 ** 32);
  buffer[at + 4] = high >>> 8;
  buffer[at + 5] = high;
  putUint32(buffer, at + 6, order);
  return at + SUFFIX_BYTES;
}

/** The order in the suffix that ends at `end`. */
export function orderOf(buffer: Uint8Array, end: number): number {
  const high = ((buffer[end - 6] as number) << 8) | (buffer[end - 5] as number);
  return high * 2 ** 32 + uint32(buffer, end - 4);
}

export function putStorageId(buffer: Uint8Array, at: number, storageId: number): void {
  putUint32(buffer, at, storageId);
}

function putUint32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
}

function uint32(buffer: Uint8Array, at: number): number {
  return (
    (((buffer[at] as number) << 24) |
      ((buffer[at + 1] as number) << 16) |
      ((buffer[at + 2] as number) << 8) |
      (buffer[at + 3] as number)) >>>
    0
  );
}
