import type { Bound, ScanRange } from "@store/core";
import type { FrameWriter } from "./frame-writer.js";
import { Malformed } from "./malformed.js";
import type { PayloadReader } from "./payload-reader.js";

const LOWER = 1;
const LOWER_INCLUSIVE = 2;
const UPPER = 4;
const UPPER_INCLUSIVE = 8;
const REVERSE = 16;

export function writeRange(output: FrameWriter, { lower, upper, reverse, limit }: ScanRange): void {
  output.byte(
    (lower === undefined ? 0 : LOWER + (lower.inclusive ? LOWER_INCLUSIVE : 0)) +
      (upper === undefined ? 0 : UPPER + (upper.inclusive ? UPPER_INCLUSIVE : 0)) +
      (reverse ? REVERSE : 0),
  );
  output.float(limit);
  if (lower !== undefined) output.key(lower.key);
  if (upper !== undefined) output.key(upper.key);
}

export function readRange(input: PayloadReader): ScanRange {
  const flags = input.byte();
  if (flags >= 2 * REVERSE) throw new Malformed(`a range has no flags ${flags}`);
  const limit = readLimit(input);
  const bound = (isThere: number, isInclusive: number): Bound | undefined =>
    flags & isThere ? { key: input.key(), inclusive: (flags & isInclusive) !== 0 } : undefined;
  const lower = bound(LOWER, LOWER_INCLUSIVE);
  const upper = bound(UPPER, UPPER_INCLUSIVE);
  return { lower, upper, reverse: (flags & REVERSE) !== 0, limit };
}

/** How many at most: an integer from 0, or `Infinity`. */
export function readLimit(input: PayloadReader): number {
  const limit = input.float();
  if (limit === Number.POSITIVE_INFINITY || (Number.isSafeInteger(limit) && limit >= 0)) {
    return limit;
  }
  throw new Malformed(`${limit} is no limit`);
}

/** How many: an integer from 0. */
export function readCount(input: PayloadReader): number {
  const count = readLimit(input);
  if (count !== Number.POSITIVE_INFINITY) return count;
  throw new Malformed(`${count} is no number of items`);
}
