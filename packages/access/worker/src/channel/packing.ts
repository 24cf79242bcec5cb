import { decodeElements, encodeElements, encodeElementsInto } from "@store/codec";

/** Levels of arrays that a message itself may have: above, what records hold. */
const LEVELS = 7;
const LEAF = 0;
const LIST = 1;
const HEAD_BYTES = 5;
/** A buffer that has grown above this isn't kept. */
const KEPT_BYTES = 2 ** 20;

/**
 * Values as bytes: the arrays of the first levels one by one, and what they hold each as an element of a record. So a key or
 * an element that nests as deep as a record may hold it can be sent within others.
 */
export function pack(value: unknown): Uint8Array {
  const packer = spare ?? new Packer();
  spare = undefined;
  const bytes = packer.pack(value);
  spare = packer;
  return bytes;
}

/** The counterpart of {@link pack}. */
export function unpack(bytes: Uint8Array): unknown {
  return new Unpacker(bytes).next();
}

class Packer {
  #bytes = new Uint8Array(2 ** 12);
  #at = 0;

  pack(value: unknown): Uint8Array {
    this.#at = 0;
    this.#add(value, 0);
    const result = this.#bytes.slice(0, this.#at);
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = new Uint8Array(2 ** 12);
    return result;
  }

  #add(value: unknown, level: number): void {
    if (level < LEVELS && Array.isArray(value)) {
      this.#head(LIST, value.length);
      for (const each of value) this.#add(each, level + 1);
      return;
    }
    this.#reserve(HEAD_BYTES);
    const start = this.#at + HEAD_BYTES;
    const record = [0, value] as const;
    let end = encodeElementsInto(record, this.#bytes, start);
    if (end < 0) {
      const encoded = encodeElements(record);
      this.#reserve(HEAD_BYTES + encoded.length);
      this.#bytes.set(encoded, start);
      end = start + encoded.length;
    }
    this.#head(LEAF, end - start);
    this.#at = end;
  }

  #head(tag: number, size: number): void {
    this.#reserve(HEAD_BYTES);
    const bytes = this.#bytes;
    bytes[this.#at] = tag;
    bytes[this.#at + 1] = size;
    bytes[this.#at + 2] = size >>> 8;
    bytes[this.#at + 3] = size >>> 16;
    bytes[this.#at + 4] = size >>> 24;
    this.#at += HEAD_BYTES;
  }

  #reserve(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#at + size));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

let spare: Packer | undefined;

class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): unknown {
    const bytes = this.#bytes;
    const at = this.#at;
    const size =
      ((bytes[at + 1] as number) |
        ((bytes[at + 2] as number) << 8) |
        ((bytes[at + 3] as number) << 16) |
        ((bytes[at + 4] as number) << 24)) >>>
      0;
    this.#at += HEAD_BYTES;
    if (bytes[at] === LIST) {
      const list: unknown[] = [];
      for (let index = 0; index < size; index++) list.push(this.next());
      return list;
    }
    const start = this.#at;
    this.#at += size;
    return decodeElements(0, bytes, start, this.#at)[1];
  }
}
