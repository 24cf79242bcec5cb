// Both through hexadecimal digits, which takes a time proportional to the size for any.

/** The bytes of a bigint above 0, the most significant first. */
export function magnitudeOf(value: bigint): Uint8Array {
  const digits = value.toString(16);
  const size = Math.ceil(digits.length / 2);
  const bytes = new Uint8Array(size);
  // With an odd number of digits the first byte has one.
  let at = digits.length - 2 * size;
  for (let index = 0; index < size; index++, at += 2) {
    bytes[index] = digitAt(digits, at) * 16 + digitAt(digits, at + 1);
  }
  return bytes;
}

function digitAt(digits: string, at: number): number {
  if (at < 0) return 0;
  const code = digits.charCodeAt(at);
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/** The counterpart of {@link magnitudeOf}, of bytes that are there, each xor `mask`. */
export function bigintFrom(bytes: Uint8Array, start: number, end: number, mask = 0): bigint {
  const pieces = ["0x"];
  for (let from = start; from < end; from += PIECE) {
    const to = Math.min(end, from + PIECE);
    let digits = "";
    for (let index = from; index < to; index++) {
      digits += HEX[((bytes[index] as number) ^ mask) & 0xff];
    }
    pieces.push(digits);
  }
  return BigInt(pieces.join(""));
}

/** So many bytes are put together at a time: a string that is made of too many others takes many times its length. */
const PIECE = 1_024;

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
