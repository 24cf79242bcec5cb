/** Bytes that grow: numbers with the most significant byte first, as the script reads them. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(256);
  #at = 0;

  byte(value: number): this {
    this.#reserve(1);
    this.#at = this.#bytes.writeUInt8(value, this.#at);
    return this;
  }

  number(value: number): this {
    this.#reserve(4);
    this.#at = this.#bytes.writeUInt32BE(value, this.#at);
    return this;
  }

  double(value: number): this {
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
    return this;
  }

  /** A length, and so many bytes. */
  text(value: Uint8Array | string): this {
    if (typeof value === "string") {
      // ASCII: names and digits.
      this.number(value.length).#reserve(value.length);
      this.#at += this.#bytes.write(value, this.#at, "latin1");
      return this;
    }
    return this.number(value.length).bytes(value);
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** What was written. The writer isn't used any more. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(count: number): void {
    const { length } = this.#bytes;
    if (this.#at + count <= length) return;
    const grown = Buffer.allocUnsafe(Math.max(2 * length, this.#at + count));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}
