import { decodeRecordKey } from "@store/codec";
import type { BaseWriter } from "./base-writer.js";
import type { Directory } from "./directory.js";
import { bodyStart, FrameKind, frameKind } from "./frame.js";
import { FrameScanner } from "./frame-scanner.js";
import type { MoveTable } from "./move-table.js";
import type { DiskSteps, Syncing } from "./platform/syncing.js";
import { SEGMENT_HEADER_BYTES, type Segment } from "./segment.js";

/** So many frames are gone through before others may have a turn. */
const FRAMES_PER_TURN = 64;

/**
 * Copies those records of a segment that the directory points to, in their order.
 * @param pass asked where something stands that is no frame: whether to go on behind it; may throw
 */
export function* copyLive(
  segment: Segment,
  directory: Directory,
  writer: BaseWriter,
  moves: MoveTable,
  syncing: Syncing,
  pass: (offset: number) => boolean,
): DiskSteps<void> {
  const scanner = new FrameScanner(segment, SEGMENT_HEADER_BYTES, segment.length);
  let frames = 0;
  do {
    while (scanner.next()) {
      if (++frames % FRAMES_PER_TURN === 0) yield;
      const { buffer, at, length, offset } = scanner;
      if (frameKind(buffer, at) !== FrameKind.put) continue;
      const position = segment.positionOf(offset);
      const key = decodeRecordKey(buffer, bodyStart(buffer, at), at + length);
      if (!directory.holds(key, position)) continue;
      moves.add(position, yield* writer.append(buffer, at, length, syncing));
    }
  } while (!scanner.isAtEnd && pass(scanner.offset) && scanner.resync(writer.sequence));
}
