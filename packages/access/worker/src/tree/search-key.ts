import { encodeKey, encodeKeyInto, type Key } from "@store/codec";

/**
 * A key as trees have it: its encoding in words, the first byte highest and zeros behind the last, so that words compare
 * as the bytes do; and a prefix of 32 bits by which it is compared first. In an ordered tree the prefix is the first word,
 * in one that is hashed a hash of all of them.
 */
export class SearchKey {
  /** In bytes. */
  length = 0;
  count = 0;
  /** Unsigned. */
  prefix = 0;
  words = new Int32Array(16);
  #bytes = new Uint8Array(64);

  /** @param seed of the hash; 0: ordered */
  set(key: Key, seed: number): this {
    let length = encodeKeyInto(key, this.#bytes, 0);
    if (length < 0) {
      const encoded = encodeKey(key);
      this.#bytes = new Uint8Array(2 * encoded.length);
      this.#bytes.set(encoded);
      length = encoded.length;
    }
    const count = (length + 3) >> 2;
    if (count > this.words.length) this.words = new Int32Array(2 * count);
    const { words } = this;
    const bytes = this.#bytes;
    for (let at = length; at < 4 * count; at++) bytes[at] = 0;
    for (let index = 0, at = 0; index < count; index++, at += 4) {
      words[index] =
        ((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number);
    }
    this.length = length;
    this.count = count;
    return this.rehash(seed);
  }

  /** The encoded key. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(4 * this.count);
    for (let index = 0, at = 0; index < this.count; index++, at += 4) {
      const word = this.words[index] as number;
      bytes[at] = word >>> 24;
      bytes[at + 1] = word >>> 16;
      bytes[at + 2] = word >>> 8;
      bytes[at + 3] = word;
    }
    return bytes.subarray(0, this.length);
  }

  /** Negative, 0 or positive, in the order of the tree that both are keys of. */
  compare(other: SearchKey): number {
    if (this.prefix !== other.prefix) return this.prefix < other.prefix ? -1 : 1;
    const shared = Math.min(this.count, other.count);
    for (let index = 0; index < shared; index++) {
      const a = (this.words[index] as number) >>> 0;
      const b = (other.words[index] as number) >>> 0;
      if (a !== b) return a < b ? -1 : 1;
    }
    return this.length - other.length;
  }

  copy(other: SearchKey): this {
    if (other.count > this.words.length) this.words = new Int32Array(2 * other.count);
    for (let index = 0; index < other.count; index++) {
      this.words[index] = other.words[index] as number;
    }
    this.length = other.length;
    this.count = other.count;
    this.prefix = other.prefix;
    return this;
  }

  /** The key whose words stand in shared memory, not to be trusted before it is known that nobody changed them. */
  load(words: Int32Array, at: number, length: number, prefix: number): this {
    const count = wordsOf(length);
    if (count > this.words.length) this.words = new Int32Array(2 * count);
    if (at + count > words.length) throw BEYOND;
    for (let index = 0; index < count; index++) this.words[index] = words[at + index] as number;
    this.length = length;
    this.count = count;
    this.prefix = prefix;
    return this;
  }

  /** The prefix anew, of the words that it has. */
  rehash(seed: number): this {
    const { words, count } = this;
    this.prefix = seed === 0 ? (words[0] as number) >>> 0 : hash(words, count, seed);
    return this;
  }

  /** How a key in shared memory compares to this one. */
  compareTo(words: Int32Array, at: number, length: number): number {
    const mine = this.words;
    const shared = Math.min(this.count, wordsOf(length));
    if (at + shared > words.length) throw BEYOND;
    for (let index = 0; index < shared; index++) {
      const a = words[at + index] as number;
      const b = mine[index] as number;
      if (a !== b) return a >>> 0 < b >>> 0 ? -1 : 1;
    }
    return length - this.length;
  }
}

/** Thrown for an address behind the end of the views: in memory that was added, or nowhere. */
export const BEYOND = new RangeError("an address behind the end of the views");

export function wordsOf(bytes: number): number {
  return (bytes + 3) >>> 2;
}

/** The finish of MurmurHash3 over its rounds, of whole words. */
function hash(words: Int32Array, count: number, seed: number): number {
  let state = seed;
  for (let index = 0; index < count; index++) {
    let word = Math.imul(words[index] as number, 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    state ^= Math.imul(word, 0x1b873593);
    state = (state << 13) | (state >>> 19);
    state = (Math.imul(state, 5) + 0xe6546b64) | 0;
  }
  state ^= count;
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  state = Math.imul(state, 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
