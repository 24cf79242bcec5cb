import type { Key } from "@store/core";
import type { KeyRules } from "../maps/content-map.js";
import { KeyMap } from "../maps/key-map.js";
import { SlotOrder } from "./slot-order.js";
import type { Slots } from "./slots.js";

/**
 * A map in insertion order, in which the neighbours of any key are found in O(1), and whose cursors stay right while it
 * changes. A value is never undefined.
 *
 * The keys and the values stand in two columns of slots, ordered by a {@link SlotOrder}; an index says in which slot a
 * key is. So an entry costs no object of its own. Where one was deleted is a hole: no key, and a number for a value.
 */
export class SlotMap<V> {
  readonly #index: KeyMap<number>;
  readonly #keys: (Key | undefined)[] = [];
  readonly #values: (V | number)[] = [];
  readonly #order: SlotOrder;

  constructor(rules: KeyRules) {
    this.#index = new KeyMap(rules);
    this.#order = new SlotOrder(new Columns(this.#keys, this.#values, this.#index));
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
    const slot = this.#index.findOrAdd(key, this.#keys.length);
    if (slot !== undefined) {
      this.#values[slot] = value;
      return;
    }
    this.#keys.push(key);
    this.#values.push(value);
  }

  /** Where the value of a key is as long as nothing is deleted; undefined if there is none. */
  slotOf(key: Key): number | undefined {
    return this.#index.get(key);
  }

  valueAt(slot: number): V {
    return this.#values[slot] as V;
  }

  replaceAt(slot: number, value: V): void {
    this.#values[slot] = value;
  }

  /** Deletes the value of a key and returns it. */
  delete(key: Key): V | undefined {
    const slot = this.#index.get(key);
    if (slot === undefined) return undefined;
    const value = this.#values[slot] as V;
    this.#index.delete(key);
    this.#order.remove(slot);
    this.#order.closeSomeHoles();
    return value;
  }

  forEach(visit: (value: V) => void): void {
    const values = this.#values;
    let slot = this.#order.after(-1);
    for (; slot < values.length; slot = this.#order.after(slot)) visit(values[slot] as V);
  }

  clear(): void {
    this.#index.clear();
    this.#order.clear();
  }

  firstKey(): Key | undefined {
    return this.#keyFrom(this.#order.after(-1));
  }

  lastKey(): Key | undefined {
    return this.#keyFrom(this.#order.before(this.#keys.length));
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

  /** Goes through the entries that are there now, as long as they are there, and returns what `pick` makes of each. */
  scan<T>(pick: (key: Key, value: V) => T): IterableIterator<T, undefined> {
    const keys = this.#keys;
    const values = this.#values;
    return this.#order.scan((slot) => pick(keys[slot] as Key, values[slot] as V));
  }

  #keyFrom(slot: number): Key | undefined {
    return slot < 0 ? undefined : this.#keys[slot];
  }
}

class Columns implements Slots {
  readonly #keys: (Key | undefined)[];
  readonly #values: unknown[];
  readonly #index: KeyMap<number>;

  constructor(keys: (Key | undefined)[], values: unknown[], index: KeyMap<number>) {
    this.#keys = keys;
    this.#values = values;
    this.#index = index;
  }

  get length(): number {
    return this.#keys.length;
  }

  holeAt(slot: number): number {
    const isHole = slot >= 0 && slot < this.#keys.length && this.#keys[slot] === undefined;
    return isHole ? (this.#values[slot] as number) : -1;
  }

  dig(slot: number, number: number): void {
    this.#keys[slot] = undefined;
    this.#values[slot] = number;
  }

  move(from: number, to: number): void {
    const key = this.#keys[from] as Key;
    this.#keys[to] = key;
    this.#values[to] = this.#values[from];
    this.#index.set(key, to);
  }

  truncate(length: number): void {
    this.#keys.length = length;
    this.#values.length = length;
  }
}
