import { checksum } from "./checksum.js";
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
//   u32 LE    CRC-32 of all before

const MAGIC = "STORERUN";
const VERSION_AT = 8;
const DIRECTORY_AT = 12;
const ID_AT = 28;
const CHECKSUM_AT = 32;
export const HEADER_BYTES = CHECKSUM_AT + CHECKSUM_BYTES;
/** Of all formats from 1 on, the one that is written. */
export const RUN_FORMAT = 2;

export function encodeHeader({ directory, id }: RunIdentity): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(RUN_FORMAT, VERSION_AT);
  bytes.set(directory, DIRECTORY_AT);
  bytes.writeUInt32LE(id, ID_AT);
  bytes.writeUInt32LE(checksum(bytes, 0, CHECKSUM_AT), CHECKSUM_AT);
  return bytes;
}

/** The format of a run whose file begins so; undefined if it is none. */
export function formatOf(header: Buffer): number | undefined {
  const isRun = header.length >= DIRECTORY_AT && header.toString("latin1", 0, VERSION_AT) === MAGIC;
  return isRun ? header.readUInt32LE(VERSION_AT) : undefined;
}

/** The run that begins with this header of {@link RUN_FORMAT}; undefined if it isn't what was written. */
export function decodeHeader(header: Buffer): RunIdentity | undefined {
  const isIntact =
    header.length === HEADER_BYTES &&
    header.readUInt32LE(CHECKSUM_AT) === checksum(header, 0, CHECKSUM_AT);
  if (!isIntact) return undefined;
  return {
    directory: header.subarray(DIRECTORY_AT, DIRECTORY_AT + DIRECTORY_ID_BYTES),
    id: header.readUInt32LE(ID_AT),
  };
}
