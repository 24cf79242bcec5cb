import type { Key } from "@store/core";
import { DueHeap } from "./due-heap.js";

/** Keys that a call which needs none of them in particular removes at most. */
const SOME = 1_000;
/** Milliseconds until what is due is removed, when nobody asks for it. */
const LATEST = 20_000;

/** More moments than twice the records, and so many, are mostly old ones. */
const MOST_STALE = 1_000;

/** What expiry needs of its table. */
export interface ExpiringTable {
  readonly recordCount: number;
  /** All moments, with the keys of their records. */
  moments(): Iterable<readonly [key: Key, moment: number]>;
  /** Removes those records of a key that are due. */
  removeDue(key: Key): void;
}

/** The moments of a table's records, as its owner remembers them, so that their room is given back. */
export class Expiry {
  readonly #heap = new DueHeap<Key>();
  readonly #table: ExpiringTable;
  #timer: NodeJS.Timeout | undefined;

  constructor(table: ExpiringTable) {
    this.#table = table;
  }

  /** To be called with each moment that a record of the key gets. */
  add(key: Key, moment: number): void {
    this.#heap.add({ moment, item: key });
    if (this.#heap.size > MOST_STALE + 2 * this.#table.recordCount) this.#renew();
    this.#timer ??= this.#later(LATEST);
  }

  /** Removes what is due. */
  sweep(limit = SOME): void {
    const now = Date.now();
    for (let count = 0; count < limit; count++) {
      const { first } = this.#heap;
      if (first === undefined || first.moment > now) return;
      this.#heap.take();
      this.#table.removeDue(first.item);
    }
  }

  clear(): void {
    this.#heap.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Forgets the moments that records had, and have no more. */
  #renew(): void {
    this.#heap.clear();
    for (const [key, moment] of this.#table.moments()) this.#heap.add({ moment, item: key });
  }

  #later(milliseconds: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.sweep();
      const { first } = this.#heap;
      const isBehind = first !== undefined && first.moment <= Date.now();
      this.#timer = first === undefined ? undefined : this.#later(isBehind ? 1 : LATEST);
    }, milliseconds);
    timer.unref();
    return timer;
  }
}
