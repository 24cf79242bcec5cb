/**
 * HalfSipHash-1-3 of Aumasson and Bernstein, which Linux calls `hsiphash`: a 32-bit hash for tables. Whoever doesn't know
 * its key can't compute messages that share a hash.
 *
 * Each loop has the round written out: V8 keeps the four numbers in registers only as variables of one function.
 */
export interface SipKey {
  readonly first: number;
  readonly second: number;
}

const THIRD = 0x6c796765;
const FOURTH = 0x74656462;
const FINAL_ROUNDS = 3;

/** Of the words from `start` up to, but without, `end`, of which there is one at least. */
export function sipOfWords(key: SipKey, words: Int32Array, start: number, end: number): number {
  let v0 = key.first;
  let v1 = key.second;
  let v2 = v0 ^ THIRD;
  let v3 = v1 ^ FOURTH;
  const last = end - 1;
  for (let index = start; index < last; index++) {
    const word = words[index] as number;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return finish(v0, v1, v2, v3, words[last] as number);
}

/** Of a string: two characters a word, then its length and what is left. */
export function sipOfString(key: SipKey, text: string): number {
  let v0 = key.first;
  let v1 = key.second;
  let v2 = v0 ^ THIRD;
  let v3 = v1 ^ FOURTH;
  const { length } = text;
  const last = length - 1;
  let index = 0;
  for (; index < last; index += 2) {
    const word = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return finish(v0, v1, v2, v3, (length << 16) | (index === last ? text.charCodeAt(index) : 0));
}

/** The hash after one more word. */
function finish(a: number, b: number, c: number, d: number, word: number): number {
  let v0 = a;
  let v1 = b;
  let v2 = c;
  let v3 = d ^ word;
  for (let round = 0; round <= FINAL_ROUNDS; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    if (round === 0) {
      v0 ^= word;
      v2 ^= 0xff;
    }
  }
  return v1 ^ v3;
}
