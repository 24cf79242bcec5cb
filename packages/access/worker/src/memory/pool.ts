import type { Allocator } from "./allocator.js";
import type { Arena } from "./arena.js";

/**
 * Blocks of one size that are never anything else: a reader that still has the address of one that was given back looks
 * at another of its kind, whose version, state or generation only ever goes on. Their room stays with the pool, for
 * whichever table asks next.
 */
export class Pool {
  readonly #arena: Arena;
  readonly #allocator: Allocator;
  readonly #words: number;
  readonly #atOnce: number;
  readonly #free: number[] = [];
  #taken = 0;

  constructor(arena: Arena, allocator: Allocator, words: number, atOnce: number) {
    this.#arena = arena;
    this.#allocator = allocator;
    this.#words = words;
    this.#atOnce = atOnce;
  }

  get usedBytes(): number {
    return this.#taken * this.#words * 4;
  }

  /** Sees to it that so many can be taken without fail. */
  reserve(count: number): void {
    while (this.#free.length < count) this.#extend();
  }

  /** One that was given back long ago, or a new one, all zero. */
  take(): number {
    if (this.#free.length === 0) this.#extend();
    this.#taken++;
    return this.#free.pop() as number;
  }

  give(block: number): void {
    this.#taken--;
    this.#free.push(block);
  }

  #extend(): void {
    const count = this.#words * this.#atOnce;
    // An even address: cells of 64 bits may lie in it.
    const start = (this.#allocator.allocate(count + 1) + 2) & ~1;
    for (let at = start; at < start + count; at++) Atomics.store(this.#arena.words, at, 0);
    for (let index = this.#atOnce - 1; index >= 0; index--) {
      this.#free.push(start + index * this.#words);
    }
  }
}
