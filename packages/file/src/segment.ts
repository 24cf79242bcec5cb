import { closedError } from "./closed-error.js";
import { checksum } from "./format/checksum.js";
import { segmentSalt } from "./frame.js";
import type { Descriptor, FileSystem } from "./platform/file-system.js";
import { readFully } from "./platform/whole-file.js";

/** Every segment begins so. On disk: never change it. */
const MAGIC = "STORESEG";
export const FORMAT_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 64;
const VERSION_AT = 8;
const TABLE_AT = 16;
const ID_AT = 32;
const COVERS_AT = 36;
const TYPE_AT = 40;
const CHECKSUM_AT = 60;

/** A position is the index of an open segment times this, plus an offset in it: both fit in a safe integer. */
export const SEGMENT_SPAN = 2 ** 40;
/** So many segments can be told apart by position. */
export const MAX_SEGMENT_INDEX = 2 ** 13 - 1;

/** What tells a segment from others, in its header. */
export interface SegmentIdentity {
  /** The table's UUID, 16 bytes. */
  readonly table: Uint8Array;
  /** Segments are replayed in the order of their ids. */
  readonly id: number;
  /** For what a compaction wrote: all segments up to this id are in it. 0 for a log. */
  readonly covers: number;
  /** The table's type, as a number (manifest.ts). */
  readonly type: number;
}

/** A file of frames, open for reading. Bytes that were acknowledged never change (I1). */
export class Segment {
  readonly id: number;
  readonly covers: number;
  /** Names the segment in positions. */
  readonly index: number;
  readonly path: string;
  readonly salt: number;
  /** Where the frames end that count; what may be behind it is nothing. */
  length: number;
  /** All of it is on disk, and nothing will be added. */
  isSealed: boolean;
  readonly #fileSystem: FileSystem;
  #file: Descriptor | undefined;

  constructor(
    fileSystem: FileSystem,
    path: string,
    file: Descriptor,
    identity: SegmentIdentity,
    index: number,
    length: number,
  ) {
    this.#fileSystem = fileSystem;
    this.path = path;
    this.#file = file;
    this.id = identity.id;
    this.covers = identity.covers;
    this.salt = segmentSalt(identity.table, identity.id);
    this.index = index;
    this.length = length;
    this.isSealed = identity.covers > 0;
  }

  /** Throws `STORE_TABLE_CLOSED` once it is closed. */
  get file(): Descriptor {
    if (this.#file === undefined) throw closedError();
    return this.#file;
  }

  /** The name of its file. */
  get name(): string {
    return segmentName(this.id, this.covers);
  }

  /** Whether there are no frames in it. */
  get isEmpty(): boolean {
    return this.length <= SEGMENT_HEADER_BYTES;
  }

  /** The position of the frame at an offset. */
  positionOf(offset: number): number {
    return this.index * SEGMENT_SPAN + offset;
  }

  /** Reads up to `length` bytes at `offset`; fewer only at the end of the file. */
  read(buffer: Buffer, start: number, length: number, offset: number): number {
    return readFully(this.#fileSystem, this.file, buffer, start, length, offset);
  }

  /** Closes it for good: whether the system could or not, the number isn't used again. */
  close(): void {
    const { file } = this;
    this.#file = undefined;
    this.#fileSystem.close(file);
  }

  /** Off the main thread: giving back the room of a large file that has no name any more takes its time. */
  closeInBackground(): void {
    const { file } = this;
    this.#file = undefined;
    this.#fileSystem.closeInBackground(file);
  }
}

/** The name of a segment's file. */
export function segmentName(id: number, covers: number): string {
  return `${String(id).padStart(6, "0")}.${covers > 0 ? "base" : "log"}`;
}

/** Whether a file is called like a segment. */
export function isSegmentName(name: string): boolean {
  return /^\d{6,}\.(?:log|base)$/.test(name);
}

/** Whether a file is called like the output of a compaction. */
export function isBaseName(name: string): boolean {
  return isSegmentName(name) && name.endsWith(".base");
}

/** The header of a segment's file. */
export function segmentHeader({ table, id, covers, type }: SegmentIdentity): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(FORMAT_VERSION, VERSION_AT);
  header.set(table, TABLE_AT);
  header.writeUInt32LE(id, ID_AT);
  header.writeUInt32LE(covers, COVERS_AT);
  header[TYPE_AT] = type;
  header.writeUInt32LE(checksum(header, 0, CHECKSUM_AT), CHECKSUM_AT);
  return header;
}

/** What a header says; undefined if it isn't one, the version alone if it is of a later format. */
export function readSegmentHeader(
  header: Buffer,
): SegmentIdentity | { readonly newerFormat: number } | undefined {
  if (header.length < SEGMENT_HEADER_BYTES || header.toString("latin1", 0, 8) !== MAGIC) {
    return undefined;
  }
  if (header.readUInt32LE(CHECKSUM_AT) !== checksum(header, 0, CHECKSUM_AT)) return undefined;
  const version = header.readUInt32LE(VERSION_AT);
  if (version > FORMAT_VERSION) return { newerFormat: version };
  return {
    table: Uint8Array.from(header.subarray(TABLE_AT, TABLE_AT + 16)),
    id: header.readUInt32LE(ID_AT),
    covers: header.readUInt32LE(COVERS_AT),
    type: header[TYPE_AT] as number,
  };
}
