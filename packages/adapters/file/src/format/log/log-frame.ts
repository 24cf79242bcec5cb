import { checksum } from "../checksum.js";
import { putUint32 } from "../uint32.js";

/**
 * A frame is what one call, or a part of a batch, adds to a log segment: changes of entries (change.ts), written and
 * checked as one.
 *
 *     crc u32 | length u32 | sequence u48 | kind u8 | reserved u8 | body
 *
 * Little-endian. `length` is that of the whole frame. The checksum covers everything behind it, and is salted by
 * directory, segment and offset: a frame that is stale, or stands elsewhere, is not valid.
 *
 * These numbers are on disk. Never change one.
 */
export const FRAME_HEADER_BYTES = 16;
export const LENGTH_AT = 4;
const SEQUENCE_AT = 8;
const KIND_AT = 14;
const RESERVED_AT = 15;
/** Where the checksum ends, and what it covers begins. */
export const COVERED_AT = 4;

export const FrameKind = {
  /** Body: changes. Its sequence number is one more than that of the last frame of this kind. */
  changes: 1,
  /**
   * The log goes on in this segment: the one before ends behind the frame with this sequence number, whatever stands
   * there. Body: up to which sequence number all was on disk by then, u64; none if nothing was.
   */
  begin: 2,
  /**
   * All earlier segments are on disk, and this one up to an offset. Body: the offset, u64. It has the sequence number of
   * the frame before it.
   */
  sync: 3,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** In the kind's byte: the batch goes on with the next frame. A batch counts only when all its frames are there. */
const BATCH_GOES_ON = 0x80;
/** In the kind's byte: the batch began before this frame. */
const BATCH_BEGAN = 0x40;
const KIND_BITS = 0x3f;

/** The length of a frame of kind `sync`, and of one of kind `begin` with a body. */
export const MARK_BYTES = FRAME_HEADER_BYTES + 8;

/** The longest frame: what Node can read and write in one call. */
export const MAX_FRAME_BYTES = 2 ** 31 - 1;

/** Where in its batch a frame is. */
export interface BatchPlace {
  readonly hasBegun: boolean;
  readonly goesOn: boolean;
}

/** Completes a frame whose body is in place, for where it will stand. */
export function sealFrame(
  buffer: Buffer,
  at: number,
  length: number,
  sequence: number,
  kind: number,
): void {
  putUint32(buffer, at + LENGTH_AT, length);
  putUint32(buffer, at + SEQUENCE_AT, sequence);
  const high = Math.floor(sequence / 2 ** 32);
  buffer[at + SEQUENCE_AT + 4] = high;
  buffer[at + SEQUENCE_AT + 5] = high >>> 8;
  buffer[at + KIND_AT] = kind;
  buffer[at + RESERVED_AT] = 0;
}

/** The kind's byte of a frame of changes. */
export function changesKind(hasBegun: boolean, goesOn: boolean): number {
  return FrameKind.changes | (hasBegun ? BATCH_BEGAN : 0) | (goesOn ? BATCH_GOES_ON : 0);
}

/** Adds the checksum, for where the frame will stand. */
export function signFrame(buffer: Buffer, at: number, salt: number, offset: number): void {
  putUint32(buffer, at, frameChecksum(buffer, at, frameLength(buffer, at), salt, offset));
}

/** Whether the `length` bytes at `at` are a frame that was written at `offset` of the segment. */
export function isFrame(
  buffer: Buffer,
  at: number,
  length: number,
  salt: number,
  offset: number,
): boolean {
  return (
    frameLength(buffer, at) === length &&
    buffer.readUInt32LE(at) === frameChecksum(buffer, at, length, salt, offset)
  );
}

/** Fills in the body of a frame of kind `sync` or `begin`. */
export function putMark(buffer: Buffer, at: number, body: number): void {
  buffer.writeBigUInt64LE(BigInt(body), at + FRAME_HEADER_BYTES);
}

/** What a frame of kind `sync` says. */
export function syncOffset(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at + FRAME_HEADER_BYTES));
}

/** Up to which sequence number all was on disk, as a frame of kind `begin` says; 0 if it doesn't, or is another kind. */
export function confirmedSequence(buffer: Buffer, at: number): number {
  const isSaid = frameKind(buffer, at) === FrameKind.begin && frameLength(buffer, at) >= MARK_BYTES;
  return isSaid ? syncOffset(buffer, at) : 0;
}

/** The length that the header claims. */
export function frameLength(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at + LENGTH_AT);
}

export function frameSequence(buffer: Buffer, at: number): number {
  return (
    buffer.readUInt16LE(at + SEQUENCE_AT + 4) * 2 ** 32 + buffer.readUInt32LE(at + SEQUENCE_AT)
  );
}

/** The kind; not one of {@link FrameKind} in a frame that a later version wrote. */
export function frameKind(buffer: Buffer, at: number): number {
  return (buffer[at + KIND_AT] as number) & KIND_BITS;
}

export function batchPlace(buffer: Buffer, at: number): BatchPlace {
  const kind = buffer[at + KIND_AT] as number;
  return { hasBegun: (kind & BATCH_BEGAN) !== 0, goesOn: (kind & BATCH_GOES_ON) !== 0 };
}

function frameChecksum(
  buffer: Buffer,
  at: number,
  length: number,
  salt: number,
  offset: number,
): number {
  return checksum(buffer, at + COVERED_AT, at + length, placeSalt(salt, offset));
}

/** What the checksum of a frame at an offset begins from. */
export function placeSalt(salt: number, offset: number): number {
  return (salt ^ offset ^ Math.imul(Math.floor(offset / 2 ** 32), 0x9e3779b1)) >>> 0;
}

/** The checksum in a frame's header. */
export function frameCrc(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at);
}
