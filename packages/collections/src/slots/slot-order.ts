import { Epoch, SlotCursor, SlotScan } from "./slot-cursor.js";
import type { Slots } from "./slots.js";

/** Fewer holes than this are never worth closing. */
const FEW_HOLES = 32;

/** Items that are moved for one that is removed: enough to be done long before as many are removed again. */
const ITEMS_PER_STEP = 64;

/**
 * The order of items that stand in slots, where new ones come last: the neighbours of any of them in O(1), and cursors
 * that stay right while it changes. It doesn't know the items; whoever keeps them adds slots at the end.
 *
 * 1. Holes that touch are a run. The number in the first hole of a run is the slot of its last, the number in the last
 *    that of its first; those between mean nothing, and name holes of the run. So a run is stepped over in O(1), both
 *    ways.
 * 2. A hole is never filled, and the row never gets shorter, within an epoch: slots are in the order of insertion, and
 *    a cursor that goes up sees each item once, and none that is added behind its end.
 * 3. When more slots are holes than not, the items move up, in the same order: all at once, or some for each that is
 *    removed. With each move an epoch ends. A cursor from an earlier epoch works out where it is now from the slots that
 *    were moved.
 * 4. While items move up a few at a time, the next to move is at `#next`, or that is past the end; before it are those
 *    that have moved, and holes.
 */
export class SlotOrder {
  readonly #slots: Slots;
  #holes = 0;
  #next = -1;
  #epoch = new Epoch();

  constructor(slots: Slots) {
    this.#slots = slots;
  }

  /** How many items there are. */
  get size(): number {
    return this.#slots.length - this.#holes;
  }

  /** The slot of the first item after `slot`, which is that of an item, or -1; past the end if there is none. */
  after(slot: number): number {
    const hole = this.#slots.holeAt(slot + 1);
    return (hole < 0 ? slot : hole) + 1;
  }

  /** The slot of the last item before `slot`, which is that of an item, or past the end; -1 if there is none. */
  before(slot: number): number {
    const hole = this.#slots.holeAt(slot - 1);
    return (hole < 0 ? slot : hole) - 1;
  }

  /** Makes a hole where an item is, and one run of it and the runs that it touches. */
  remove(slot: number): void {
    const below = this.#slots.holeAt(slot - 1);
    const above = this.#slots.holeAt(slot + 1);
    const first = below < 0 ? slot : below;
    const last = above < 0 ? slot : above;
    this.#slots.dig(slot, first);
    this.#slots.dig(first, last);
    this.#slots.dig(last, first);
    this.#holes++;
    if (first <= this.#next && this.#next <= last) this.#next = last + 1;
  }

  /**
   * To call after items were removed. When more slots are holes than not, it moves the items together, in O(n), and
   * returns from which slots: ascending, the first moved to slot 0, and so on.
   */
  closeHoles(): Uint32Array | undefined {
    if (!this.#hasManyHoles()) return undefined;
    const { size } = this;
    const moved = new Uint32Array(size);
    let to = 0;
    for (let from = this.after(-1); to < size; from = this.after(from)) {
      if (from !== to) this.#slots.move(from, to);
      moved[to++] = from;
    }
    this.#drop(moved);
    return moved;
  }

  /**
   * To call in place of {@link closeHoles} after an item was removed, where nothing but the slots has to know what moved:
   * it moves a few items at a time, in O(1), from when more slots are holes than not until all have moved up.
   */
  closeSomeHoles(): void {
    if (this.#next < 0) {
      if (!this.#hasManyHoles()) return;
      this.#next = this.after(-1);
    }
    const first = this.#slots.holeAt(this.#next - 1);
    if (first < 0) this.#passItems();
    else this.#moveItems(first);
  }

  /** Drops all slots. */
  clear(): void {
    this.#drop(new Uint32Array());
  }

  /** Goes up through the items that are there now, as long as they are there. */
  cursor(): SlotCursor {
    return new SlotCursor(this.#slots, this.#epoch);
  }

  /** Goes through the items likewise, and returns what `pick` makes of the slot of each. */
  scan<T>(pick: (slot: number) => T): IterableIterator<T, undefined> {
    return new SlotScan(this.cursor(), pick);
  }

  #hasManyHoles(): boolean {
    return this.#holes > this.size + FEW_HOLES;
  }

  /** Goes past items that have no hole before them. */
  #passItems(): void {
    const { length } = this.#slots;
    let left = ITEMS_PER_STEP;
    while (left-- > 0 && this.#next < length && this.#slots.holeAt(this.#next - 1) < 0) {
      this.#next = this.after(this.#next);
    }
    if (this.#next < length) return;
    const first = this.#slots.holeAt(length - 1);
    if (first < 0) this.#next = -1;
    else this.#moveItems(first);
  }

  /** Moves items to the slots from `first` on, where the holes begin that are before the next item. */
  #moveItems(first: number): void {
    const slots = this.#slots;
    const moved: number[] = [];
    let to = first;
    let next = this.#next;
    while (moved.length < ITEMS_PER_STEP && next < slots.length) {
      const from = next;
      next = this.after(from);
      slots.move(from, to++);
      moved.push(from);
    }
    if (next < slots.length) {
      for (const slot of moved) if (slot >= to) slots.dig(slot, to);
      slots.dig(next - 1, to);
      slots.dig(to, next - 1);
      this.#next = next;
    } else {
      this.#holes -= next - to;
      slots.truncate(to);
      this.#next = -1;
    }
    this.#epoch = this.#epoch.end({ from: moved, to: first, length: slots.length });
  }

  #drop(moved: Uint32Array): void {
    this.#slots.truncate(moved.length);
    this.#holes = 0;
    this.#next = -1;
    this.#epoch = this.#epoch.end({ from: moved, to: 0, length: moved.length });
  }
}
