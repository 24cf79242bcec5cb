import { checksum } from "../checksum.js";
import { CHECKSUM_BYTES, DIRECTORY_ID_BYTES, type RunIdentity } from "./run-identity.js";

// The header of a run, on disk. In all formats, never change it:
//
//   8 bytes   STORERUN
//   u32 LE    format
//
// In format 2, never change it:
//
//   16 bytes  UUID of the data directory
//   u32 LE    id of the run
//   u48 LE    the run has changes above this number,
//   u48 LE    and up to this one: what tells which of several is the newer one, should the manifest be lost
//   u32 LE    level
//   u32 LE    CRC-32 of all before

const MAGIC = "STORERUN";
const VERSION_AT = 8;
const DIRECTORY_AT = 12;
const ID_AT = 28;
const ABOVE_AT = 32;
const UP_TO_AT = 38;
const LEVEL_AT = 44;
const CHECKSUM_AT = 48;
export const HEADER_BYTES = CHECKSUM_AT + CHECKSUM_BYTES;
/** Of all formats from 1 on, the one that is written. */
export const RUN_FORMAT = 2;

/** What a run was made of. */
export interface RunOrigin {
  /** It has the changes of the log above this number, up to that one. */
  readonly above: number;
  readonly upTo: number;
  /** How often its entries were merged: 0 for what a flush wrote. */
  readonly level: number;
}

export function encodeHeader({ directory, id }: RunIdentity, origin: RunOrigin): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(RUN_FORMAT, VERSION_AT);
  bytes.set(directory, DIRECTORY_AT);
  bytes.writeUInt32LE(id, ID_AT);
  bytes.writeUIntLE(origin.above, ABOVE_AT, 6);
  bytes.writeUIntLE(origin.upTo, UP_TO_AT, 6);
  bytes.writeUInt32LE(origin.level, LEVEL_AT);
  bytes.writeUInt32LE(checksum(bytes, 0, CHECKSUM_AT), CHECKSUM_AT);
  return bytes;
}

/** The format of a run whose file begins so; undefined if it is none. */
export function formatOf(header: Buffer): number | undefined {
  const isRun = header.length >= DIRECTORY_AT && header.toString("latin1", 0, VERSION_AT) === MAGIC;
  return isRun ? header.readUInt32LE(VERSION_AT) : undefined;
}

/** The run that begins with this header of {@link RUN_FORMAT}; undefined if it isn't what was written. */
export function decodeHeader(header: Buffer): (RunIdentity & RunOrigin) | undefined {
  const isIntact =
    header.length === HEADER_BYTES &&
    header.readUInt32LE(CHECKSUM_AT) === checksum(header, 0, CHECKSUM_AT);
  if (!isIntact) return undefined;
  return {
    directory: header.subarray(DIRECTORY_AT, DIRECTORY_AT + DIRECTORY_ID_BYTES),
    id: header.readUInt32LE(ID_AT),
    above: header.readUIntLE(ABOVE_AT, 6),
    upTo: header.readUIntLE(UP_TO_AT, 6),
    level: header.readUInt32LE(LEVEL_AT),
  };
}
