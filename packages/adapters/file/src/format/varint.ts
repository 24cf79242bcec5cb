// A varint is seven bits of a number a byte, the lowest first; 0x80 in a byte says that more follow (LEB128).

/** The most bytes of one. */
export const MAX_VARINT_BYTES = 8;

/** Writes a safe integer from 0 on; returns where it ends. */
export function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = 0x80 + (rest % 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes[at] = rest;
  return at + 1;
}

/** How many bytes {@link writeVarint} writes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest /= 0x80) bytes++;
  return bytes;
}

/** Reads one that {@link writeVarint} has written. */
export function readVarint(bytes: Uint8Array, start: number): number {
  let value = 0;
  let at = start;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = bytes[at++] as number;
    if (byte < 0x80) return value + byte * scale;
    value += (byte - 0x80) * scale;
  }
}

/** Reads varints that stand one after another, and what else is between them. */
export class VarintReader {
  /** Where the next one begins. */
  at: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.at = start;
  }

  /** Of bytes that {@link writeVarint} hasn't written it makes any number, Infinity or NaN. */
  next(): number {
    const first = this.#bytes[this.at++] as number;
    return first < 0x80 ? first : this.#goOn(first - 0x80);
  }

  #goOn(first: number): number {
    let value = first;
    for (let scale = 0x80; ; scale *= 0x80) {
      const byte = this.#bytes[this.at++] as number;
      if (!(byte >= 0x80)) return value + byte * scale;
      value += (byte - 0x80) * scale;
    }
  }
}
