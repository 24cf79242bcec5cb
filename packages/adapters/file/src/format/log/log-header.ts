import { checksum } from "../checksum.js";
import { FORMAT_VERSION } from "../format-version.js";

/**
 * The header of a log segment:
 *
 *     magic 8 bytes | format u32 | reserved u32 | directory's uuid 16 bytes | id u32 | reserved 24 bytes | crc u32
 *
 * Little-endian. These numbers are on disk. Never change one.
 */
export const LOG_HEADER_BYTES = 64;
const MAGIC = "STORELOG";
const VERSION_AT = 8;
const DIRECTORY_AT = 16;
const ID_AT = 32;
const CHECKSUM_AT = 60;

/** What tells a segment from all others. */
export interface LogIdentity {
  /** The data directory's UUID, 16 bytes. */
  readonly directory: Uint8Array;
  /** Segments are replayed in the order of their ids. */
  readonly id: number;
}

export function logHeader({ directory, id }: LogIdentity): Buffer {
  const header = Buffer.alloc(LOG_HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(FORMAT_VERSION, VERSION_AT);
  header.set(directory, DIRECTORY_AT);
  header.writeUInt32LE(id, ID_AT);
  header.writeUInt32LE(checksum(header, 0, CHECKSUM_AT), CHECKSUM_AT);
  return header;
}

/** What a header says; undefined if it isn't one, the version alone if it is of a later format. */
export function readLogHeader(
  header: Buffer,
): LogIdentity | { readonly newerFormat: number } | undefined {
  if (header.length < LOG_HEADER_BYTES || header.toString("latin1", 0, 8) !== MAGIC) {
    return undefined;
  }
  if (header.readUInt32LE(CHECKSUM_AT) !== checksum(header, 0, CHECKSUM_AT)) return undefined;
  const version = header.readUInt32LE(VERSION_AT);
  if (version > FORMAT_VERSION) return { newerFormat: version };
  return {
    directory: Uint8Array.from(header.subarray(DIRECTORY_AT, DIRECTORY_AT + 16)),
    id: header.readUInt32LE(ID_AT),
  };
}

/** A number that no other segment has: frames are salted with it. */
export function logSalt({ directory, id }: LogIdentity): number {
  const identity = Buffer.alloc(20);
  identity.set(directory);
  identity.writeUInt32LE(id, 16);
  return checksum(identity, 0, identity.length);
}

/** The name of a segment's file. */
export function logName(id: number): string {
  return `${String(id).padStart(6, "0")}.log`;
}
