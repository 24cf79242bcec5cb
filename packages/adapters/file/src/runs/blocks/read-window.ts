import { HEADER_BYTES } from "../../format/run/run-header.js";
import type { BlockSource } from "./block-source.js";

/** Read at once at first, and at most. */
const FIRST_BYTES = 2 ** 14;
const MOST_BYTES = 2 ** 16;

/** Blocks of a run that a scan reads ahead, past the cache. */
export class ReadWindow {
  /** Has the bytes of the run from {@link start} up to {@link end}; their checksums aren't compared yet. */
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  readonly #source: BlockSource;
  /** Where the blocks of the run end. */
  readonly #limit: number;

  constructor(source: BlockSource, limit: number) {
    this.#source = source;
    this.#limit = limit;
  }

  has(offset: number, length: number): boolean {
    return offset >= this.start && offset + length <= this.end;
  }

  /** Reads a block and those behind it, or those before it if `isBackward`; each time more. */
  fill(offset: number, length: number, isBackward: boolean): void {
    const before = this.end - this.start;
    const bytes = Math.max(length, Math.min(MOST_BYTES, Math.max(FIRST_BYTES, before * 2)));
    const end = isBackward ? offset + length : Math.min(offset + bytes, this.#limit);
    const start = isBackward ? Math.max(end - bytes, HEADER_BYTES) : offset;
    this.clear();
    if (this.buffer.length < bytes || this.buffer.length > MOST_BYTES) {
      this.buffer = Buffer.allocUnsafeSlow(bytes);
    }
    const read = this.#source.readAround(this.buffer, start, end - start);
    if (start + read < offset + length) {
      throw this.#source.corrupt(offset, `cut off bytes (${length})`);
    }
    this.start = start;
    this.end = start + read;
  }

  clear(): void {
    this.end = this.start;
  }
}
