import type { Input } from "./input.js";
import type { Output } from "./output.js";

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which word has the sign: that depends on the machine. */
float[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;

const NAN_HIGH = 0x7ff80000;

/** Appends the 8 bytes of a float64, the most significant first, each xor `mask`. There is one form of NaN. */
export function writeFloat64(output: Output, value: number, mask = 0): void {
  output.reserve(8);
  float[0] = value;
  let high = words[HIGH] as number;
  let low = words[1 - HIGH] as number;
  if (Number.isNaN(value)) {
    high = NAN_HIGH;
    low = 0;
  }
  writeUint32(output, high, mask);
  writeUint32(output, low, mask);
}

/** The counterpart of {@link writeFloat64}. */
export function readFloat64(input: Input, mask = 0): number {
  const { bytes } = input;
  const start = input.take(8);
  words[HIGH] = readUint32(bytes, start, mask);
  words[1 - HIGH] = readUint32(bytes, start + 4, mask);
  return float[0] as number;
}

/** For which there is room. */
export function writeUint32(output: Output, value: number, mask: number): void {
  const { bytes, at } = output;
  bytes[at] = (value >>> 24) ^ mask;
  bytes[at + 1] = (value >>> 16) ^ mask;
  bytes[at + 2] = (value >>> 8) ^ mask;
  bytes[at + 3] = value ^ mask;
  output.at = at + 4;
}

/** Of bytes that are there. */
export function readUint32(bytes: Uint8Array, at: number, mask: number): number {
  const value =
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number);
  return (mask === 0 ? value : ~value) >>> 0;
}
