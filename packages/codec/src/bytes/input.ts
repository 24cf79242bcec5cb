import { corrupt } from "../codec-error.js";

/** Bytes that are being read, from `at` up to `end`. Never reads outside of these. */
export class Input {
  bytes: Uint8Array;
  at: number;
  end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    if (!(start >= 0 && start <= end && end <= bytes.length)) {
      throw corrupt(`nothing can be read up to ${end} of ${bytes.length} bytes`, start);
    }
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** Goes on by `size` bytes, which must be there; returns where they begin. */
  take(size: number): number {
    const start = this.at;
    if (size > this.end - start) throw this.cutOff();
    this.at = start + size;
    return start;
  }

  byte(): number {
    if (this.at >= this.end) throw this.cutOff();
    return this.bytes[this.at++] as number;
  }

  /** An unsigned integer of 1 to 6 bytes, the most significant first. */
  uint(size: number): number {
    const { bytes } = this;
    const start = this.take(size);
    let high = 0;
    let index = start;
    for (const split = start + size - 4; index < split; index++) {
      high = high * 0x100 + (bytes[index] as number);
    }
    let low = 0;
    for (const end = start + size; index < end; index++)
      low = (low << 8) | (bytes[index] as number);
    return high * 2 ** 32 + (low >>> 0);
  }

  /** See `Output.varint`. Below 2^32. */
  varint(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#restOfVarint(first - 0x80);
  }

  /** A varint that counts what takes `size` bytes each, at least: no more than there can be. */
  count(size: number): number {
    const count = this.varint();
    if (count * size > this.end - this.at) throw this.cutOff();
    return count;
  }

  cutOff(): Error {
    return corrupt("the bytes end too early", this.at);
  }

  #restOfVarint(first: number): number {
    let value = first;
    for (let scale = 0x80; scale < 2 ** 32; scale *= 0x80) {
      const byte = this.byte();
      if (byte < 0x80) return value + byte * scale;
      value += (byte - 0x80) * scale;
    }
    throw corrupt("a length of too many bytes", this.at);
  }
}
