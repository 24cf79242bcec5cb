import { MomentHeap } from "./moment-heap.js";
import { NumberedSet } from "./numbered-set.js";

/**
 * The moments from which the items of a table are no longer there: keys, or whatever stands for a record. It doesn't
 * touch the table, nor know the time: whoever asks says what time it is.
 *
 * A moment is a number of milliseconds since 1970, finite. A change is O(log n), in the worst case; none takes long, as
 * all growth is by small chunks. It takes 40 bytes an item, and gives them back as items go.
 */
export class MomentIndex<T> {
  readonly #items: NumberedSet<T>;
  /** By the numbers that the items have: both sets renumber alike. */
  readonly #moments = new MomentHeap();

  /**
   * @param hashOf any integer of 32 bits; the same for items that are the same
   * @param same asked only about items of one hash
   */
  constructor(hashOf: (item: T) => number, same: (a: T, b: T) => boolean) {
    this.#items = new NumberedSet(hashOf, same);
  }

  /** How many items have a moment. */
  get size(): number {
    return this.#items.size;
  }

  /** Bytes of the JavaScript heap and of buffers, but for the items themselves. */
  get bytes(): number {
    return this.#items.bytes + this.#moments.bytes;
  }

  /** The earliest moment; `Infinity` if there is none. Before that nothing is due, which is all that most calls ask. */
  get nextDue(): number {
    return this.#moments.earliest;
  }

  /** The moment of an item; undefined if it has none. */
  get(item: T): number | undefined {
    const number = this.#items.find(item);
    return number < 0 ? undefined : this.#moments.momentOf(number);
  }

  /** Gives an item a moment. Returns the one that it had, undefined if none: what takes the change back. */
  set(item: T, moment: number): number | undefined {
    const { size } = this.#items;
    const number = this.#items.add(item);
    if (number === size) {
      this.#moments.add(moment);
      return undefined;
    }
    const before = this.#moments.momentOf(number);
    this.#moments.change(number, moment);
    return before;
  }

  /** Lets an item be there for good, or forgets it. Returns the moment that it had, undefined if none. */
  delete(item: T): number | undefined {
    const number = this.#items.find(item);
    if (number < 0) return undefined;
    const before = this.#moments.momentOf(number);
    this.#remove(number);
    return before;
  }

  /** Whether an item is no longer there at `now`. While nothing is due, without a look at the item. */
  isDue(item: T, now: number): boolean {
    if (now < this.nextDue) return false;
    const moment = this.get(item);
    return moment !== undefined && moment <= now;
  }

  /** Forgets at most `limit` items that are due at `now`, and returns them, the earliest first. */
  takeDue(now: number, limit: number): T[] {
    const due: T[] = [];
    while (due.length < limit && this.size > 0 && this.nextDue <= now) {
      const number = this.#moments.first;
      due.push(this.#items.at(number));
      this.#remove(number);
    }
    return due;
  }

  clear(): void {
    this.#items.clear();
    this.#moments.clear();
  }

  #remove(number: number): void {
    this.#items.remove(number);
    this.#moments.remove(number);
  }
}
