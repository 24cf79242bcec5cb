/** Reads what the script has answered, from the beginning to the end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  number(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  double(): number {
    this.#at += 8;
    return this.#bytes.readDoubleBE(this.#at - 8);
  }

  /** Bytes of the answer itself: whoever keeps them keeps all of it. */
  text(): Buffer {
    const end = this.number() + this.#at;
    const value = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return value;
  }

  /** As many as a number says, each as `read` reads it. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }
}
