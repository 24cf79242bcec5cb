import { COUNT_BYTES, LENGTH_UNIT, TOMBSTONE, WITH_SUFFIX } from "../format/block.js";
import { SUFFIX_BYTES } from "../format/entry.js";
import { CHECKSUM_BYTES } from "../format/run-identity.js";
import { readVarint, varintBytes } from "../format/varint.js";

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
  /** What {@link lowerBound} found has the very key. */
  isExact = false;
  #start = 0;
  #table = 0;
  #isWide = false;

  /** Takes up a block, which `buffer` has from `start` up to `end`, checksum included. Stands nowhere then. */
  openBlock(buffer: Buffer, start: number, end: number): void {
    const countAt = end - CHECKSUM_BYTES - COUNT_BYTES;
    const count =
      (buffer[countAt] as number) |
      ((buffer[countAt + 1] as number) << 8) |
      ((buffer[countAt + 2] as number) << 16) |
      ((buffer[countAt + 3] as number) << 24);
    this.buffer = buffer;
    this.#start = start;
    this.#isWide = count < 0;
    this.count = count & 0x7fffffff;
    this.#table = countAt - this.count * (count < 0 ? 4 : 2);
    this.isValid = false;
  }

  /** The number of the first entry whose key is not below these bytes, {@link count} if there is none. */
  lowerBound(key: Uint8Array, start: number, end: number): number {
    const { buffer } = this;
    const length = end - start;
    let low = 0;
    let high = this.count;
    // How many bytes the key shares with the entries below and above what is left: those between share them, too.
    let lowShared = 0;
    let highShared = 0;
    let isExact = false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      let at = this.#startOf(middle);
      let keyLength = buffer[at++] as number;
      if (keyLength >= 0x80) {
        keyLength = readVarint(buffer, at - 1);
        at += varintBytes(keyLength) - 1;
      }
      while ((buffer[at++] as number) >= 0x80);
      const common = keyLength < length ? keyLength : length;
      let shared = lowShared < highShared ? lowShared : highShared;
      while (shared < common && buffer[at + shared] === key[start + shared]) shared++;
      const isBelow =
        shared < common
          ? (buffer[at + shared] as number) < (key[start + shared] as number)
          : keyLength < length;
      if (isBelow) {
        low = middle + 1;
        lowShared = shared;
      } else {
        high = middle;
        highShared = shared;
        isExact = shared === length && keyLength === length;
        if (isExact) low = middle;
      }
    }
    this.isExact = isExact;
    return low;
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
    const { buffer } = this;
    if (this.#isWide) return this.#start + buffer.readUInt32LE(this.#table + 4 * index);
    const at = this.#table + 2 * index;
    return this.#start + ((buffer[at] as number) | ((buffer[at + 1] as number) << 8));
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
