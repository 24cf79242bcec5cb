import { type KeyRules, SlotOrder, type Slots } from "@store/collections";
import type { Key, ScanRange } from "@store/core";
import type { SetDirectory } from "./directory.js";
import { LocationColumns } from "./location-columns.js";
import { SlotIndex } from "./slot-index.js";
import { inSteps } from "./step.js";

/** What a reference takes in an array. */
const BYTES_OF_REFERENCE = 8;

/**
 * The directory of a set, in the order in which its keys came: everything that concerns one key in O(1), amortised.
 *
 * An entry is a slot: the key is in an array, its location in columns beside it. An index says which slot a key has.
 */
export class HashDirectory implements SetDirectory {
  readonly #index: SlotIndex;
  readonly #keys: (Key | undefined)[];
  readonly #columns: LocationColumns;
  readonly #order: SlotOrder;

  constructor(rules: KeyRules) {
    const slots = new KeySlots(rules);
    this.#index = slots.index;
    this.#keys = slots.keys;
    this.#columns = slots.columns;
    this.#order = new SlotOrder(slots);
  }

  get size(): number {
    return this.#order.size;
  }

  get memoryBytes(): number {
    return this.#columns.bytes + this.#index.bytes + this.#keys.length * BYTES_OF_REFERENCE;
  }

  put(key: Key, position: number, length: number): number {
    const columns = this.#columns;
    const entry = this.#index.findOrAdd(key, columns.length);
    if (entry < 0) {
      columns.append(position, length);
      this.#keys.push(key);
      return 0;
    }
    const before = columns.lengthOf(entry);
    columns.set(entry, position, length);
    return before;
  }

  remove(key: Key): number {
    const entry = this.#index.find(key);
    if (entry < 0) return 0;
    const length = this.#columns.lengthOf(entry);
    this.#index.remove(key);
    this.#order.remove(entry);
    this.#order.closeHoles();
    return length;
  }

  clear(): void {
    this.#index.clear();
    this.#order.clear();
  }

  has(key: Key): boolean {
    return this.#index.find(key) >= 0;
  }

  find(key: Key): number {
    return this.#index.find(key);
  }

  holds(key: Key, position: number): boolean {
    const entry = this.#index.find(key);
    return entry >= 0 && this.#columns.positionOf(entry) === position;
  }

  entriesOf(key: Key): readonly number[] {
    const entry = this.#index.find(key);
    return entry < 0 ? [] : [entry];
  }

  positionOf(entry: number): number {
    return this.#columns.positionOf(entry);
  }

  lengthOf(entry: number): number {
    return this.#columns.lengthOf(entry);
  }

  firstKey(): Key | undefined {
    return this.#keyAt(this.#order.after(-1));
  }

  lastKey(): Key | undefined {
    return this.#keyAt(this.#order.before(this.#keys.length));
  }

  keyAfter(key: Key): Key | undefined {
    const entry = this.#index.find(key);
    return entry < 0 ? undefined : this.#keyAt(this.#order.after(entry));
  }

  keyBefore(key: Key): Key | undefined {
    const entry = this.#index.find(key);
    return entry < 0 ? undefined : this.#keyAt(this.#order.before(entry));
  }

  keys(): IterableIterator<Key> {
    const keys = this.#keys;
    return this.#order.scan((slot) => keys[slot] as Key);
  }

  scan<T>(_range: ScanRange, pick: (entry: number, key: Key) => T): IterableIterator<T> {
    const keys = this.#keys;
    return this.#order.scan((slot) => pick(slot, keys[slot] as Key));
  }

  relocate(move: (position: number) => number): Generator<void, void, void> {
    const columns = this.#columns;
    return inSteps(
      this.#order.scan((slot) => columns.setPosition(slot, move(columns.positionOf(slot)))),
    );
  }

  #keyAt(slot: number): Key | undefined {
    return slot < 0 ? undefined : this.#keys[slot];
  }
}

/**
 * A key and its location in each slot, and an index of the keys. In place of the key, a hole has undefined; its number is
 * in the columns.
 */
class KeySlots implements Slots {
  readonly keys: (Key | undefined)[] = [];
  readonly columns = new LocationColumns();
  readonly index: SlotIndex;

  constructor(rules: KeyRules) {
    this.index = new SlotIndex(this.keys, rules);
  }

  get length(): number {
    return this.columns.length;
  }

  holeAt(slot: number): number {
    return this.columns.holeAt(slot);
  }

  dig(slot: number, number: number): void {
    this.keys[slot] = undefined;
    this.columns.dig(slot, number);
  }

  move(from: number, to: number): void {
    const key = this.keys[from] as Key;
    this.keys[to] = key;
    this.columns.move(from, to);
    this.index.move(key, from, to);
  }

  truncate(length: number): void {
    this.keys.length = length;
    this.columns.truncate(length);
  }
}
