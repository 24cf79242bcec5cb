import type { Arena } from "../memory/arena.js";

/** A change that was made, and can be taken back as long as nothing that it replaced was given back. */
export interface Change {
  undo(): void;
  /** Gives back what it replaced. */
  settle(): void;
}

/**
 * Changes that happen all or not at all, of any tables of a backend: for readers, by the sequence of its batches, which is
 * odd while some are made and others are to come; for the owner, by taking back those that were made when one fails.
 */
export class Changes {
  readonly #arena: Arena;
  readonly #sequence: number;
  #made: Change[] | undefined;

  /** @param sequence the address of the word that readers watch */
  constructor(arena: Arena, sequence: number) {
    this.#arena = arena;
    this.#sequence = sequence;
  }

  /** Runs what makes several changes. */
  all<T>(make: () => T): T {
    if (this.#made !== undefined) return make();
    const made: Change[] = [];
    this.#made = made;
    Atomics.add(this.#arena.words, this.#sequence, 1);
    try {
      const result = make();
      for (const change of made) change.settle();
      return result;
    } catch (error) {
      for (let change = made.pop(); change !== undefined; change = made.pop()) change.undo();
      throw error;
    } finally {
      this.#made = undefined;
      Atomics.add(this.#arena.words, this.#sequence, 1);
      Atomics.notify(this.#arena.words, this.#sequence);
    }
  }

  /** To be called with each change, once it is made. */
  note(change: Change): void {
    if (this.#made === undefined) change.settle();
    else this.#made.push(change);
  }

  /** Whether a single change is one of several. */
  get isOneOfMany(): boolean {
    return this.#made !== undefined;
  }
}
