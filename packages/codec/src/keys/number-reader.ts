import { bigintFrom } from "../bytes/bigint.js";
import { readFloat64, readUint32 } from "../bytes/float64.js";
import type { Input } from "../bytes/input.js";
import * as tag from "./key-tags.js";
import { LARGE_HEAD_BYTES } from "./number-writer.js";

const LOW_SPAN = 2 ** 30;

/** Reads the number or bigint behind its tag, which is that of one. Undefined for bytes that no number has. */
export function readNumericKey(input: Input, first: number): number | bigint | undefined {
  switch (first) {
    case tag.ZERO:
      return 0;
    case tag.BIG_ZERO:
      return 0n;
    case tag.FRACTION:
      return readFraction(input, 0);
    case tag.MINUS_FRACTION:
      return negated(readFraction(input, 0xff));
    case tag.LARGE:
      return readLarge(input, 0, tag.SUFFIXES);
    case tag.MINUS_LARGE:
      return negated(readLarge(input, 0xff, tag.MINUS_SUFFIXES));
    case tag.INFINITY:
      return Number.POSITIVE_INFINITY;
    case tag.MINUS_INFINITY:
      return Number.NEGATIVE_INFINITY;
  }
  return first > tag.INTEGER
    ? readInteger(input, first - tag.INTEGER, 0, tag.SUFFIXES)
    : negated(readInteger(input, tag.MINUS_INTEGER - first, 0xff, tag.MINUS_SUFFIXES));
}

function negated(value: number | bigint | undefined): number | bigint | undefined {
  return value === undefined ? undefined : -value;
}

function readInteger(
  input: Input,
  size: number,
  mask: number,
  suffixes: tag.Suffixes,
): number | bigint | undefined {
  const { bytes } = input;
  let at = input.take(size);
  // No integer has a byte more than it needs.
  if (bytes[at] === mask) return undefined;
  let high = 0;
  for (let left = size; left > 4; left--) high = high * 0x100 + ((bytes[at++] as number) ^ mask);
  let tail = 0;
  for (let left = Math.min(size, 4); left > 0; left--) {
    tail = (tail << 8) | ((bytes[at++] as number) ^ mask);
  }
  const low = tail >>> 2;
  if (high === 0 && low === 0) return undefined;
  switch (tail & 3) {
    case suffixes.number:
      return exact(high, low);
    case suffixes.bigint:
      return (BigInt(high) << 30n) | BigInt(low);
    case suffixes.more:
      return readFractionPart(input, exact(high, low), mask);
  }
  return undefined;
}

/** The number that is `high` × 2^30 + `low`, if one is. */
function exact(high: number, low: number): number | undefined {
  const value = high * LOW_SPAN + low;
  return Math.floor(value / LOW_SPAN) === high && value % LOW_SPAN === low ? value : undefined;
}

function readFractionPart(
  input: Input,
  integer: number | undefined,
  mask: number,
): number | undefined {
  const { bytes } = input;
  const at = input.take(7);
  const high =
    (((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)) ^
    (mask * 0x10101);
  const low = readUint32(bytes, at + 3, mask);
  const sum = high + low / 2 ** 32;
  const fraction = sum / 2 ** 24;
  // 56 bits may be more than a number has: then the sum is rounded.
  if (integer === undefined || fraction === 0 || (sum - high) * 2 ** 32 !== low) return undefined;
  const value = integer + fraction;
  return Math.floor(value) === integer && value - integer === fraction ? value : undefined;
}

function readFraction(input: Input, mask: number): number | undefined {
  const value = readFloat64(input, mask);
  return value > 0 && value < 1 ? value : undefined;
}

function readLarge(
  input: Input,
  mask: number,
  suffixes: tag.Suffixes,
): number | bigint | undefined {
  const size = readUint32(input.bytes, input.take(4), mask);
  const head = input.take(LARGE_HEAD_BYTES);
  const suffix = input.byte() ^ mask;
  if (size <= LARGE_HEAD_BYTES || input.bytes[head] === mask) return undefined;
  const high = readUint32(input.bytes, head, mask);
  const low = readUint32(input.bytes, head + 4, mask);
  // Below 2^70 it would have been an integer of fewer bytes.
  if (size === LARGE_HEAD_BYTES + 1 && high < 2 ** 30) return undefined;
  if (suffix === suffixes.number) return largeNumber(size, high, low);
  if (suffix !== suffixes.bigint && suffix !== suffixes.more) return undefined;
  const rest = input.take(size - LARGE_HEAD_BYTES);
  let isExact = true;
  for (let at = rest; at < input.at && isExact; at++) isExact = input.bytes[at] === mask;
  if (isExact !== (suffix === suffixes.bigint)) return undefined;
  const shift = BigInt(8 * (size - LARGE_HEAD_BYTES));
  const top = (BigInt(high) << 32n) | BigInt(low);
  return (top << shift) | bigintFrom(input.bytes, rest, input.at, mask);
}

function largeNumber(size: number, high: number, low: number): number | undefined {
  const head = high * 2 ** 32 + low;
  if (Math.floor(head / 2 ** 32) !== high || head % 2 ** 32 !== low) return undefined;
  const value = head * 0x100 ** (size - LARGE_HEAD_BYTES);
  return value < Number.POSITIVE_INFINITY ? value : undefined;
}
