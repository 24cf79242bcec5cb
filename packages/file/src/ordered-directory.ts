import { BPlusTree } from "@store/collections";
import type { Key, ScanRange } from "@store/core";
import type { SetDirectory } from "./directory.js";
import { LocationColumns } from "./location-columns.js";
import { inSteps } from "./step.js";

/** Fewer free entries than this are never worth giving back. */
const FEW_FREE = 32;
/** A key and a value of the tree. */
const BYTES_OF_REFERENCES = 16;

/**
 * The directory of an ordered_set: a tree leads from a key to its entry, in O(log n); the locations are in columns.
 *
 * An entry that is free is a hole of the columns; the number in it is the next free one, -1 in the last. The next record
 * gets the one that became free last. When more are free than not, the others move to columns of their own, in the order
 * of the keys.
 */
export class OrderedDirectory implements SetDirectory {
  readonly #tree: BPlusTree<Key, number>;
  #columns = new LocationColumns();
  #free = -1;

  constructor(compareKeys: (a: Key, b: Key) => number) {
    this.#tree = new BPlusTree(compareKeys);
  }

  get size(): number {
    return this.#tree.size;
  }

  get memoryBytes(): number {
    return this.#columns.bytes + this.#tree.size * BYTES_OF_REFERENCES;
  }

  put(key: Key, position: number, length: number): number {
    const before = this.#tree.set(key, this.#take(position, length));
    return before === undefined ? 0 : this.#release(before);
  }

  remove(key: Key): number {
    const entry = this.#tree.delete(key);
    if (entry === undefined) return 0;
    const length = this.#release(entry);
    const { size } = this.#tree;
    if (this.#columns.length - size > size + FEW_FREE) this.#moveTogether();
    return length;
  }

  clear(): void {
    this.#tree.clear();
    this.#columns = new LocationColumns();
    this.#free = -1;
  }

  has(key: Key): boolean {
    return this.#tree.has(key);
  }

  find(key: Key): number {
    return this.#tree.get(key) ?? -1;
  }

  holds(key: Key, position: number): boolean {
    const entry = this.#tree.get(key);
    return entry !== undefined && this.#columns.positionOf(entry) === position;
  }

  entriesOf(key: Key): readonly number[] {
    const entry = this.#tree.get(key);
    return entry === undefined ? [] : [entry];
  }

  positionOf(entry: number): number {
    return this.#columns.positionOf(entry);
  }

  lengthOf(entry: number): number {
    return this.#columns.lengthOf(entry);
  }

  firstKey(): Key | undefined {
    return this.#tree.firstKey();
  }

  lastKey(): Key | undefined {
    return this.#tree.lastKey();
  }

  keyAfter(key: Key): Key | undefined {
    return this.#tree.keyAfter(key);
  }

  keyBefore(key: Key): Key | undefined {
    return this.#tree.keyBefore(key);
  }

  keys(range: ScanRange): IterableIterator<Key> {
    return this.#tree.scanEntries(range, (key) => key);
  }

  scan<T>(range: ScanRange, pick: (entry: number, key: Key) => T): IterableIterator<T> {
    return this.#tree.scanEntries(range, (key, entry) => pick(entry, key));
  }

  relocate(move: (position: number) => number): Generator<void, void, void> {
    return inSteps(
      this.#tree.scanEntries({ reverse: false }, (_key, entry) =>
        this.#columns.setPosition(entry, move(this.#columns.positionOf(entry))),
      ),
    );
  }

  #take(position: number, length: number): number {
    const entry = this.#free;
    if (entry < 0) return this.#columns.append(position, length);
    this.#free = this.#columns.positionOf(entry);
    this.#columns.set(entry, position, length);
    return entry;
  }

  /** Returns the length that the entry had. */
  #release(entry: number): number {
    const length = this.#columns.lengthOf(entry);
    this.#columns.dig(entry, this.#free);
    this.#free = entry;
    return length;
  }

  #moveTogether(): void {
    const before = this.#columns;
    const columns = new LocationColumns();
    this.#tree.updateAll((entry) =>
      columns.append(before.positionOf(entry), before.lengthOf(entry)),
    );
    this.#columns = columns;
    this.#free = -1;
  }
}
