import { join } from "node:path";
import type { Toolkit } from "@store/core";
import type { LogFiles } from "./log-files.js";
import { newerFormat, TYPE_NUMBERS } from "./manifest.js";
import type { FileSystem } from "./platform/file-system.js";
import { linkOrCopy } from "./platform/link-or-copy.js";
import type { DamagedRange } from "./repair-report.js";
import { SEGMENT_HEADER_BYTES, type Segment, segmentName } from "./segment.js";
import { readHeader } from "./segment-file.js";
import type { Source, SourceSegment } from "./source.js";

/** A segment of a source, taken into the new epoch. */
export interface AdoptedSegment {
  /** undefined if its file is gone, or is another one. */
  readonly segment: Segment | undefined;
  /** What the file has of it, at most. */
  readonly length: number;
  readonly until: number;
  /** Before its frames. */
  readonly damaged: DamagedRange | undefined;
  /** Behind what there is. */
  readonly missing: DamagedRange | undefined;
  /** There may have been more, nobody knows what. */
  readonly isEndLost: boolean;
}

/** Links the files of a source into the directory of the new epoch, and opens them. */
export function adoptSegments(
  fileSystem: FileSystem,
  source: Source,
  files: LogFiles,
  error: Toolkit["error"],
): readonly AdoptedSegment[] {
  return source.segments.map((segment) => adopt(fileSystem, source, segment, files, error));
}

function adopt(
  fileSystem: FileSystem,
  source: Source,
  { id, covers, length, until = Number.POSITIVE_INFINITY }: SourceSegment,
  files: LogFiles,
  error: Toolkit["error"],
): AdoptedSegment {
  const file = segmentName(id, covers);
  const from = join(source.directory, file);
  const size = fileSystem.status(from)?.size;
  const header = size === undefined ? undefined : readHeader(fileSystem, from);
  if (header !== undefined && "newerFormat" in header) {
    throw newerFormat(error, from, header.newerFormat);
  }
  const table = Buffer.from(source.uuid, "hex");
  const isOther =
    header !== undefined &&
    (header.id !== id || header.covers !== covers || !table.equals(header.table));
  files.passId(id);
  if (size === undefined || isOther) {
    const missing = { file, from: 0, to: length ?? size ?? 0 };
    const isEndLost = length === null;
    return { segment: undefined, length: 0, until, damaged: undefined, missing, isEndLost };
  }
  const end = Math.min(size, length ?? size);
  const path = join(files.directory, file);
  files.lease.guard(() => linkOrCopy(fileSystem, from, path, end));
  // Without a header the frames tell: they are salted with what should be in it.
  const segment = files.adopt(path, { table, id, covers, type: TYPE_NUMBERS[source.type] }, end);
  segment.isSealed = length !== null || covers > 0;
  return {
    segment,
    length: end,
    until,
    damaged:
      header === undefined
        ? { file, from: 0, to: Math.min(SEGMENT_HEADER_BYTES, size) }
        : undefined,
    missing: length !== null && size < length ? { file, from: size, to: length } : undefined,
    isEndLost: length === null && size < SEGMENT_HEADER_BYTES,
  };
}

/** Links the hint of a source into the directory of the new epoch. Returns its name; null if there is none. */
export function adoptHint(
  fileSystem: FileSystem,
  { directory, hint }: Source,
  files: LogFiles,
): string | null {
  if (hint === null) return null;
  const from = join(directory, hint);
  const size = fileSystem.status(from)?.size;
  if (size === undefined) return null;
  const path = join(files.directory, hint);
  files.lease.guard(() => linkOrCopy(fileSystem, from, path, size));
  return hint;
}
