import type { Allocator } from "./allocator.js";
import type { Arena } from "./arena.js";
import { Pool } from "./pool.js";

// A cell: 54 bits of the count, which is any safe integer; one bit, it is frozen; 9 bits, its generation.
const COUNT_SHIFT = 10n;
const FROZEN = 1n << 9n;
const GENERATION_MASK = FROZEN - 1n;
/** So many cells lie between two uses of one: a generation comes again after half a million. */
const LEAST_FREE = 1_024;

/** The answer of {@link addTo} where the cell is frozen, or of another generation by now. */
export const NOT_COUNTED = undefined;

/** A cell as two words: arithmetic of bigints takes several times as long as all the rest. */
const cellValue = new BigInt64Array(1);
const cellWords = new Int32Array(cellValue.buffer);
cellValue[0] = 1n;
/** Which word is the low one depends on the machine. */
const LOW = cellWords[0] === 1 ? 0 : 1;
/** Of the low word: what isn't count. */
const LOW_MASK = 2 ** 10 - 1;

const ONE = 1n << COUNT_SHIFT;

/**
 * Adds to a counter, from any thread, and returns the new count. Undefined, and nothing changed: the cell isn't that
 * record's any more, its owner is about to change it, or the count would be no safe integer.
 */
export function addTo(
  cells: BigInt64Array,
  cell: number,
  generation: number,
  increment: number,
): number | undefined {
  const shifted = increment === 1 ? ONE : BigInt(increment) << COUNT_SHIFT;
  for (;;) {
    const before = Atomics.load(cells, cell);
    cellValue[0] = before;
    const low = cellWords[LOW] as number;
    // The bit of a frozen cell is among these.
    if ((low & LOW_MASK) !== generation) return NOT_COUNTED;
    const value = (cellWords[1 - LOW] as number) * 2 ** 22 + (low >>> 10) + increment;
    if (!Number.isSafeInteger(value)) return NOT_COUNTED;
    if (Atomics.compareExchange(cells, cell, before, before + shifted) === before) return value;
  }
}

/** The count of a record's cell, frozen or not; undefined if it isn't that record's any more. */
export function countOfCell(
  cells: BigInt64Array,
  cell: number,
  generation: number,
): number | undefined {
  const value = Atomics.load(cells, cell);
  return Number(value & GENERATION_MASK) === generation ? Number(value >> COUNT_SHIFT) : undefined;
}

/** The cells of an arena, as its owner sees them. None is ever anything else but a cell. */
export class Cells {
  readonly #arena: Arena;
  readonly #pool: Pool;
  readonly #resting: number[] = [];
  #restingFrom = 0;

  constructor(arena: Arena, allocator: Allocator) {
    this.#arena = arena;
    this.#pool = new Pool(arena, allocator, 2, 512);
  }

  get usedBytes(): number {
    return this.#pool.usedBytes;
  }

  reserve(count: number): void {
    this.#pool.reserve(count);
  }

  /** A cell with this count. Its generation is {@link generation}. */
  take(count: number): number {
    const isRested = this.#resting.length - this.#restingFrom > LEAST_FREE;
    const cell = isRested ? (this.#resting[this.#restingFrom++] as number) : this.#pool.take() / 2;
    if (this.#restingFrom > LEAST_FREE) {
      this.#resting.splice(0, this.#restingFrom);
      this.#restingFrom = 0;
    }
    const generation = Atomics.load(this.#arena.cells, cell) & GENERATION_MASK;
    Atomics.store(this.#arena.cells, cell, (BigInt(count) << COUNT_SHIFT) | generation);
    return cell;
  }

  /** For later use; it was retired. */
  give(cell: number): void {
    this.#resting.push(cell);
  }

  generation(cell: number): number {
    return Number(Atomics.load(this.#arena.cells, cell) & GENERATION_MASK);
  }

  /** From now on nobody counts in it, until it is thawed. */
  freeze(cell: number): void {
    Atomics.or(this.#arena.cells, cell, FROZEN);
  }

  thaw(cell: number): void {
    Atomics.and(this.#arena.cells, cell, ~FROZEN);
  }

  /** Goes on to the next generation: who still has the cell counts there no more. The count stays to be read. */
  retire(cell: number): void {
    const { cells } = this.#arena;
    for (;;) {
      const before = Atomics.load(cells, cell);
      const generation = ((before & GENERATION_MASK) + 1n) & GENERATION_MASK;
      const after = (before & ~GENERATION_MASK) | generation;
      if (Atomics.compareExchange(cells, cell, before, after) === before) return;
    }
  }

  /** The count, whatever the generation. */
  count(cell: number): number {
    return Number(Atomics.load(this.#arena.cells, cell) >> COUNT_SHIFT);
  }
}
