import { join } from "node:path";
import type { TableType, Toolkit } from "@store/core";
import { MANIFEST, newerFormat, TYPE_NUMBERS } from "./manifest.js";
import type { FileSystem } from "./platform/file-system.js";
import { sizeAt } from "./platform/whole-file.js";
import type { DamagedRange } from "./repair-report.js";
import { isSegmentName, type SegmentIdentity, segmentName } from "./segment.js";
import { firstSequence, isFinished, readHeader } from "./segment-file.js";
import type { Source, SourceSegment } from "./source.js";

/** What the manifest of an epoch must have said, as far as its segments tell. */
export function rebuildSource(
  fileSystem: FileSystem,
  directory: string,
  error: Toolkit["error"],
): Source {
  const found: SegmentIdentity[] = [];
  const tables = new Set<string>();
  const size = sizeAt(fileSystem, join(directory, MANIFEST));
  const damaged: DamagedRange[] = [{ file: MANIFEST, from: 0, to: size }];
  for (const name of fileSystem.list(directory).filter(isSegmentName)) {
    const path = join(directory, name);
    const header = readHeader(fileSystem, path);
    if (header !== undefined && "newerFormat" in header) {
      throw newerFormat(error, path, header.newerFormat);
    }
    if (header !== undefined) tables.add(hex(header));
    if (header !== undefined && segmentName(header.id, header.covers) === name) {
      found.push(header);
    } else {
      damaged.push({ file: name, from: 0, to: sizeAt(fileSystem, path) });
    }
  }
  found.sort((a, b) => a.id - b.id);
  const [first] = found;
  const type = (Object.keys(TYPE_NUMBERS) as TableType[]).find(
    (candidate) => TYPE_NUMBERS[candidate] === first?.type,
  );
  if (first === undefined || type === undefined) {
    throw error("STORE_CORRUPT", `nothing in ${directory} can be read as part of a table`);
  }
  if (tables.size > 1) {
    throw error("STORE_CORRUPT", `${directory} has files of several tables, and no manifest`);
  }
  return {
    directory,
    uuid: hex(first),
    type,
    sequence: 0,
    segments: sourceSegments(fileSystem, directory, counting(fileSystem, directory, found)),
    hint: null,
    isManifestLost: true,
    damaged,
  };
}

/** Those that count: of the last compaction either the output, if that was finished, or what it was made of. */
function counting(
  fileSystem: FileSystem,
  directory: string,
  found: readonly SegmentIdentity[],
): readonly SegmentIdentity[] {
  const covers = Math.max(...found.map((segment) => segment.covers));
  if (covers === 0) return found;
  const output = found.filter((segment) => segment.covers === covers);
  const before = found.filter((segment) => segment.covers < covers && segment.id <= covers);
  const last = output.at(-1);
  const isDone = last !== undefined && isFinished(fileSystem, directory, last);
  if (before.length > 0 && !isDone) {
    const others = found.filter((segment) => segment.covers < covers);
    return counting(fileSystem, directory, others);
  }
  return found.filter((segment) => segment.covers === covers || segment.id > covers);
}

/**
 * How far each segment counts. What a later log begins with may be in an earlier one, too: it was written again after
 * it had failed, or hadn't been on disk.
 */
function sourceSegments(
  fileSystem: FileSystem,
  directory: string,
  segments: readonly SegmentIdentity[],
): readonly SourceSegment[] {
  let until = Number.POSITIVE_INFINITY;
  return segments
    .toReversed()
    .map(({ id, covers, ...identity }) => {
      const segment = { id, covers, length: null, until };
      if (covers === 0) {
        const first = firstSequence(fileSystem, directory, { id, covers, ...identity });
        until = Math.min(until, first ?? until);
      }
      return segment;
    })
    .toReversed();
}

function hex({ table }: SegmentIdentity): string {
  return Buffer.from(table).toString("hex");
}
