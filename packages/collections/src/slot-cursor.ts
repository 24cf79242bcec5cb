import type { Slots } from "./slots.js";

/** A time in which no item changed its slot. Ended epochs live as long as there are cursors that began in them. */
export class Epoch {
  /** The epoch after this one, once it has ended. */
  next: Epoch | undefined = undefined;
  /** The slots from which the items moved when it ended, ascending: the first moved to slot 0, and so on. */
  #moved: Uint32Array = new Uint32Array();

  end(moved: Uint32Array): Epoch {
    this.#moved = moved;
    this.next = new Epoch();
    return this.next;
  }

  /** Where a cursor before `slot` is after the move: before the first item that stood at `slot` or after it. */
  translate(slot: number): number {
    let low = 0;
    let high = this.#moved.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#moved[middle] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
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
