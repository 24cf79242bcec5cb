/** A row of slots, each with an item or a hole in it, as whoever keeps them shows them to a {@link SlotOrder}. */
export interface Slots {
  /** How many there are, holes included. */
  readonly length: number;
  /** The number in the hole at `slot`; -1 if an item is there, and outside of the row, at -1 and at `length`. */
  holeAt(slot: number): number;
  /** Replaces what is at `slot` by a hole with a number in it. */
  dig(slot: number, number: number): void;
  /** Moves the item at `from` to `to`, a slot below, and sees that it is found there. What is at `to` is not needed. */
  move(from: number, to: number): void;
  /** Drops the slots from `length` on. */
  truncate(length: number): void;
}
