import { Epoch, SlotCursor, SlotScan } from "./slot-cursor.js";
import type { Slots } from "./slots.js";

/** Fewer holes than this are never worth closing. */
const FEW_HOLES = 32;

/**
 * The order of items that stand in slots, where new ones come last: the neighbours of any of them in O(1), and cursors
 * that stay right while it changes. It doesn't know the items; whoever keeps them adds slots at the end.
 *
 * 1. Holes that touch are a run. The number in the first hole of a run is the slot of its last, the number in the last
 *    that of its first; those between mean nothing, and name holes of the run. So a run is stepped over in O(1), both
 *    ways.
 * 2. A hole is never filled, and the row never gets shorter, within an epoch: slots are in the order of insertion, and
 *    a cursor that goes up sees each item once, and none that is added behind its end.
 * 3. When more slots are holes than not, the items move up ({@link SlotOrder.closeHoles}), in the same order, and an
 *    epoch ends. A cursor from an earlier epoch works out where it is now from the slots that were moved.
 */
export class SlotOrder {
  readonly #slots: Slots;
  #holes = 0;
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
  }

  /**
   * To call after items were removed. When more slots are holes than not, it moves the items together, in O(n), and
   * returns from which slots: ascending, the first moved to slot 0, and so on.
   */
  closeHoles(): Uint32Array | undefined {
    const { size } = this;
    if (this.#holes <= size + FEW_HOLES) return undefined;
    const moved = new Uint32Array(size);
    let to = 0;
    for (let from = this.after(-1); to < size; from = this.after(from)) {
      if (from !== to) this.#slots.move(from, to);
      moved[to++] = from;
    }
    this.#drop(moved);
    return moved;
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

  #drop(moved: Uint32Array): void {
    this.#slots.truncate(moved.length);
    this.#holes = 0;
    this.#epoch = this.#epoch.end(moved);
  }
}
