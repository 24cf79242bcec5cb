import { SUFFIX_BYTES } from "../../format/entry.js";
import { compareKeys } from "../../format/key-order.js";
import {
  LENGTH_UNIT,
  PLACE_BYTES,
  PREFIX_AT,
  TOMBSTONE,
  TRAILER_BYTES,
  WIDE_AT,
  WITH_SUFFIX,
} from "../../format/run/block.js";
import { CHECKSUM_BYTES } from "../../format/run/run-identity.js";
import { readVarint, varintBytes } from "../../format/varint.js";

const NO_BYTES = Buffer.alloc(0);

/** A position in the entries of a block (format/block.ts) whose checksum was compared. */
export class BlockCursor {
  isValid = false;
  buffer: Buffer = NO_BYTES;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  suffixBytes = 0;
  /** How many entries the block has. */
  count = 0;
  /** The number of the entry, from 0 on. */
  index = -1;
  /** What {@link lowerBoundBehindFirst} found has the very key. */
  isExact = false;
  #start = 0;
  #table = 0;
  #prefixBytes = 0;
  #isWide = false;
  #keyLength = 0;

  /** Takes up a block, which `buffer` has from `start` up to `end`, checksum included. Stands nowhere then. */
  openBlock(buffer: Buffer, start: number, end: number): void {
    const trailer = end - CHECKSUM_BYTES - TRAILER_BYTES;
    this.buffer = buffer;
    this.#start = start;
    this.count = uint16At(buffer, trailer);
    this.#prefixBytes = buffer[trailer + PREFIX_AT] as number;
    this.#isWide = buffer[trailer + WIDE_AT] === 1;
    this.#table = trailer - this.count * PLACE_BYTES;
    this.isValid = false;
  }

  /** The number of the entry with this very key, -1 if there is none. */
  find(key: Uint8Array, start: number, end: number): number {
    // Among entries that begin with the prefix it doesn't matter where another key would be: that saves a look at it.
    const found = this.#search(key, start, end, 0);
    if (this.isExact) return found;
    return this.#compare(0, key, start, end, 0) === 0 ? 0 : -1;
  }

  /** The number of the first entry whose key is not below these bytes, {@link count} if there is none. */
  lowerBound(key: Uint8Array, start: number, end: number): number {
    const found = this.lowerBoundBehindFirst(key, start, end);
    return found === 1 && this.#compare(0, key, start, end, 0) >= 0 ? 0 : found;
  }

  /** The same from entry 1 on. */
  lowerBoundBehindFirst(key: Uint8Array, start: number, end: number): number {
    this.isExact = false;
    const prefixBytes = this.#prefixBytes;
    if (prefixBytes > 0) {
      const side = this.#sideOfPrefix(key, start, end);
      if (side !== 0) return side < 0 ? 1 : this.count;
    }
    return this.#search(key, start, end, prefixBytes);
  }

  /**
   * The same, if the key begins with the prefix.
   *
   * @param shared how many bytes needn't be compared because all keys have them
   */
  #search(key: Uint8Array, start: number, end: number, shared: number): number {
    const { buffer } = this;
    const isWide = this.#isWide;
    const digests = this.#table + 2;
    const from = start + this.#prefixBytes;
    const digest =
      ((from < end ? (key[from] as number) : 0) << 8) |
      (from + 1 < end ? (key[from + 1] as number) : 0);
    this.isExact = false;
    let low = 1;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      let compared = isWide ? 0 : uint16At(buffer, digests + middle * PLACE_BYTES) - digest;
      if (compared === 0) {
        compared = this.#compare(middle, key, start, end, shared);
        if (compared === 0) {
          this.isExact = true;
          return middle;
        }
      }
      if (compared < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below 0 if the key is below all that begins with the prefix, 0 if it begins with it, above 0 if it is above. */
  #sideOfPrefix(key: Uint8Array, start: number, end: number): number {
    const { buffer } = this;
    const prefix = this.#keyOf(1);
    const prefixBytes = this.#prefixBytes;
    for (let index = 0; index < prefixBytes; index++) {
      if (start + index >= end) return -1;
      const order = (key[start + index] as number) - (buffer[prefix + index] as number);
      if (order !== 0) return order;
    }
    return 0;
  }

  /** Below 0 if the key of an entry is below these bytes, with which it has the first `shared` in common. */
  #compare(index: number, key: Uint8Array, start: number, end: number, shared: number): number {
    const at = this.#keyOf(index);
    return compareKeys(this.buffer, at + shared, at + this.#keyLength, key, start + shared, end);
  }

  /** Where the key of an entry begins; {@link #keyLength} has its bytes then. */
  #keyOf(index: number): number {
    const { buffer } = this;
    let at = this.#startOf(index);
    let keyLength = buffer[at++] as number;
    if (keyLength >= 0x80) {
      keyLength = readVarint(buffer, at - 1);
      at += varintBytes(keyLength) - 1;
    }
    while ((buffer[at++] as number) >= 0x80);
    this.#keyLength = keyLength;
    return at;
  }

  /** Goes to the entry of that number. */
  goTo(index: number): void {
    this.index = index;
    this.isValid = true;
    this.#decode(this.#startOf(index));
  }

  /** Goes to the next entry; only if there is one. */
  goOn(): void {
    this.index++;
    this.#decode(this.valueEnd);
  }

  #startOf(index: number): number {
    const at = this.#table + index * PLACE_BYTES;
    return this.#start + (this.#isWide ? this.buffer.readUInt32LE(at) : uint16At(this.buffer, at));
  }

  #decode(start: number): void {
    const { buffer } = this;
    let at = start;
    let keyLength = buffer[at++] as number;
    if (keyLength >= 0x80) {
      keyLength = readVarint(buffer, start);
      at = start + varintBytes(keyLength);
    }
    const meta = buffer[at++] as number;
    let valueLength = meta >> 2;
    if (meta >= 0x80) {
      const second = buffer[at++] as number;
      valueLength = ((meta & 0x7f) >> 2) + (second << 5);
      if (second >= 0x80) {
        const long = readVarint(buffer, at - 2);
        at += varintBytes(long) - 2;
        valueLength = Math.floor(long / LENGTH_UNIT);
      }
    }
    this.isTombstone = (meta & TOMBSTONE) !== 0;
    this.suffixBytes = (meta & WITH_SUFFIX) === 0 ? 0 : SUFFIX_BYTES;
    this.keyStart = at;
    at += keyLength;
    this.keyEnd = at;
    this.valueStart = at;
    this.valueEnd = at + valueLength;
  }
}

function uint16At(buffer: Buffer, at: number): number {
  return (buffer[at] as number) | ((buffer[at + 1] as number) << 8);
}
