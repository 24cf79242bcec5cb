import {
  FRAME_HEADER_BYTES,
  type FrameKind,
  sealFrame,
  segmentSalt,
  writeFrameHeader,
} from "../../src/frame.js";

/** A valid frame, wherever it should stand, and of whatever kind. */
export function forgedFrame(frame: {
  /** The table's UUID. */
  readonly uuid: string;
  /** The segment's id. */
  readonly segment: number;
  readonly offset: number;
  readonly sequence: number;
  readonly kind: number;
  readonly body: Uint8Array;
}): Buffer {
  const { uuid, segment, offset, sequence, kind, body } = frame;
  const buffer = Buffer.alloc(FRAME_HEADER_BYTES + body.length);
  writeFrameHeader(buffer, 0, buffer.length, sequence, kind as FrameKind);
  buffer.set(body, FRAME_HEADER_BYTES);
  sealFrame(buffer, 0, buffer.length, segmentSalt(Buffer.from(uuid, "hex"), segment), offset);
  return buffer;
}
