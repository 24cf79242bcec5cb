import type { Key } from "@store/core";
import { KeyIndex } from "./key-index.js";

/** Fewer holes than this are never worth closing. */
const FEW_HOLES = 32;

/**
 * A map in insertion order, in which the neighbours of any key are found in O(1), and whose cursors stay right while it
 * changes.
 *
 * The values stand in an array of slots, in the order they came; an index says in which slot a key's value is. A deleted
 * value leaves a hole.
 *
 * 1. A slot holds a value, or it is a hole and holds a number.
 * 2. Holes that touch are a run. The number in the first hole of a run is the slot of its last, the number in the last
 *    that of its first; those between mean nothing. So a run is stepped over in O(1), both ways.
 * 3. A hole is never filled: slots are in the order of insertion, and a cursor that goes up sees each value once. The
 *    last slot is never a hole.
 * 4. When more slots are holes than not, the values move up ({@link SlotMap.#close}), in the same order, and an epoch
 *    ends. A cursor from an earlier epoch works out where it is now from the slots that were moved.
 */
export class SlotMap<V extends object> {
  readonly #index = new KeyIndex();
  readonly #keyOf: (value: V) => Key;
  #slots: (V | number)[] = [];
  #size = 0;
  #epoch = new Epoch();

  constructor(keyOf: (value: V) => Key) {
    this.#keyOf = keyOf;
  }

  /** How many values there are. */
  get size(): number {
    return this.#size;
  }

  has(key: Key): boolean {
    return this.#index.get(key) !== undefined;
  }

  get(key: Key): V | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : (this.#slots[slot] as V);
  }

  /** Puts a value where that of its key is, or at the end. */
  set(key: Key, value: V): void {
    const slot = this.#index.get(key);
    if (slot !== undefined) {
      this.#slots[slot] = value;
      return;
    }
    this.#index.set(key, this.#slots.length);
    this.#slots.push(value);
    this.#size++;
  }

  /** Replaces the value of a key by what `change` makes of it, and returns that; undefined if there is none. */
  update(key: Key, change: (value: V) => V): V | undefined {
    const slot = this.#index.get(key);
    if (slot === undefined) return undefined;
    const changed = change(this.#slots[slot] as V);
    this.#slots[slot] = changed;
    return changed;
  }

  /** Deletes the value of a key and returns it. */
  delete(key: Key): V | undefined {
    const slot = this.#index.get(key);
    if (slot === undefined) return undefined;
    const value = this.#slots[slot] as V;
    this.#index.delete(key);
    this.#size--;
    this.#dig(slot);
    if (this.#slots.length - this.#size > this.#size + FEW_HOLES) this.#close();
    return value;
  }

  clear(): void {
    this.#index.clear();
    this.#slots = [];
    this.#size = 0;
    this.#epoch = this.#epoch.end([]);
  }

  firstKey(): Key | undefined {
    return this.#keyFrom(this.#up(-1));
  }

  lastKey(): Key | undefined {
    return this.#keyFrom(this.#slots.length - 1);
  }

  /** The key after one that is there; undefined at the end, and for one that isn't. */
  keyAfter(key: Key): Key | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : this.#keyFrom(this.#up(slot));
  }

  /** The key before one that is there; undefined at the beginning, and for one that isn't. */
  keyBefore(key: Key): Key | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : this.#keyFrom(this.#down(slot));
  }

  /** Goes through the values that are there now, as long as they are there. */
  scan(): IterableIterator<V> {
    return new Cursor(() => this.#slots, this.#epoch, this.#slots.length);
  }

  #keyFrom(slot: number): Key | undefined {
    const value = this.#slots[slot];
    return value === undefined ? undefined : this.#keyOf(value as V);
  }

  /** The slot of the value after a value's slot, or past the end. */
  #up(slot: number): number {
    const next = this.#slots[slot + 1];
    return typeof next === "number" ? next + 1 : slot + 1;
  }

  /** The slot of the value before a value's slot, or -1. */
  #down(slot: number): number {
    const next = this.#slots[slot - 1];
    return typeof next === "number" ? next - 1 : slot - 1;
  }

  /** Makes a hole, and one run of it and the runs that it touches. */
  #dig(slot: number): void {
    const below = this.#slots[slot - 1];
    const above = this.#slots[slot + 1];
    const first = typeof below === "number" ? below : slot;
    const last = typeof above === "number" ? above : slot;
    if (last === this.#slots.length - 1) {
      this.#slots.length = first;
      return;
    }
    this.#slots[first] = last;
    this.#slots[last] = first;
  }

  #close(): void {
    const moved: number[] = [];
    const slots: V[] = [];
    for (let slot = this.#up(-1); slot < this.#slots.length; slot = this.#up(slot)) {
      const value = this.#slots[slot] as V;
      this.#index.set(this.#keyOf(value), slots.length);
      slots.push(value);
      moved.push(slot);
    }
    this.#slots = slots;
    this.#epoch = this.#epoch.end(moved);
  }
}

/** A time in which no value changed its slot. Ended epochs live as long as there are cursors that began in them. */
class Epoch {
  /** The epoch after this one, once it has ended. */
  next: Epoch | undefined;
  /** The slots from which the values moved when it ended, ascending: the first moved to slot 0, and so on. */
  moved: readonly number[] = [];

  end(moved: readonly number[]): Epoch {
    this.moved = moved;
    this.next = new Epoch();
    return this.next;
  }

  /** Where a cursor before `slot` is after the move: before the first value that stood at `slot` or after it. */
  translate(slot: number): number {
    let low = 0;
    let high = this.moved.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.moved[middle] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

class Cursor<V extends object> implements IterableIterator<V> {
  readonly #slots: () => readonly (V | number)[];
  #epoch: Epoch;
  /** The slot to look at next. */
  #slot = 0;
  /** The slot to stop at: what is inserted later isn't visited, so that a loop that inserts comes to an end. */
  #end: number;

  constructor(slots: () => readonly (V | number)[], epoch: Epoch, end: number) {
    this.#slots = slots;
    this.#epoch = epoch;
    this.#end = end;
  }

  next(): IteratorResult<V, undefined> {
    this.#catchUp();
    const slots = this.#slots();
    while (this.#slot < this.#end && this.#slot < slots.length) {
      const value = slots[this.#slot] as V | number;
      if (typeof value !== "number") {
        this.#slot++;
        return { done: false, value };
      }
      // In the middle of a run the number means nothing, but it never leads past holes.
      this.#slot = Math.max(this.#slot, value) + 1;
    }
    this.#slot = this.#end;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  #catchUp(): void {
    for (let next = this.#epoch.next; next !== undefined; next = this.#epoch.next) {
      this.#slot = this.#epoch.translate(this.#slot);
      this.#end = this.#epoch.translate(this.#end);
      this.#epoch = next;
    }
  }
}
