import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Key } from "@store/core";
import { type Directory, WHOLE_DIRECTORY } from "./directory.js";
import { checksum } from "./format/checksum.js";
import { HintEntryWriter, readHintEntries } from "./hint-entries.js";
import { HintPlaces } from "./hint-places.js";
import type { LogFiles } from "./log-files.js";
import type { Descriptor, FileSystem } from "./platform/file-system.js";
import { readFully, writeFully } from "./platform/whole-file.js";
import type { Segment } from "./segment.js";

/** Every hint begins so. On disk: never change it. */
const MAGIC = "STOREHNT";
/** Hints of other formats aren't read. Not the format of the segments: what is in a hint is in them, too. */
export const HINT_FORMAT = 2;
const HEADER_BYTES = 16;
/** Before the payload of a chunk: checksum, length. */
const CHUNK_HEADER_BYTES = 8;
/** A chunk ends with the entry that makes it so long. */
const CHUNK_BYTES = 2 ** 18;
/** What is smaller than this is read in no time without a hint. */
const WORTHWHILE_BYTES = 2 ** 16;

/** What a hint is a copy of: the key directory as it was when the segments were so long. */
interface Coverage {
  readonly format: number;
  readonly uuid: string;
  /** Of the last change. */
  readonly sequence: number;
  readonly records: number;
  readonly liveBytes: number;
  readonly segments: readonly { readonly id: number; readonly length: number }[];
}

/** What {@link readHint} brought into the directory. */
export interface HintResult {
  readonly sequence: number;
  readonly liveBytes: number;
  /** How far each segment needn't be read, by its id. */
  readonly covered: ReadonlyMap<number, number>;
}

/**
 * Writes a copy of the key directory, so that the next open needn't read the segments. Optional: when it fails there is
 * none. Returns the name of the file that is on disk, null for none.
 */
export function writeHint(
  files: LogFiles,
  directory: Directory,
  sequence: number,
  liveBytes: number,
): string | null {
  const last = files.segments.at(-1) as Segment;
  if (files.bytes < WORTHWHILE_BYTES) return null;
  const segments = files.segments.filter(({ isEmpty }) => !isEmpty);
  const { fileSystem } = files.environment;
  const name = `${String(last.id).padStart(6, "0")}.hint`;
  const path = join(files.directory, name);
  const coverage: Coverage = {
    format: HINT_FORMAT,
    uuid: files.table.uuid,
    sequence,
    records: directory.size,
    liveBytes,
    segments: segments.map(({ id, length }) => ({ id, length })),
  };
  try {
    const file = files.lease.guard(() => fileSystem.create(path));
    try {
      writeEntries(fileSystem, file, coverage, segments, directory);
      fileSystem.sync(file);
    } finally {
      fileSystem.close(file);
    }
    fileSystem.syncDirectory(files.directory);
    return name;
  } catch {
    return null;
  }
}

function writeEntries(
  fileSystem: FileSystem,
  file: Descriptor,
  coverage: Coverage,
  segments: readonly Segment[],
  directory: Directory,
): void {
  const salt = saltOf(coverage.uuid);
  const json = Buffer.from(JSON.stringify(coverage));
  const header = Buffer.alloc(HEADER_BYTES + json.length + 4);
  header.write(MAGIC, "latin1");
  header.writeUInt32LE(HINT_FORMAT, 8);
  header.writeUInt32LE(json.length, 12);
  header.set(json, HEADER_BYTES);
  const checked = HEADER_BYTES + json.length;
  header.writeUInt32LE(checksum(header, 0, checked, salt), checked);
  writeFully(fileSystem, file, header, 0, header.length, 0);

  const places = placesOf(coverage, segments);
  const chunk = new HintEntryWriter(CHUNK_HEADER_BYTES, CHUNK_BYTES);
  let position = header.length;
  const flush = () => {
    const { bytes, end } = chunk;
    if (end === CHUNK_HEADER_BYTES) return;
    bytes.writeUInt32LE(end - CHUNK_HEADER_BYTES, 4);
    bytes.writeUInt32LE(checksum(bytes, 4, end, salt), 0);
    writeFully(fileSystem, file, bytes, 0, end, position);
    position += end;
    chunk.clear();
  };
  const add = (entry: number, key: Key) =>
    chunk.add(key, places.placeOf(directory.positionOf(entry)), directory.lengthOf(entry));
  for (const _ of directory.scan(WHOLE_DIRECTORY, add)) {
    if (chunk.end >= CHUNK_BYTES) flush();
  }
  flush();
}

/**
 * Fills the directory from a hint about the first of `segments`, none of them empty. undefined, and an empty directory,
 * if the hint is damaged or not about these segments: then they have to be read.
 */
export function readHint(
  fileSystem: FileSystem,
  path: string,
  uuid: string,
  segments: readonly Segment[],
  directory: Directory,
): HintResult | undefined {
  try {
    const file = fileSystem.open(path);
    try {
      const result = readEntries(fileSystem, file, uuid, segments, directory);
      if (result === undefined) directory.clear();
      return result;
    } finally {
      fileSystem.close(file);
    }
  } catch {
    directory.clear();
    return undefined;
  }
}

function readEntries(
  fileSystem: FileSystem,
  file: Descriptor,
  uuid: string,
  segments: readonly Segment[],
  directory: Directory,
): HintResult | undefined {
  const size = fileSystem.size(file);
  const salt = saltOf(uuid);
  const coverage = readCoverage(fileSystem, file, size, salt);
  if (coverage === undefined || !fits(coverage.value, uuid, segments)) return undefined;
  const places = placesOf(coverage.value, segments);
  let position = coverage.end;
  // They are a little longer than wanted.
  let chunk = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  while (position < size) {
    if (readFully(fileSystem, file, chunk, 0, CHUNK_HEADER_BYTES, position) < CHUNK_HEADER_BYTES) {
      return undefined;
    }
    const end = CHUNK_HEADER_BYTES + chunk.readUInt32LE(4);
    if (end > size - position) return undefined;
    if (end > chunk.length) {
      const larger = Buffer.allocUnsafe(end);
      chunk.copy(larger, 0, 0, CHUNK_HEADER_BYTES);
      chunk = larger;
    }
    const rest = end - CHUNK_HEADER_BYTES;
    readFully(fileSystem, file, chunk, CHUNK_HEADER_BYTES, rest, position + CHUNK_HEADER_BYTES);
    if (chunk.readUInt32LE(0) !== checksum(chunk, 4, end, salt)) return undefined;
    if (!readHintEntries(chunk, CHUNK_HEADER_BYTES, end, places, directory)) return undefined;
    position += end;
  }
  const { sequence, records, liveBytes } = coverage.value;
  if (directory.size !== records) return undefined;
  const covered = new Map(coverage.value.segments.map(({ id, length }) => [id, length]));
  return { sequence, liveBytes, covered };
}

function readCoverage(
  fileSystem: FileSystem,
  file: Descriptor,
  size: number,
  salt: number,
): { readonly value: Coverage; readonly end: number } | undefined {
  const start = Buffer.alloc(HEADER_BYTES);
  if (readFully(fileSystem, file, start, 0, HEADER_BYTES, 0) < HEADER_BYTES) return undefined;
  const checked = HEADER_BYTES + start.readUInt32LE(12);
  if (start.toString("latin1", 0, 8) !== MAGIC || checked + 4 > size) return undefined;
  if (start.readUInt32LE(8) !== HINT_FORMAT) return undefined;
  const header = Buffer.alloc(checked + 4);
  readFully(fileSystem, file, header, 0, header.length, 0);
  if (header.readUInt32LE(checked) !== checksum(header, 0, checked, salt)) return undefined;
  return { value: JSON.parse(header.toString("utf8", HEADER_BYTES, checked)), end: checked + 4 };
}

/** Whether the hint covers the first of these segments: all but the last one as far as they go. */
function fits(
  { uuid, segments: covered }: Coverage,
  table: string,
  segments: readonly Segment[],
): boolean {
  if (uuid !== table || covered.length > segments.length) return false;
  return covered.every(({ id, length }, index) => {
    const segment = segments[index] as Segment;
    const isLast = index === covered.length - 1;
    return segment.id === id && (isLast ? segment.length >= length : segment.length === length);
  });
}

function placesOf(coverage: Coverage, segments: readonly Segment[]): HintPlaces {
  const lengths = coverage.segments.map(({ length }) => length);
  return new HintPlaces(segments, lengths);
}

function saltOf(uuid: string): number {
  return crc32(uuid);
}
