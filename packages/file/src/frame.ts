import { checksum } from "./format/checksum.js";

/**
 * A frame is one change of a table, as it stands in a segment (docs/file-format.md):
 *
 *     crc u32 | length u32 | sequence u48 | kind u8 | metadata length u8 | metadata | body
 *
 * Little-endian. `length` is that of the whole frame. The checksum is over everything behind it, salted by table,
 * segment and offset: a frame that is stale, or in another place than its own, is not valid.
 *
 * These numbers are on disk. Never change one.
 */
export const FRAME_HEADER_BYTES = 16;
const LENGTH_AT = 4;
const SEQUENCE_AT = 8;
const KIND_AT = 14;
const METADATA_LENGTH_AT = 15;

/** Where a frame's checksum ends, and what it covers begins. */
const COVERED_AT = 4;

export const FrameKind = {
  /** A record is inserted; in a set it replaces that of its key. Body: the record. */
  put: 1,
  /** All records of a key are deleted. Body: an array of the key alone. */
  delete: 2,
  /** The records that equal one are deleted. Body: the record. */
  deleteRecord: 3,
  /** Everything is deleted. No body. */
  clear: 4,
  /** The segment is on disk up to an offset. Body: the offset, u64. Has the sequence number of the frame before it. */
  sync: 5,
  /**
   * The output of a compaction ends here, and is whole. Body: how many records are in it, u64. Has the sequence number
   * of the last change that went into it.
   */
  end: 6,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** In the kind's byte: the batch goes on with the next frame. A batch counts only when it is there from first to last. */
const BATCH_GOES_ON = 0x80;
/** In the kind's byte: the batch began before this frame. */
const BATCH_BEGAN = 0x40;
const KIND_BITS = 0x3f;

/** The length of a frame that isn't a change: of kind `sync` or `end`. */
export const MARK_FRAME_BYTES = FRAME_HEADER_BYTES + 8;

/** The longest frame: what Node can read and write in one call. */
export const MAX_FRAME_BYTES = 2 ** 31 - 1;
export const MAX_BODY_BYTES = MAX_FRAME_BYTES - FRAME_HEADER_BYTES;

/** A number that no other segment of any table has: frames are salted with it. */
export function segmentSalt(table: Uint8Array, segment: number): number {
  const identity = Buffer.alloc(20);
  identity.set(table);
  identity.writeUInt32LE(segment, 16);
  return checksum(identity, 0, identity.length);
}

/** Fills in the header of a frame whose body is in place, all but the checksum. */
export function writeFrameHeader(
  buffer: Buffer,
  at: number,
  length: number,
  sequence: number,
  kind: FrameKind,
): void {
  putUint32(buffer, at + LENGTH_AT, length);
  putUint32(buffer, at + SEQUENCE_AT, sequence);
  const high = Math.floor(sequence / 2 ** 32);
  buffer[at + SEQUENCE_AT + 4] = high;
  buffer[at + SEQUENCE_AT + 5] = high >>> 8;
  buffer[at + KIND_AT] = kind;
  buffer[at + METADATA_LENGTH_AT] = 0;
}

/** Writes a frame that isn't a change, all but the checksum. */
export function writeMark(
  buffer: Buffer,
  at: number,
  sequence: number,
  kind: typeof FrameKind.sync | typeof FrameKind.end,
  value: number,
): void {
  writeFrameHeader(buffer, at, MARK_FRAME_BYTES, sequence, kind);
  buffer.writeBigUInt64LE(BigInt(value), at + FRAME_HEADER_BYTES);
}

/** Says where in its batch a frame is. */
export function markBatch(buffer: Buffer, at: number, hasBegun: boolean, goesOn: boolean): void {
  const kind = frameKind(buffer, at);
  buffer[at + KIND_AT] = kind | (hasBegun ? BATCH_BEGAN : 0) | (goesOn ? BATCH_GOES_ON : 0);
}

/** Completes a frame: adds the checksum for where it will stand. */
export function sealFrame(
  buffer: Buffer,
  at: number,
  length: number,
  salt: number,
  offset: number,
): void {
  putUint32(buffer, at, frameChecksum(buffer, at, length, salt, offset));
}

/** Whether the `length` bytes at `at` are a frame that was written at `offset` of that segment. */
export function isFrame(
  buffer: Buffer,
  at: number,
  length: number,
  salt: number,
  offset: number,
): boolean {
  return (
    frameLength(buffer, at) === length &&
    length >= FRAME_HEADER_BYTES + (buffer[at + METADATA_LENGTH_AT] as number) &&
    buffer.readUInt32LE(at) === frameChecksum(buffer, at, length, salt, offset)
  );
}

function frameChecksum(
  buffer: Buffer,
  at: number,
  length: number,
  salt: number,
  offset: number,
): number {
  const place = salt ^ offset ^ Math.imul(Math.floor(offset / 2 ** 32), 0x9e3779b1);
  return checksum(buffer, at + COVERED_AT, at + length, place >>> 0);
}

/** Little-endian. Several times faster than the method of the buffer, which judges its arguments. */
function putUint32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value;
  buffer[at + 1] = value >>> 8;
  buffer[at + 2] = value >>> 16;
  buffer[at + 3] = value >>> 24;
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

export function batchBegan(buffer: Buffer, at: number): boolean {
  return ((buffer[at + KIND_AT] as number) & BATCH_BEGAN) !== 0;
}

export function batchGoesOn(buffer: Buffer, at: number): boolean {
  return ((buffer[at + KIND_AT] as number) & BATCH_GOES_ON) !== 0;
}

/** Where the body begins. */
export function bodyStart(buffer: Buffer, at: number): number {
  return at + FRAME_HEADER_BYTES + (buffer[at + METADATA_LENGTH_AT] as number);
}

/** What is recorded by a frame that isn't a change: the offset, or how many records. */
export function markValue(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(bodyStart(buffer, at)));
}
