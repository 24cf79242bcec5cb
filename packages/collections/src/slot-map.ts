import type { Key } from "@store/core";
import { KeyIndex } from "./key-index.js";
import type { SlotCursor } from "./slot-cursor.js";
import { SlotOrder, type Slots } from "./slot-order.js";

/**
 * A map in insertion order, in which the neighbours of any key are found in O(1), and whose cursors stay right while it
 * changes.
 *
 * The values stand in an array of slots, ordered by a {@link SlotOrder}; an index says in which slot a key's value is. A
 * deleted value leaves a hole, which is a number.
 */
export class SlotMap<V extends object> {
  readonly #index = new KeyIndex();
  readonly #keyOf: (value: V) => Key;
  readonly #values: (V | number)[] = [];
  readonly #order: SlotOrder;

  constructor(keyOf: (value: V) => Key) {
    this.#keyOf = keyOf;
    this.#order = new SlotOrder(new ValueSlots(this.#values, keyOf, this.#index));
  }

  /** How many values there are. */
  get size(): number {
    return this.#order.size;
  }

  has(key: Key): boolean {
    return this.#index.get(key) !== undefined;
  }

  get(key: Key): V | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : (this.#values[slot] as V);
  }

  /** Puts a value where that of its key is, or at the end. */
  set(key: Key, value: V): void {
    const slot = this.#index.get(key);
    if (slot !== undefined) {
      this.#values[slot] = value;
      return;
    }
    this.#index.set(key, this.#values.length);
    this.#values.push(value);
  }

  /** Replaces the value of a key by what `change` makes of it, and returns that; undefined if there is none. */
  update(key: Key, change: (value: V) => V): V | undefined {
    const slot = this.#index.get(key);
    if (slot === undefined) return undefined;
    const changed = change(this.#values[slot] as V);
    this.#values[slot] = changed;
    return changed;
  }

  /** Deletes the value of a key and returns it. */
  delete(key: Key): V | undefined {
    const slot = this.#index.get(key);
    if (slot === undefined) return undefined;
    const value = this.#values[slot] as V;
    this.#index.delete(key);
    this.#order.remove(slot);
    this.#order.closeHoles();
    return value;
  }

  clear(): void {
    this.#index.clear();
    this.#order.clear();
  }

  firstKey(): Key | undefined {
    return this.#keyFrom(this.#order.after(-1));
  }

  lastKey(): Key | undefined {
    return this.#keyFrom(this.#order.before(this.#values.length));
  }

  /** The key after one that is there; undefined at the end, and for one that isn't. */
  keyAfter(key: Key): Key | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : this.#keyFrom(this.#order.after(slot));
  }

  /** The key before one that is there; undefined at the beginning, and for one that isn't. */
  keyBefore(key: Key): Key | undefined {
    const slot = this.#index.get(key);
    return slot === undefined ? undefined : this.#keyFrom(this.#order.before(slot));
  }

  /** Goes through the values that are there now, as long as they are there. */
  scan(): IterableIterator<V> {
    return new ValueScan(this.#values, this.#order.cursor());
  }

  #keyFrom(slot: number): Key | undefined {
    const value = slot < 0 ? undefined : this.#values[slot];
    return value === undefined ? undefined : this.#keyOf(value as V);
  }
}

class ValueSlots<V extends object> implements Slots {
  readonly #values: (V | number)[];
  readonly #keyOf: (value: V) => Key;
  readonly #index: KeyIndex;

  constructor(values: (V | number)[], keyOf: (value: V) => Key, index: KeyIndex) {
    this.#values = values;
    this.#keyOf = keyOf;
    this.#index = index;
  }

  get length(): number {
    return this.#values.length;
  }

  holeAt(slot: number): number {
    const value = slot < 0 ? undefined : this.#values[slot];
    return typeof value === "number" ? value : -1;
  }

  dig(slot: number, number: number): void {
    this.#values[slot] = number;
  }

  move(from: number, to: number): void {
    const value = this.#values[from] as V;
    this.#values[to] = value;
    this.#index.set(this.#keyOf(value), to);
  }

  truncate(length: number): void {
    this.#values.length = length;
  }
}

class ValueScan<V extends object> implements IterableIterator<V> {
  readonly #values: readonly (V | number)[];
  readonly #cursor: SlotCursor;

  constructor(values: readonly (V | number)[], cursor: SlotCursor) {
    this.#values = values;
    this.#cursor = cursor;
  }

  next(): IteratorResult<V, undefined> {
    const slot = this.#cursor.next();
    if (slot < 0) return { done: true, value: undefined };
    return { done: false, value: this.#values[slot] as V };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
