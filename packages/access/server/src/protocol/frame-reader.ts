import { HEADER_BYTES } from "./frame-writer.js";
import { Malformed } from "./malformed.js";
import { PayloadReader } from "./payload-reader.js";

/** Bytes of a frame's length. */
const LENGTH_BYTES = 4;
const NOTHING = new Uint8Array(0);
/** What is set aside at once for a frame that has begun to arrive. */
const STEP_BYTES = 2 ** 16;

/** A frame that has arrived. */
export interface Frame {
  readonly kind: number;
  readonly id: number;
  readonly payload: PayloadReader;
}

/** Makes frames of the bytes that arrive, however these were cut. */
export class FrameReader {
  /** The longest frame that is let in; it may be raised. */
  maxFrameBytes: number;
  /** What has arrived, from `#at` to `#end`. */
  #bytes: Uint8Array = NOTHING;
  /** Whether that was made here, to be written to: a chunk is somebody else's. */
  #isOwn = false;
  #at = 0;
  #end = 0;

  constructor(maxFrameBytes: number) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Takes bytes that have arrived; keeps them for as long as a frame of theirs is to come. */
  push(chunk: Uint8Array): void {
    const left = this.#end - this.#at;
    if (left === 0) {
      this.#bytes = chunk;
      this.#isOwn = false;
      this.#at = 0;
      this.#end = chunk.length;
      return;
    }
    const needed = left + chunk.length;
    if (!this.#isOwn || this.#at + needed > this.#bytes.length) this.#move(left, needed);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** The next frame that is complete; undefined: more has to arrive. */
  next(): Frame | undefined {
    const left = this.#end - this.#at;
    if (left < LENGTH_BYTES) return undefined;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#at, left);
    const length = view.getUint32(0, true);
    if (length < HEADER_BYTES - LENGTH_BYTES) throw new Malformed(`a frame of ${length} bytes`);
    if (length > this.maxFrameBytes) {
      throw new Malformed(
        `a frame of ${length} bytes, and at most ${this.maxFrameBytes} are allowed`,
      );
    }
    if (left < LENGTH_BYTES + length) return undefined;
    const start = this.#at + HEADER_BYTES;
    this.#at += LENGTH_BYTES + length;
    return {
      kind: view.getUint8(4),
      id: view.getUint32(5, true) + view.getUint16(9, true) * 2 ** 32,
      payload: new PayloadReader(this.#bytes, start, this.#at),
    };
  }

  #move(left: number, needed: number): void {
    const size = Math.max(STEP_BYTES, 2 * needed);
    const larger = new Uint8Array(size);
    larger.set(this.#bytes.subarray(this.#at, this.#end));
    this.#bytes = larger;
    this.#at = 0;
    this.#end = left;
    this.#isOwn = true;
  }
}
