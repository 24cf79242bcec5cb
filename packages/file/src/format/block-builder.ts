import {
  BLOCK_BYTES,
  COUNT_BYTES,
  LENGTH_UNIT,
  TOMBSTONE,
  WIDE,
  WIDE_FROM,
  WITH_SUFFIX,
} from "./block.js";
import type { Entry } from "./entry.js";
import { CHECKSUM_BYTES, sealPiece } from "./run-identity.js";
import { MAX_VARINT_BYTES, varintBytes, writeVarint } from "./varint.js";

/** Up to so many bytes a loop is faster than a call of Buffer.copy. */
const SHORT = 16;
const FIRST_COUNT = 256;
/** For a block of the usual size, whatever its last entry is estimated at. */
const BUFFER_BYTES = 2 * BLOCK_BYTES;
/** A longer buffer isn't kept for the next block. */
const LONGEST_KEPT = 2 ** 18;

/** Makes blocks of entries that come in the order of their keys, one block after another. */
export class BlockBuilder {
  /** The block, while it is made. */
  buffer: Buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** How many entries there are. */
  count = 0;
  /** The first key. */
  firstKeyStart = 0;
  firstKeyEnd = 0;
  /** The last key that was added, also right after {@link clear}. */
  lastKeyStart = 0;
  lastKeyEnd = 0;
  readonly #leastCount: number;
  #starts = new Uint32Array(FIRST_COUNT);
  #filled = 0;

  /** @param leastCount a block has room for so many entries, however long they are */
  constructor(leastCount: number) {
    this.#leastCount = leastCount;
  }

  /** Bytes of the block as it is, without the checksum. */
  get bytes(): number {
    const startBytes = this.#filled < WIDE_FROM ? 2 : 4;
    return this.#filled + this.count * startBytes + COUNT_BYTES;
  }

  /** Whether an entry belongs into this block; the caller begins another one otherwise. */
  hasRoom(entry: Entry): boolean {
    if (this.count < this.#leastCount) return true;
    const { keyStart, keyEnd, valueStart, valueEnd } = entry;
    const most = keyEnd - keyStart + valueEnd - valueStart + 2 * MAX_VARINT_BYTES;
    const room = BLOCK_BYTES - CHECKSUM_BYTES - 2 - this.bytes;
    return most <= room || entryBytes(entry) <= room;
  }

  add(entry: Entry): void {
    const { buffer: source, keyStart, keyEnd, isTombstone, suffixBytes } = entry;
    const keyLength = keyEnd - keyStart;
    const valueLength = isTombstone ? 0 : entry.valueEnd - entry.valueStart;
    this.#reserve(keyLength + valueLength + 2 * MAX_VARINT_BYTES);
    const { buffer } = this;
    this.#starts[this.count] = this.#filled;
    const flags = (isTombstone ? TOMBSTONE : 0) + (suffixBytes === 0 ? 0 : WITH_SUFFIX);
    let at = writeVarint(buffer, this.#filled, keyLength);
    at = writeVarint(buffer, at, valueLength * LENGTH_UNIT + flags);
    if (this.count === 0) {
      this.firstKeyStart = at;
      this.firstKeyEnd = at + keyLength;
    }
    this.lastKeyStart = at;
    this.lastKeyEnd = at + keyLength;
    if (keyEnd === entry.valueStart) {
      copyBytes(source, keyStart, keyEnd + valueLength, buffer, at);
    } else {
      copyBytes(source, keyStart, keyEnd, buffer, at);
      copyBytes(source, entry.valueStart, entry.valueStart + valueLength, buffer, this.lastKeyEnd);
    }
    this.#filled = this.lastKeyEnd + valueLength;
    this.count++;
  }

  /** Finishes the block, which begins in the run at `offset`. Returns its bytes, checksum included. */
  finish(salt: number, offset: number): number {
    const isWide = this.#filled >= WIDE_FROM;
    const end = this.bytes;
    this.#reserve(end + CHECKSUM_BYTES - this.#filled);
    const { buffer } = this;
    let at = this.#filled;
    for (let index = 0; index < this.count; index++) {
      const start = this.#starts[index] as number;
      at = isWide ? buffer.writeUInt32LE(start, at) : buffer.writeUInt16LE(start, at);
    }
    buffer.writeUInt32LE(this.count + (isWide ? WIDE : 0), at);
    sealPiece(buffer, 0, end, salt, offset);
    return end + CHECKSUM_BYTES;
  }

  /** Begins another block. The last key of the one before stays until an entry is added. */
  clear(): void {
    this.count = 0;
    this.#filled = 0;
  }

  /** Makes room for so many bytes more. */
  #reserve(bytes: number): void {
    if (this.count === this.#starts.length) {
      const starts = new Uint32Array(this.count * 2);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    const wanted = this.#filled + bytes;
    const isKept = this.count > 0 || this.buffer.length <= LONGEST_KEPT;
    if (isKept && wanted <= this.buffer.length) return;
    const buffer = Buffer.allocUnsafeSlow(
      Math.max(wanted * (this.count < 2 ? 1 : 2), BUFFER_BYTES),
    );
    this.buffer.copy(buffer, 0, 0, this.#filled);
    this.buffer = buffer;
  }
}

/** Bytes of an entry in a block, without its place in the table. */
function entryBytes({ keyStart, keyEnd, valueStart, valueEnd, isTombstone }: Entry): number {
  const keyLength = keyEnd - keyStart;
  const valueLength = isTombstone ? 0 : valueEnd - valueStart;
  return (
    varintBytes(keyLength) + varintBytes(valueLength * LENGTH_UNIT + 3) + keyLength + valueLength
  );
}

function copyBytes(
  source: Buffer,
  start: number,
  end: number,
  target: Buffer,
  targetStart: number,
): void {
  if (end - start > SHORT) {
    source.copy(target, targetStart, start, end);
    return;
  }
  for (let from = start, to = targetStart; from < end; from++, to++) {
    target[to] = source[from] as number;
  }
}
