import { join } from "node:path";
import { FrameKind, frameKind, frameSequence, MARK_FRAME_BYTES } from "./frame.js";
import { FrameScanner } from "./frame-scanner.js";
import type { FileSystem } from "./platform/file-system.js";
import { readFully } from "./platform/whole-file.js";
import {
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
  Segment,
  type SegmentIdentity,
  segmentName,
} from "./segment.js";

/** What the header of a segment's file says, as {@link readSegmentHeader}. */
export function readHeader(
  fileSystem: FileSystem,
  path: string,
): ReturnType<typeof readSegmentHeader> {
  const file = fileSystem.open(path);
  try {
    const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
    const length = readFully(fileSystem, file, header, 0, SEGMENT_HEADER_BYTES, 0);
    return readSegmentHeader(header.subarray(0, length));
  } finally {
    fileSystem.close(file);
  }
}

/** The sequence number of the first good frame; undefined if there is none. */
export function firstSequence(
  fileSystem: FileSystem,
  directory: string,
  identity: SegmentIdentity,
): number | undefined {
  return lookInto(fileSystem, directory, identity, (segment) => {
    const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
    const isFound = scanner.next() || (scanner.resync(Number.POSITIVE_INFINITY) && scanner.next());
    return isFound ? frameSequence(scanner.buffer, scanner.at) : undefined;
  });
}

/** The highest sequence number of a good frame; 0 if there is none. */
export function highestSequence(
  fileSystem: FileSystem,
  directory: string,
  identity: SegmentIdentity,
): number {
  return lookInto(fileSystem, directory, identity, (segment) => {
    const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
    let highest = 0;
    do {
      while (scanner.next()) {
        highest = Math.max(highest, frameSequence(scanner.buffer, scanner.at));
      }
    } while (!scanner.isAtEnd && scanner.resync(Number.POSITIVE_INFINITY));
    return highest;
  });
}

/** Whether the output of a compaction was finished. */
export function isFinished(
  fileSystem: FileSystem,
  directory: string,
  identity: SegmentIdentity,
): boolean {
  return lookInto(fileSystem, directory, identity, (segment) => {
    const start = Math.max(SEGMENT_HEADER_BYTES, segment.length - MARK_FRAME_BYTES);
    const scanner = new FrameScanner(segment, start, segment.length);
    return scanner.next() && frameKind(scanner.buffer, scanner.at) === FrameKind.end;
  });
}

function lookInto<T>(
  fileSystem: FileSystem,
  directory: string,
  identity: SegmentIdentity,
  look: (segment: Segment) => T,
): T {
  const path = join(directory, segmentName(identity.id, identity.covers));
  const file = fileSystem.open(path);
  try {
    return look(new Segment(fileSystem, path, file, identity, 0, fileSystem.size(file)));
  } finally {
    fileSystem.close(file);
  }
}
