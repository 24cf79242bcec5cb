import type { Slots } from "./slots.js";

/** How items moved up: those from some slots to the slots from `to` on, in the same order, over holes alone. */
export interface Move {
  /** Ascending. */
  readonly from: ArrayLike<number>;
  readonly to: number;
  /** How many slots there are after it. */
  readonly length: number;
}

/** A time in which no item changed its slot. Ended epochs live as long as there are cursors that began in them. */
export class Epoch {
  /** The epoch after this one, once it has ended. */
  next: Epoch | undefined = undefined;
  #move: Move = { from: [], to: 0, length: Infinity };

  end(move: Move): Epoch {
    this.#move = move;
    this.next = new Epoch();
    return this.next;
  }

  /** Where a cursor before `slot` is after the move: before the first item that stood at `slot` or after it. */
  translate(slot: number): number {
    const { from, to, length } = this.#move;
    const last = from[from.length - 1];
    if (last === undefined || slot > last) return Math.min(slot, length);
    if (slot <= to) return slot;
    let low = 0;
    let high = from.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((from[middle] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return to + low;
  }
}

/**
 * Goes up through the slots that there are when it is made, and finds its place again when items have moved. What is
 * added later isn't visited, so that a loop that adds comes to an end.
 */
export class SlotCursor {
  /** The slot to look at next; right after a {@link catchUp}, until items move again. */
  at = 0;
  /** The slot to stop at; likewise. */
  end: number;
  readonly #slots: Slots;
  #epoch: Epoch;

  constructor(slots: Slots, epoch: Epoch) {
    this.end = slots.length;
    this.#slots = slots;
    this.#epoch = epoch;
  }

  /** The slot of the next item; -1 at the end. */
  next(): number {
    this.catchUp();
    while (this.at < this.end) {
      const hole = this.#slots.holeAt(this.at);
      if (hole < 0) return this.at++;
      // In the middle of a run the number means nothing, but it never leads past holes.
      this.at = Math.max(this.at, hole) + 1;
    }
    return -1;
  }

  catchUp(): void {
    for (let { next } = this.#epoch; next !== undefined; next = next.next) {
      this.at = this.#epoch.translate(this.at);
      this.end = this.#epoch.translate(this.end);
      this.#epoch = next;
    }
  }
}

/** Goes through the items that a cursor comes by, and returns what `pick` makes of the slot of each. */
export class SlotScan<T> implements IterableIterator<T, undefined> {
  readonly #cursor: SlotCursor;
  readonly #pick: (slot: number) => T;

  constructor(cursor: SlotCursor, pick: (slot: number) => T) {
    this.#cursor = cursor;
    this.#pick = pick;
  }

  next(): IteratorResult<T, undefined> {
    const slot = this.#cursor.next();
    return slot < 0 ? { done: true, value: undefined } : { done: false, value: this.#pick(slot) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
