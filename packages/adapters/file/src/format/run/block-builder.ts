import type { Entry } from "../entry.js";
import { MAX_VARINT_BYTES, varintBytes, writeVarint } from "../varint.js";
import {
  BLOCK_BYTES,
  LENGTH_UNIT,
  LONGEST_PREFIX,
  PLACE_BYTES,
  PREFIX_AT,
  TOMBSTONE,
  TRAILER_BYTES,
  WIDE_AT,
  WIDE_FROM,
  WITH_SUFFIX,
} from "./block.js";
import { CHECKSUM_BYTES, sealPiece } from "./run-identity.js";

/** Up to so many bytes a loop is faster than a call of Buffer.copy. */
const SHORT = 16;
const FIRST_COUNT = 256;
const PLACE_LENGTH = 3;
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
  /** Where each entry begins, and where its key begins and ends. */
  #places = new Uint32Array(FIRST_COUNT * PLACE_LENGTH);
  #filled = 0;

  /** @param leastCount a block has room for so many entries, however long they are */
  constructor(leastCount: number) {
    this.#leastCount = leastCount;
  }

  /** Bytes of the block as it is, without the checksum. */
  get bytes(): number {
    return this.#filled + this.count * PLACE_BYTES + TRAILER_BYTES;
  }

  /** Whether an entry belongs into this block; the caller begins another one otherwise. */
  hasRoom(entry: Entry): boolean {
    if (this.count < this.#leastCount) return true;
    const room = BLOCK_BYTES - CHECKSUM_BYTES - PLACE_BYTES - this.bytes;
    return entryBytes(entry) <= room;
  }

  add(entry: Entry): void {
    const { buffer: source, keyStart, keyEnd, isTombstone, suffixBytes } = entry;
    const keyLength = keyEnd - keyStart;
    const valueLength = isTombstone ? 0 : entry.valueEnd - entry.valueStart;
    this.#reserve(keyLength + valueLength + 2 * MAX_VARINT_BYTES);
    const { buffer } = this;
    const places = this.#places;
    const place = this.count * PLACE_LENGTH;
    places[place] = this.#filled;
    const flags = (isTombstone ? TOMBSTONE : 0) + (suffixBytes === 0 ? 0 : WITH_SUFFIX);
    let at = writeVarint(buffer, this.#filled, keyLength);
    at = writeVarint(buffer, at, valueLength * LENGTH_UNIT + flags);
    if (this.count === 0) {
      this.firstKeyStart = at;
      this.firstKeyEnd = at + keyLength;
    }
    this.lastKeyStart = at;
    this.lastKeyEnd = at + keyLength;
    places[place + 1] = at;
    places[place + 2] = at + keyLength;
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
    const prefixBytes = this.#prefixBytes();
    const end = this.bytes;
    this.#reserve(end + CHECKSUM_BYTES - this.#filled);
    const { buffer } = this;
    const places = this.#places;
    let at = this.#filled;
    for (let place = 0; place < this.count * PLACE_LENGTH; place += PLACE_LENGTH) {
      const start = places[place] as number;
      const from = (places[place + 1] as number) + prefixBytes;
      const keyEnd = places[place + 2] as number;
      const digest =
        place === 0
          ? 0
          : ((from < keyEnd ? (buffer[from] as number) : 0) << 8) |
            (from + 1 < keyEnd ? (buffer[from + 1] as number) : 0);
      buffer[at] = start;
      buffer[at + 1] = start >>> 8;
      buffer[at + 2] = isWide ? start >>> 16 : digest;
      buffer[at + 3] = isWide ? start >>> 24 : digest >>> 8;
      at += PLACE_BYTES;
    }
    buffer.writeUInt16LE(this.count, at);
    buffer[at + PREFIX_AT] = prefixBytes;
    buffer[at + WIDE_AT] = isWide ? 1 : 0;
    sealPiece(buffer, 0, end, salt, offset);
    return end + CHECKSUM_BYTES;
  }

  /** Begins another block. The last key of the one before stays until an entry is added. */
  clear(): void {
    this.count = 0;
    this.#filled = 0;
  }

  /** How many bytes all keys but the first one share: what the second shares with the last, for they are sorted. */
  #prefixBytes(): number {
    if (this.count < 2) return 0;
    const { buffer, lastKeyStart } = this;
    const start = this.#places[PLACE_LENGTH + 1] as number;
    const end = this.#places[PLACE_LENGTH + 2] as number;
    const most = Math.min(end - start, LONGEST_PREFIX);
    let shared = 0;
    while (shared < most && buffer[start + shared] === buffer[lastKeyStart + shared]) shared++;
    return shared;
  }

  /** Makes room for so many bytes more. */
  #reserve(bytes: number): void {
    if (this.count * PLACE_LENGTH === this.#places.length) {
      const places = new Uint32Array(this.#places.length * 2);
      places.set(this.#places);
      this.#places = places;
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
