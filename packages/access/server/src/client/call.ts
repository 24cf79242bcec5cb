import type { FrameBytes } from "../protocol/frame-writer.js";
import type { PayloadReader } from "../protocol/payload-reader.js";

/** A request that isn't answered yet. Its bytes are kept: it may have to be sent again. */
export interface Call {
  readonly id: number;
  readonly isWrite: boolean;
  readonly frame: FrameBytes;
  /** When it is given up; by `performance.now()`. */
  readonly deadline: number;
  /** Which life of the session it was sent to, last; undefined: it was never sent. */
  sentTo: string | undefined;
  /** Whether it is on its way over the link that there is. */
  isUnderWay: boolean;
  /** Gets the payload of the answer, and may throw what is wrong with it. */
  readonly answer: (payload: PayloadReader) => void;
  readonly fail: (error: Error) => void;
}
