import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sipOfString, sipOfWords } from "../../../src/values/hashing/half-sip.js";

const KEY = { first: 0x03020100, second: 0x07060504 };

/** `hsiphash` of the bytes 0, 1, 2 ..., from 0 to 7 of them, under that key, on 32 bits: lib/siphash_kunit.c of Linux. */
const VECTORS = [
  0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6,
];

/** The message as HalfSipHash has it: little-endian words, the last of which has the length. */
function wordsOf(bytes: readonly number[]): Int32Array {
  const words = new Int32Array((bytes.length >> 2) + 1);
  for (const [index, byte] of bytes.entries()) {
    words[index >> 2] = (words[index >> 2] as number) | (byte << (8 * (index & 3)));
  }
  const last = words.length - 1;
  words[last] = (words[last] as number) | (bytes.length << 24);
  return words;
}

describe("sipOfWords", () => {
  test.each(VECTORS.map((hash, length) => [length, hash]))(
    "of the message of %i bytes is the published vector",
    (length, hash) => {
      const words = wordsOf([...Array(length).keys()]);
      expect(sipOfWords(KEY, words, 0, words.length) >>> 0).toBe(hash);
    },
  );

  test("looks at the words from start to end only", () => {
    const words = Int32Array.of(9, 1, 2, 3, 9);
    expect(sipOfWords(KEY, words, 1, 4)).toBe(sipOfWords(KEY, Int32Array.of(1, 2, 3), 0, 3));
  });
});

describe("sipOfString", () => {
  test("is that of its characters, two a word, and its length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const codes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
        const words: number[] = [];
        for (let index = 0; index + 1 < codes.length; index += 2) {
          words.push((codes[index] as number) | ((codes[index + 1] as number) << 16));
        }
        words.push((codes.length << 16) | (codes.length % 2 === 1 ? (codes.at(-1) as number) : 0));
        expect(sipOfString(KEY, text)).toBe(
          sipOfWords(KEY, Int32Array.from(words), 0, words.length),
        );
      }),
    );
  });
});
