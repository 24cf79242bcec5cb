import { compareKeys } from "../format/key-order.js";
import { CHANGE_HEADER_BYTES, keyLength } from "../format/log/change.js";
import type { LogBuffer } from "../log/log-buffer.js";
import type { EntryIndex } from "./entry-index.js";

/** A number below this and four bytes of a key fit in the 53 bits of a double. */
const MOST_ENTRIES = 2 ** 21;
/** Fewer are compared with one another. */
const FEW = 24;

/**
 * Some entries, those from `first` up to `end`, in the order of their keys: by four bytes at a time, which are sorted as
 * numbers, and only where these are equal by the next four. No key begins with another.
 *
 * @param end less than {@link MOST_ENTRIES} above `first`
 */
export function sortEntries(
  index: EntryIndex,
  buffer: LogBuffer,
  first: number,
  end: number,
): Uint32Array {
  const entries = new Uint32Array(end - first);
  let count = 0;
  for (let entry = first; entry < end; entry++) {
    if (!index.hidden.has(entry)) entries[count++] = entry;
  }
  sortFrom(new KeyBytes(index, buffer), entries.subarray(0, count), 0);
  return entries.subarray(0, count);
}

/** Sorts entries whose keys have the same first bytes. */
function sortFrom(keys: KeyBytes, entries: Uint32Array, sharedBytes: number): void {
  if (entries.length < 2) return;
  if (entries.length <= FEW) {
    entries.sort((a, b) => keys.compare(a, b));
    return;
  }
  const depth = keys.sharedBytes(entries, sharedBytes);
  const numbers = new Float64Array(entries.length);
  for (let at = 0; at < entries.length; at++) {
    numbers[at] = keys.word(entries[at] as number, depth) * MOST_ENTRIES + at;
  }
  numbers.sort();
  const unsorted = entries.slice();
  let first = 0;
  let word = -1;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] as number;
    const next = Math.floor(number / MOST_ENTRIES);
    entries[at] = unsorted[number - next * MOST_ENTRIES] as number;
    if (next !== word) {
      sortFrom(keys, entries.subarray(first, at), depth + WORD_BYTES);
      first = at;
      word = next;
    }
  }
  sortFrom(keys, entries.subarray(first), depth + WORD_BYTES);
}

const WORD_BYTES = 4;

/** The bytes of the keys of entries. */
class KeyBytes {
  readonly #index: EntryIndex;
  readonly #buffer: LogBuffer;
  /** Where the key of {@link #locate} is. */
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(index: EntryIndex, buffer: LogBuffer) {
    this.#index = index;
    this.#buffer = buffer;
  }

  compare(a: number, b: number): number {
    this.#locate(a);
    const bytes = this.#bytes;
    const start = this.#start;
    const end = this.#end;
    this.#locate(b);
    return compareKeys(bytes, start, end, this.#bytes, this.#start, this.#end);
  }

  /** Four bytes of a key as a number, with zeros behind its end. There is one at least: no key begins with another. */
  word(entry: number, depth: number): number {
    this.#locate(entry);
    const bytes = this.#bytes;
    const at = this.#start + depth;
    const left = this.#end - at;
    const first = bytes[at] as number;
    const second = left > 1 ? (bytes[at + 1] as number) : 0;
    const third = left > 2 ? (bytes[at + 2] as number) : 0;
    const fourth = left > 3 ? (bytes[at + 3] as number) : 0;
    return ((first << 24) | (second << 16) | (third << 8) | fourth) >>> 0;
  }

  /** How many bytes all of these keys begin with, if it is known of so many. */
  sharedBytes(entries: Uint32Array, atLeast: number): number {
    this.#locate(entries[0] as number);
    const bytes = this.#bytes;
    const start = this.#start;
    let shared = this.#end - start;
    for (const entry of entries) {
      this.#locate(entry);
      const most = Math.min(shared, this.#end - this.#start);
      let same = atLeast;
      while (same < most && bytes[start + same] === this.#bytes[this.#start + same]) same++;
      shared = same;
      if (shared <= atLeast) return atLeast;
    }
    return shared;
  }

  #locate(entry: number): void {
    const position = this.#index.positionOf(entry);
    const { buffer, base } = this.#buffer.chunkAt(position);
    this.#bytes = buffer;
    this.#start = position - base + CHANGE_HEADER_BYTES;
    this.#end = this.#start + keyLength(buffer, position - base);
  }
}
