import { wordsOf } from "./search-key.js";

/**
 * A record in shared memory, in words:
 *
 *   0 the allocator's
 *   1 length of the key in bytes; above, {@link HAS_MOMENT}, {@link IS_COUNTER}
 *   2 length of the elements in bytes; of a counter, its cell
 *   3 of a counter: the generation of its cell
 *   3 of a bag: the next record of the key, 0 at the end
 *   4 of a bag: the last record of the key, kept by the first
 *   5 of a bag: a hash of the record
 *   . two words of the moment, if it has one
 *   . the key, then the elements, each from a word on
 */
export const KEY_LENGTH = 1;
export const ELEMENTS_LENGTH = 2;
export const CELL = 2;
export const GENERATION = 3;
export const NEXT_RECORD = 3;
export const LAST_RECORD = 4;
export const RECORD_HASH = 5;

export const HAS_MOMENT = 1 << 31;
export const IS_COUNTER = 1 << 30;
export const LENGTH_MASK = IS_COUNTER - 1;

const SET_HEADER = 3;
const COUNTER_HEADER = 4;
const BAG_HEADER = 6;
export const MOMENT_WORDS = 2;

/** Where the moment, or else the key begins. */
export function headerWords(flags: number, isBag: boolean): number {
  if (isBag) return BAG_HEADER;
  return (flags & IS_COUNTER) === 0 ? SET_HEADER : COUNTER_HEADER;
}

export function keyOffset(flags: number, isBag: boolean): number {
  return headerWords(flags, isBag) + (flags < 0 ? MOMENT_WORDS : 0);
}

export function elementsOffset(flags: number, isBag: boolean): number {
  return keyOffset(flags, isBag) + wordsOf(flags & LENGTH_MASK);
}

const float = new Float64Array(1);
const halves = new Int32Array(float.buffer);

export function loadMoment(words: Int32Array, at: number): number {
  halves[0] = words[at] as number;
  halves[1] = words[at + 1] as number;
  return float[0] as number;
}

export function storeMoment(words: Int32Array, at: number, moment: number): void {
  float[0] = moment;
  Atomics.store(words, at, halves[0] as number);
  Atomics.store(words, at + 1, halves[1] as number);
}
