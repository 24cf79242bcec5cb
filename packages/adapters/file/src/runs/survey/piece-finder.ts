import { CRC_TABLE } from "../../format/checksum.js";
import {
  BLOCK_BYTES,
  LEAST_FAN_OUT,
  PLACE_BYTES,
  TRAILER_BYTES,
  WIDE_AT,
} from "../../format/run/block.js";
import { CHECKSUM_BYTES, indexSalt, saltAt } from "../../format/run/run-identity.js";
import type { PieceReader } from "./piece-reader.js";

/** Read at once. */
const CHUNK_BYTES = 2 ** 16;
/** A begin is looked for at most so far before the end of a block; nearly all blocks are far shorter. */
const LONGEST_FOUND = 2 ** 16;
/** In all searches for begins in a run, so many steps are made for each byte of the file, at most. */
const STEPS_PER_BYTE = 64;

/** Of a CRC's byte that is the highest, which entry of the table it comes from. */
const ENTRY_OF_HIGHEST = Uint8Array.from({ length: 256 }, (_, highest) =>
  CRC_TABLE.findIndex((entry) => entry >>> 24 === highest),
);

/** Where a piece ends, and of which kind it is. */
export interface FoundPiece {
  readonly end: number;
  readonly isData: boolean;
}

/**
 * Finds the pieces of a run without an index. A piece ends with the CRC of its bytes: so from where one begins, a running
 * CRC finds its end; and from its end, a CRC that runs backward finds its begin.
 */
export class PieceFinder {
  readonly #reader: PieceReader;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  readonly #region = Buffer.allocUnsafe(CHUNK_BYTES + LONGEST_FOUND);
  #steps: number;

  /** @param size of the file */
  constructor(reader: PieceReader, size: number) {
    this.#reader = reader;
    this.#steps = STEPS_PER_BYTE * size;
  }

  /**
   * Where the piece ends that begins at `offset`; undefined if none ends before `limit`. Of long pieces, a CRC may be right
   * by chance: who takes one looks at what is in it.
   *
   * @param isPiece whether a piece whose CRC is right is one
   */
  endOf(
    offset: number,
    limit: number,
    isPiece: (piece: FoundPiece) => boolean,
  ): FoundPiece | undefined {
    const { salt } = this.#reader;
    const table = CRC_TABLE;
    const chunk = this.#chunk;
    let data = ~saltAt(salt, offset);
    let index = ~saltAt(indexSalt(salt), offset);
    let last = 0;
    let position = offset;
    while (position < limit) {
      const read = this.#reader.readInto(chunk, position, Math.min(CHUNK_BYTES, limit - position));
      if (read === 0) return undefined;
      for (let at = 0; at < read; at++) {
        // The four bytes that end here may be the CRC of all before them.
        const byte = chunk[at] as number;
        const first = last & 0xff;
        last = (last >>> 8) | (byte << 24);
        const length = position + at + 1 - offset;
        if (length <= CHECKSUM_BYTES) continue;
        data = (data >>> 8) ^ (table[(data ^ first) & 0xff] as number);
        index = (index >>> 8) ^ (table[(index ^ first) & 0xff] as number);
        if (~data !== last && ~index !== last) continue;
        const piece = { end: offset + length, isData: ~data === last };
        if (isPiece(piece)) return piece;
      }
      position += read;
    }
    return undefined;
  }

  /** Where, from `from` on, a block begins that ends before `limit`. */
  nextBegin(from: number, limit: number): number | undefined {
    const region = this.#region;
    for (let base = from; base < limit; base += CHUNK_BYTES) {
      const start = Math.max(from, base - LONGEST_FOUND);
      const wanted = Math.min(base + CHUNK_BYTES, limit) - start;
      const length = this.#reader.readInto(region, start, wanted);
      for (let end = base - start + 1; end <= length; end++) {
        if (!this.#mayEnd(region, end)) continue;
        const begin = this.#beginOf(region, end, start);
        if (begin !== undefined) return begin;
        if (this.#steps <= 0) return undefined;
      }
    }
    return undefined;
  }

  /**
   * Whether what is before `end` looks like the table of a block: places that ascend from 0 on. A wide one is longer than
   * any that is looked for.
   */
  #mayEnd(region: Buffer, end: number): boolean {
    const trailer = end - CHECKSUM_BYTES - TRAILER_BYTES;
    if (trailer < 0 || region[trailer + WIDE_AT] !== 0) return false;
    const count = region.readUInt16LE(trailer);
    const table = trailer - count * PLACE_BYTES;
    if (count === 0 || table < 0 || region.readUInt32LE(table) !== 0) return false;
    let before = 0;
    for (let at = table + PLACE_BYTES; at < trailer; at += PLACE_BYTES) {
      const place = region.readUInt16LE(at);
      this.#steps--;
      if (place <= before) return false;
      before = place;
    }
    return before < table;
  }

  /** Where a block begins that ends at `end` of the region, which is at `start` of the file. */
  #beginOf(region: Buffer, end: number, start: number): number | undefined {
    const { salt } = this.#reader;
    const other = indexSalt(salt);
    const contentEnd = end - CHECKSUM_BYTES;
    let crc = ~region.readUInt32LE(contentEnd);
    const count = region.readUInt16LE(contentEnd - TRAILER_BYTES);
    // Only an entry that is alone, or the few that a block of the index has at least, take more.
    const longest = count > LEAST_FAN_OUT ? BLOCK_BYTES : LONGEST_FOUND;
    const last = Math.max(0, end - longest);
    for (let at = contentEnd - 1; at >= last; at--) {
      const entry = ENTRY_OF_HIGHEST[crc >>> 24] as number;
      crc = ((crc ^ (CRC_TABLE[entry] as number)) << 8) | (entry ^ (region[at] as number));
      const offset = start + at;
      if (~crc >>> 0 === saltAt(salt, offset) || ~crc >>> 0 === saltAt(other, offset)) {
        this.#steps -= end - at;
        return offset;
      }
    }
    this.#steps -= end - last;
    return undefined;
  }
}
