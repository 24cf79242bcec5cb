import { magnitudeOf } from "../bytes/bigint.js";
import { writeFloat64, writeUint32 } from "../bytes/float64.js";
import type { Output } from "../bytes/output.js";
import * as tag from "./record-tags.js";

const INTEGER_SPAN = 0x100 ** tag.INTEGER_BYTES;
const WORD_SPAN = 2 ** 32;

/** Appends a number: any. An integer of up to 6 bytes takes as many as it needs; but for -0, which is a float64. */
export function writeNumber(output: Output, value: number): void {
  output.reserve(9);
  if (
    value >= 0 &&
    value < tag.SMALL_LIMIT &&
    (value | 0) === value &&
    (value > 0 || 1 / value > 0)
  ) {
    output.bytes[output.at++] = tag.SMALL + value;
  } else if (
    value < INTEGER_SPAN &&
    value > -INTEGER_SPAN &&
    value !== 0 &&
    Math.floor(value) === value
  ) {
    if (value > 0) writeInteger(output, tag.INTEGER, value);
    else writeInteger(output, tag.MINUS_INTEGER, -1 - value);
  } else {
    output.bytes[output.at++] = tag.FLOAT64;
    writeFloat64(output, value);
  }
}

/** Appends an integer from 0 on, for which there is room. */
function writeInteger(output: Output, first: number, value: number): void {
  const { bytes } = output;
  let { at } = output;
  if (value < 0x100) {
    bytes[at++] = first + 1;
  } else if (value < 0x10000) {
    bytes[at++] = first + 2;
    bytes[at++] = value >>> 8;
  } else if (value < WORD_SPAN) {
    const isThree = value < 0x1000000;
    bytes[at++] = first + (isThree ? 3 : 4);
    if (!isThree) bytes[at++] = value >>> 24;
    bytes[at++] = value >>> 16;
    bytes[at++] = value >>> 8;
  } else {
    const high = Math.floor(value / WORD_SPAN);
    const low = value >>> 0;
    const isFive = high < 0x100;
    bytes[at++] = first + (isFive ? 5 : 6);
    if (!isFive) bytes[at++] = high >>> 8;
    bytes[at++] = high;
    bytes[at++] = low >>> 24;
    bytes[at++] = low >>> 16;
    bytes[at++] = low >>> 8;
  }
  bytes[at] = value >>> 0;
  output.at = at + 1;
}

/** Appends a bigint: how many bytes, and they. */
export function writeBigint(output: Output, value: bigint): void {
  const isMinus = value < 0n;
  const magnitude = isMinus ? -value : value;
  output.byte(isMinus ? tag.MINUS_BIGINT : tag.BIGINT);
  if (magnitude >= 2n ** 64n) {
    const digits = magnitudeOf(magnitude);
    output.varint(digits.length);
    output.append(digits);
    return;
  }
  output.reserve(9);
  const high = Number(magnitude >> 32n);
  const low = Number(magnitude & 0xffff_ffffn);
  const size = high > 0 ? 4 + bytesOf(high) : bytesOf(low);
  output.bytes[output.at++] = size;
  if (high > 0) {
    writeLowBytes(output, high, size - 4);
    writeUint32(output, low, 0);
  } else {
    writeLowBytes(output, low, size);
  }
}

/** How many bytes an unsigned integer of 32 bits takes: none for 0. */
function bytesOf(value: number): number {
  return Math.ceil((32 - Math.clz32(value)) / 8);
}

function writeLowBytes(output: Output, value: number, size: number): void {
  for (let shift = 8 * size - 8; shift >= 0; shift -= 8) {
    output.bytes[output.at++] = value >>> shift;
  }
}
