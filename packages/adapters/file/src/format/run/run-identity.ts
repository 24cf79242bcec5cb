import { checksum } from "../checksum.js";

// A run is read in pieces: blocks, filter pages and the footer. Each ends with a CRC-32 (LE) of its bytes that begins from
// a salt of the run and of the offset: a piece of another run, or of another place of this one, doesn't pass (I7). The salt
// of all pieces but blocks of data is another one, so that a salvage takes none of them for data.
// On disk, of format 2: never change it.

export const CHECKSUM_BYTES = 4;
export const DIRECTORY_ID_BYTES = 16;

/** What tells a run from all others. */
export interface RunIdentity {
  /** The UUID of the data directory, {@link DIRECTORY_ID_BYTES} bytes. */
  readonly directory: Uint8Array;
  /** The number of the file, 32 bits. */
  readonly id: number;
}

/** What the checksums of a run's pieces begin from. */
export function runSalt({ directory, id }: RunIdentity): number {
  const bytes = Buffer.alloc(DIRECTORY_ID_BYTES + 4);
  bytes.set(directory);
  bytes.writeUInt32LE(id, DIRECTORY_ID_BYTES);
  return checksum(bytes, 0, bytes.length);
}

/** The salt of what is no block of data: blocks of the index, filter pages, the footer. */
export function indexSalt(salt: number): number {
  return (salt ^ 0x5bd1e995) >>> 0;
}

/** Writes the checksum of the piece from `start` up to `end` behind it; `offset` is where the piece begins in the run. */
export function sealPiece(
  buffer: Buffer,
  start: number,
  end: number,
  salt: number,
  offset: number,
): void {
  buffer.writeUInt32LE(checksum(buffer, start, end, saltAt(salt, offset)), end);
}

/** Whether a piece is what was written, the checksum at its end included. */
export function isPieceIntact(
  buffer: Buffer,
  start: number,
  end: number,
  salt: number,
  offset: number,
): boolean {
  const contentEnd = end - CHECKSUM_BYTES;
  return (
    checksum(buffer, start, contentEnd, saltAt(salt, offset)) === buffer.readUInt32LE(contentEnd)
  );
}

/** What the checksum of a piece begins from. Differs for any two offsets of a run that are less than 4 GiB apart. */
export function saltAt(salt: number, offset: number): number {
  return (salt + offset + Math.floor(offset / 2 ** 32) * 0x9e3779b1) >>> 0;
}
