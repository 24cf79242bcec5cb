import {
  batchBegan,
  FrameKind,
  frameKind,
  frameLength,
  frameSequence,
  markValue,
} from "../../src/frame.js";
import { SEGMENT_HEADER_BYTES } from "../../src/segment.js";

/** A frame of a segment's file. */
export interface ListedFrame {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
  readonly kind: number;
  readonly sequence: number;
  /** Neither a mark nor the end of what a compaction wrote. */
  readonly isChange: boolean;
  /** Counts the batches of the segment; a change that isn't in one is a batch of its own. */
  readonly batch: number;
  /** Of a mark. */
  readonly value: number;
}

/** The frames of a segment's file that isn't damaged. */
export function framesOf(content: Buffer): readonly ListedFrame[] {
  const frames: ListedFrame[] = [];
  let batch = 0;
  for (let start = SEGMENT_HEADER_BYTES; start < content.length; ) {
    const end = start + frameLength(content, start);
    const kind = frameKind(content, start);
    const isChange = kind !== FrameKind.sync && kind !== FrameKind.end;
    if (!batchBegan(content, start)) batch++;
    const value = isChange ? 0 : markValue(content, start);
    frames.push({
      start,
      end,
      kind,
      sequence: frameSequence(content, start),
      isChange,
      batch,
      value,
    });
    start = end;
  }
  return frames;
}
