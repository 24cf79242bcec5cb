import { TermError } from "./term-error.js";

/** Bytes read in order. Whatever reaches beyond their end is a {@link TermError}. */
export class ByteReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get position(): number {
    return this.#position;
  }

  get remaining(): number {
    return this.#bytes.length - this.#position;
  }

  u8(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  i32(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#advance(8));
  }

  f64(): number {
    return this.#bytes.readDoubleBE(this.#advance(8));
  }

  /** A view, not a copy. */
  bytes(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** How many parts follow, each of so many bytes at least: checked before anybody makes room for them. */
  count(parts: number, leastBytes: number): number {
    if (parts * leastBytes > this.remaining)
      throw new TermError(`${parts} parts reach beyond the end of the term`);
    return parts;
  }

  #advance(bytes: number): number {
    const start = this.#position;
    if (bytes > this.#bytes.length - start) throw new TermError("the term is cut");
    this.#position = start + bytes;
    return start;
  }
}
