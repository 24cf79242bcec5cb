import type { Key, StoreRecord } from "@store/core";
import { HashIndex } from "./hash-index.js";

/** From so many items on, those that may equal a record are found by its hash. */
const MANY_ITEMS = 16;

/** So many items are kept in an array that is no longer than it must be: V8 would give the second 18 places. */
const FEW_ITEMS = 4;

/**
 * The items of one key in a bag, in the order in which they came. An item is a record, or stands for one; the hash of
 * its record, which must be the same each time, isn't asked for before it is needed.
 */
export class Bucket<T> {
  readonly key: Key;
  #items: readonly T[];
  /** Of the first items; it takes in the others when it is asked next. */
  #index: HashIndex<T> | undefined = undefined;

  constructor(key: Key, first: T) {
    this.key = key;
    this.#items = [first];
  }

  /**
   * Appended to in place while it is the same array; another one when items were removed or replaced: whoever goes
   * through it by position can tell.
   */
  get items(): readonly T[] {
    return this.#items;
  }

  add(item: T): void {
    const items = this.#items;
    if (items.length < FEW_ITEMS) this.#items = items.toSpliced(items.length, 0, item);
    else (items as T[]).push(item);
  }

  /**
   * The items among which all are whose record equals a given one: all items if they are few, else those that have its
   * hash. O(1), but for items whose hash wasn't needed before.
   */
  candidates(
    record: StoreRecord,
    hashRecord: (record: StoreRecord) => number,
    hashOf: (item: T) => number,
  ): readonly T[] {
    const items = this.#items;
    if (items.length < MANY_ITEMS) return items;
    const index = this.#index ?? new HashIndex<T>();
    this.#index = index;
    while (index.count < items.length) {
      const item = items[index.count] as T;
      index.add(item, hashOf(item));
    }
    return index.get(hashRecord(record));
  }

  /** Whether the items are found by their hashes: then {@link remove} asks for those. */
  get isIndexed(): boolean {
    return this.#index !== undefined;
  }

  /** Removes these very items, at least one. O(n). For one whose hash it wasn't told before, any will do. */
  remove(gone: ReadonlySet<T>, hashOf: (item: T) => number): void {
    const items = this.#items;
    const [first] = gone;
    const left =
      gone.size === 1
        ? items.toSpliced(items.indexOf(first as T), 1)
        : items.filter((item) => !gone.has(item));
    this.#index?.remove(gone, hashOf);
    this.#items = left;
  }

  /** Removes the item that was added last. */
  removeLast(): void {
    this.#items = this.#items.slice(0, -1);
    if (this.#index !== undefined && this.#index.count > this.#items.length)
      this.#index = undefined;
  }

  /** Puts other items in the place of these, whose records have the same hashes. */
  replaceItems(change: (item: T) => T): void {
    this.#items = this.#items.map(change);
    this.#index = undefined;
  }

  clear(): void {
    this.#items = [];
    this.#index = undefined;
  }
}
