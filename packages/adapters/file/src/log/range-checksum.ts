import { checksum, shiftChecksum } from "../format/checksum.js";

const STEP_BYTES = 2 ** 10;

/** Reads as many bytes of a file, or fewer at its end; returns how many. */
export type ReadAt = (buffer: Buffer, offset: number, length: number) => number;

/**
 * The checksums of any ranges of a file, each in a time that doesn't depend on its length: a range of many bytes is made
 * up of what was read once. So to try many ranges takes a time in proportion to their number and to the file.
 */
export class RangeChecksum {
  readonly #read: ReadAt;
  readonly #base: number;
  readonly #buffer = Buffer.allocUnsafe(STEP_BYTES);
  /** The CRC, before its last inversion, of the bytes from the base up to each step, begun with 0. */
  readonly #steps: number[] = [0];

  /** @param base ranges begin here, or behind it */
  constructor(read: ReadAt, base: number) {
    this.#read = read;
    this.#base = base;
  }

  /** The checksum of the bytes from `start` up to `end`, all of which are there, going on from `before`. */
  of(start: number, end: number, before: number): number {
    const first = Math.ceil((start - this.#base) / STEP_BYTES);
    const last = Math.floor((end - this.#base) / STEP_BYTES);
    if (first >= last) return this.#direct(start, end, before);
    const head = this.#direct(start, this.#offsetOf(first), before);
    const bytes = (last - first) * STEP_BYTES;
    const middle = this.#stepAt(last) ^ shiftChecksum(this.#stepAt(first) ^ ~head, bytes);
    return this.#direct(this.#offsetOf(last), end, ~middle >>> 0);
  }

  #offsetOf(step: number): number {
    return this.#base + step * STEP_BYTES;
  }

  #stepAt(step: number): number {
    for (let known = this.#steps.length; known <= step; known++) {
      const before = ~(this.#steps[known - 1] as number) >>> 0;
      this.#steps.push(~this.#direct(this.#offsetOf(known - 1), this.#offsetOf(known), before));
    }
    return this.#steps[step] as number;
  }

  #direct(start: number, end: number, before: number): number {
    let sum = before;
    for (let at = start; at < end; at += STEP_BYTES) {
      const length = Math.min(STEP_BYTES, end - at);
      const read = this.#read(this.#buffer, at, length);
      sum = checksum(this.#buffer, 0, read, sum);
    }
    return sum;
  }
}
