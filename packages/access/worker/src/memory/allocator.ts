import type { Arena } from "./arena.js";

/** Of a block's first word: bit 0, it is free; bit 1, the one before it is free; above, its size in units of 2 words. */
const FREE = 1;
const AFTER_FREE = 2;
const SIZE_SHIFT = 2;

/** Units; a free block has its first word, two links and, as its last word, its size. */
const LEAST_UNITS = 2;
/** Sizes up to this one have a bin each, in units. */
const EXACT_BINS = 512;
const BINS = EXACT_BINS + 32;
/** The arena's first words are nobody's: 0 is no address. */
const FIRST = 16;
/** Words behind the last block: readers look at a whole header at once. */
const MARGIN = 8;

/**
 * Blocks of an arena, of any size, best fit first; free neighbours are merged at once, so that a table that is rewritten
 * for ever keeps to its room. Only the thread that owns the arena has one.
 *
 * A reader may still be looking at a block that was freed, and finds out afterwards. So what is written here is written
 * by `Atomics`, too: no store comes before the change of version that tells the reader.
 */
export class Allocator {
  readonly #arena: Arena;
  /** The first free block of each bin; 0 for none. */
  readonly #bins = new Int32Array(BINS);
  /** Which bins have any. */
  readonly #occupied = new Int32Array(BINS / 32);
  /** Where memory begins that was never a block. */
  #top = FIRST;
  #isTopAfterFree = false;
  #usedWords = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** In blocks that are taken, with what belongs to them. */
  get usedBytes(): number {
    return this.#usedWords * 4;
  }

  /** Up to where blocks lie. */
  get extentBytes(): number {
    return this.#top * 4;
  }

  /** A block of so many words, behind its first one, which is the allocator's. Returns the address of the first one. */
  allocate(words: number): number {
    const units = Math.max(LEAST_UNITS, (words + 2) >> 1);
    const found = this.#takeFree(units) || this.#takeTop(units);
    this.#usedWords += 2 * this.#unitsOf(found);
    return found;
  }

  /** Sees to it that a block of so many words can be had without fail. */
  ensure(words: number): void {
    const end = this.#top + words + 4;
    if (end + MARGIN > this.#arena.words.length) this.#arena.grow(end + MARGIN);
  }

  free(block: number): void {
    const tag = this.#load(block);
    if (block < FIRST || (tag & FREE) !== 0) throw new Error(`block ${block} was free already`);
    let start = block;
    let units = tag >>> SIZE_SHIFT;
    this.#usedWords -= 2 * units;
    if ((tag & AFTER_FREE) !== 0) {
      const before = this.#load(block - 1);
      start -= 2 * before;
      this.#unlink(start, before);
      units += before;
    }
    const after = start + 2 * units;
    if (after === this.#top) {
      // What is before a free block is taken.
      this.#top = start;
      this.#isTopAfterFree = false;
      return;
    }
    const next = this.#load(after);
    if ((next & FREE) !== 0) {
      this.#unlink(after, next >>> SIZE_SHIFT);
      units += next >>> SIZE_SHIFT;
    }
    this.#link(start, units);
  }

  #takeFree(units: number): number {
    const bin = this.#binFrom(binOf(units));
    if (bin < 0) return 0;
    let block = this.#bins[bin] as number;
    // Only in a bin of many sizes may the first one be too small.
    while (block !== 0 && this.#unitsOf(block) < units) block = this.#load(block + 1);
    if (block === 0) {
      const larger = this.#binFrom(bin + 1);
      if (larger < 0) return 0;
      block = this.#bins[larger] as number;
    }
    const size = this.#unitsOf(block);
    this.#unlink(block, size);
    const rest = size - units;
    if (rest >= LEAST_UNITS) {
      this.#store(block, units << SIZE_SHIFT);
      this.#link(block + 2 * units, rest);
    } else {
      this.#store(block, size << SIZE_SHIFT);
      this.#tellNext(block + 2 * size, false);
    }
    return block;
  }

  #takeTop(units: number): number {
    const block = this.#top;
    const end = block + 2 * units;
    if (end + MARGIN > this.#arena.words.length) this.#arena.grow(end + MARGIN);
    this.#store(block, (units << SIZE_SHIFT) | (this.#isTopAfterFree ? AFTER_FREE : 0));
    this.#isTopAfterFree = false;
    this.#top = end;
    return block;
  }

  /** The first bin from `bin` on that has a block; -1 if none has. */
  #binFrom(bin: number): number {
    let index = bin >> 5;
    if (index >= this.#occupied.length) return -1;
    let bits = (this.#occupied[index] as number) & (-1 << (bin & 31));
    while (bits === 0) {
      if (++index === this.#occupied.length) return -1;
      bits = this.#occupied[index] as number;
    }
    return 32 * index + 31 - Math.clz32(bits & -bits);
  }

  #link(block: number, units: number): void {
    const bin = binOf(units);
    const first = this.#bins[bin] as number;
    this.#store(block, (units << SIZE_SHIFT) | FREE);
    this.#store(block + 1, first);
    this.#store(block + 2, 0);
    this.#store(block + 2 * units - 1, units);
    if (first !== 0) this.#store(first + 2, block);
    this.#bins[bin] = block;
    this.#occupied[bin >> 5] = (this.#occupied[bin >> 5] as number) | (1 << (bin & 31));
    this.#tellNext(block + 2 * units, true);
  }

  #unlink(block: number, units: number): void {
    const bin = binOf(units);
    const next = this.#load(block + 1);
    const previous = this.#load(block + 2);
    if (next !== 0) this.#store(next + 2, previous);
    if (previous !== 0) {
      this.#store(previous + 1, next);
      return;
    }
    this.#bins[bin] = next;
    if (next === 0) {
      this.#occupied[bin >> 5] = (this.#occupied[bin >> 5] as number) & ~(1 << (bin & 31));
    }
  }

  #tellNext(block: number, isAfterFree: boolean): void {
    if (block === this.#top) {
      this.#isTopAfterFree = isAfterFree;
      return;
    }
    const tag = this.#load(block);
    this.#store(block, isAfterFree ? tag | AFTER_FREE : tag & ~AFTER_FREE);
  }

  #unitsOf(block: number): number {
    return this.#load(block) >>> SIZE_SHIFT;
  }

  #load(at: number): number {
    return this.#arena.words[at] as number;
  }

  #store(at: number, value: number): void {
    Atomics.store(this.#arena.words, at, value);
  }
}

function binOf(units: number): number {
  if (units < EXACT_BINS) return units;
  return EXACT_BINS + Math.min(31, Math.floor(4 * Math.log2(units / EXACT_BINS)));
}
