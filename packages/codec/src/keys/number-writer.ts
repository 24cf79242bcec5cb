import { magnitudeOf } from "../bytes/bigint.js";
import { writeFloat64, writeUint32 } from "../bytes/float64.js";
import type { Output } from "../bytes/output.js";
import { CodecError } from "../codec-error.js";
import * as tag from "./key-tags.js";

const LOW_BITS = 30;
const LOW_SPAN = 2 ** LOW_BITS;
const LOW_MASK = BigInt(LOW_SPAN - 1);
/** An integer part as large as this is `LARGE`. */
const INTEGER_SPAN = 2 ** 70;
const BIG_INTEGER_SPAN = 2n ** 70n;
const FRACTION_SPAN = 2 ** 24;

/** Bytes of a magnitude that stand before its suffix in a `LARGE` number: those of a number aren't in later ones. */
export const LARGE_HEAD_BYTES = 8;

/** Appends a number. NaN isn't a key. */
export function writeNumberKey(output: Output, value: number): void {
  if (value === 0) {
    output.byte(tag.ZERO);
    return;
  }
  const isMinus = value < 0;
  const magnitude = isMinus ? -value : value;
  if (magnitude < 1) {
    writeFraction(output, magnitude, isMinus);
    return;
  }
  if (magnitude >= INTEGER_SPAN) {
    writeLargeNumber(output, magnitude, isMinus);
    return;
  }
  if (!(magnitude > 0)) throw new CodecError("STORE_INVALID_KEY", "NaN is no key");
  const integer = Math.floor(magnitude);
  const high = Math.floor(integer / LOW_SPAN);
  const low = integer - high * LOW_SPAN;
  const suffixes = isMinus ? tag.MINUS_SUFFIXES : tag.SUFFIXES;
  if (integer === magnitude) {
    writeInteger(output, high, low, suffixes.number, isMinus);
  } else {
    writeInteger(output, high, low, suffixes.more, isMinus);
    writeFractionPart(output, magnitude - integer, isMinus ? 0xff : 0);
  }
}

/** Appends a bigint. */
export function writeBigintKey(output: Output, value: bigint): void {
  if (value === 0n) {
    output.byte(tag.BIG_ZERO);
    return;
  }
  const isMinus = value < 0n;
  const magnitude = isMinus ? -value : value;
  if (magnitude >= BIG_INTEGER_SPAN) {
    writeLargeBigint(output, magnitude, isMinus);
    return;
  }
  const high = Number(magnitude >> BigInt(LOW_BITS));
  const low = Number(magnitude & LOW_MASK);
  const { bigint } = isMinus ? tag.MINUS_SUFFIXES : tag.SUFFIXES;
  writeInteger(output, high, low, bigint, isMinus);
}

/** Appends the integer part `high` × 2^30 + `low`, which isn't 0, with what follows it in the two bits below. */
function writeInteger(
  output: Output,
  high: number,
  low: number,
  suffix: number,
  isMinus: boolean,
): void {
  output.reserve(1 + tag.INTEGER_BYTES);
  const tail = low * 4 + suffix;
  const size = high === 0 ? bytesOf(tail) : 4 + bytesOf(high);
  const mask = isMinus ? 0xff : 0;
  const { bytes } = output;
  let { at } = output;
  bytes[at++] = isMinus ? tag.MINUS_INTEGER - size : tag.INTEGER + size;
  if (size > 4) {
    for (let scale = 0x100 ** (size - 5); scale >= 1; scale /= 0x100) {
      bytes[at++] = Math.floor(high / scale) ^ mask;
    }
  }
  for (let shift = 8 * Math.min(size, 4) - 8; shift >= 0; shift -= 8) {
    bytes[at++] = (tail >>> shift) ^ mask;
  }
  output.at = at;
}

/** How many bytes an integer from 1 to 2^40 - 1 takes. */
function bytesOf(value: number): number {
  if (value < 0x100) return 1;
  if (value < 0x10000) return 2;
  if (value < 0x1000000) return 3;
  return value < 0x100000000 ? 4 : 5;
}

/** Appends a number between 0 and 1: its float64. */
function writeFraction(output: Output, magnitude: number, isMinus: boolean): void {
  output.byte(isMinus ? tag.MINUS_FRACTION : tag.FRACTION);
  writeFloat64(output, magnitude, isMinus ? 0xff : 0);
}

/** Appends what is behind the point, of a number above 1: 7 bytes hold all that there is. */
function writeFractionPart(output: Output, fraction: number, mask: number): void {
  output.reserve(7);
  const scaled = fraction * FRACTION_SPAN;
  const high = Math.floor(scaled);
  const { bytes, at } = output;
  bytes[at] = (high >>> 16) ^ mask;
  bytes[at + 1] = (high >>> 8) ^ mask;
  bytes[at + 2] = high ^ mask;
  output.at = at + 3;
  writeUint32(output, (scaled - high) * 2 ** 32, mask);
}

/** Appends a number from 2^70 on: how many bytes it has, the first 8 of them, and the suffix. The others are 0. */
function writeLargeNumber(output: Output, magnitude: number, isMinus: boolean): void {
  const mask = isMinus ? 0xff : 0;
  if (magnitude === Number.POSITIVE_INFINITY) {
    output.byte(isMinus ? tag.MINUS_INFINITY : tag.INFINITY);
    return;
  }
  // A power of two divides exactly, and 8 bytes have all 53 bits wherever the first of these is in its byte.
  let size = LARGE_HEAD_BYTES;
  let head = magnitude;
  while (head >= 2 ** 64) {
    head /= 0x100;
    size++;
  }
  output.byte(isMinus ? tag.MINUS_LARGE : tag.LARGE);
  output.reserve(4 + LARGE_HEAD_BYTES + 1);
  writeUint32(output, size, mask);
  writeUint32(output, Math.floor(head / 2 ** 32), mask);
  writeUint32(output, head % 2 ** 32, mask);
  output.byte((isMinus ? tag.MINUS_SUFFIXES : tag.SUFFIXES).number ^ mask);
}

/** The same for a bigint, then the others of its bytes. */
function writeLargeBigint(output: Output, magnitude: bigint, isMinus: boolean): void {
  const mask = isMinus ? 0xff : 0;
  const suffixes = isMinus ? tag.MINUS_SUFFIXES : tag.SUFFIXES;
  const digits = magnitudeOf(magnitude);
  const rest = digits.subarray(LARGE_HEAD_BYTES);
  if (isMinus)
    for (let index = 0; index < digits.length; index++) digits[index] = ~(digits[index] as number);
  output.byte(isMinus ? tag.MINUS_LARGE : tag.LARGE);
  output.reserve(4);
  writeUint32(output, digits.length, mask);
  output.append(digits.subarray(0, LARGE_HEAD_BYTES));
  const isExact = rest.every((byte) => byte === mask);
  output.byte((isExact ? suffixes.bigint : suffixes.more) ^ mask);
  output.append(rest);
}
