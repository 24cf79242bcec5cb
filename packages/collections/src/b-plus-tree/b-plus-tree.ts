import type { LimitedRange, ScanRange } from "./bounds.js";
import { type Compare, indexOf, type Leaf } from "./node.js";
import { countBefore, findRuns, type Run } from "./range.js";
import { BPlusTreeScan } from "./scan.js";
import { BPlusTreeShape } from "./shape.js";
import { BPlusTreeWalk } from "./walk.js";

/** By measurement: smaller nodes cost time everywhere, larger ones gain little and take more memory. */
const DEFAULT_ORDER = 64;

/** Nodes are copied in one piece, as the arguments of a call. */
const HIGHEST_ORDER = 4096;

/**
 * A map in the order of its keys. Searching, adding and removing are O(log n), the first and last key O(1), and so is
 * the way from a key that was just returned to its neighbour. A value is never undefined.
 *
 * It is not reentrant: what it calls, `compare` and `change`, must leave it alone. A call that throws changes nothing,
 * but for {@link BPlusTree.updateAll}.
 *
 * Invariants, beside those of its {@link BPlusTreeShape}:
 *
 * 9. `size` is the number of entries.
 * 10. `version` is another one after an entry was added or removed, and the same after a value was replaced.
 * 11. The branches above the growing end lack the `#uncounted` entries that were added there last: that spares the way up
 *     for each entry of a tree that is filled in order. Nothing else is done before they are counted.
 *
 * The growing end is a hint, about a leaf that may have left the tree since: it is checked each time it is used.
 */
export class BPlusTree<K, V> extends BPlusTreeShape<K, V> {
  #size = 0;
  readonly #walk: BPlusTreeWalk<K, V>;
  /** The edge leaf to which the last entry was added at its end of the tree: perhaps the next one goes there too. */
  #growing: Leaf<K, V> | undefined = undefined;
  #uncounted = 0;

  constructor(compare: Compare<K>, order: number = DEFAULT_ORDER) {
    if (!Number.isInteger(order) || order < 4 || order > HIGHEST_ORDER) {
      throw new RangeError(
        `The order must be an integer from 4 to ${HIGHEST_ORDER}, not ${order}.`,
      );
    }
    super(compare, order);
    this.#walk = new BPlusTreeWalk(this);
  }

  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    const leaf = this.leafFor(key);
    const index = indexOf(leaf.keys, key, this.compare);
    return index < 0 ? undefined : leaf.values[index];
  }

  has(key: K): boolean {
    return indexOf(this.leafFor(key).keys, key, this.compare) >= 0;
  }

  /** Adds an entry, or replaces the value of one. Returns the value that was there, undefined if none. */
  set(key: K, value: V): V | undefined {
    const growing = this.#growing;
    if (growing !== undefined) {
      const { keys } = growing;
      if (growing === this.lastLeaf && this.compare(key, keys[keys.length - 1] as K) > 0) {
        this.#append(key, value);
        return undefined;
      }
      if (growing === this.firstLeaf && this.compare(key, keys[0] as K) < 0) {
        this.#prepend(key, value);
        return undefined;
      }
      this.#stopGrowing();
    }
    const leaf = this.leafFor(key);
    const index = indexOf(leaf.keys, key, this.compare);
    if (index < 0) {
      this.#insert(leaf, ~index, key, value);
      return undefined;
    }
    const previous = leaf.values[index];
    leaf.values[index] = value;
    return previous;
  }

  /** Replaces the value of a key by what `change` makes of it, and returns that; undefined if there is none. */
  update(key: K, change: (value: V) => V): V | undefined {
    const leaf = this.leafFor(key);
    const index = indexOf(leaf.keys, key, this.compare);
    if (index < 0) return undefined;
    const changed = change(leaf.values[index] as V);
    leaf.values[index] = changed;
    return changed;
  }

  /** Replaces each value by what `change` makes of it, in the order of the keys. */
  updateAll(change: (value: V) => V): void {
    let leaf: Leaf<K, V> | undefined = this.firstLeaf;
    for (; leaf !== undefined; leaf = leaf.next) {
      const { values } = leaf;
      for (let index = 0; index < values.length; index++) {
        values[index] = change(values[index] as V);
      }
    }
  }

  /** Removes an entry. Returns its value, undefined if there is none. */
  delete(key: K): V | undefined {
    const leaf = this.leafFor(key);
    const index = indexOf(leaf.keys, key, this.compare);
    if (index < 0) return undefined;
    const value = leaf.values[index];
    this.#remove(leaf, index);
    return value;
  }

  /** Removes all entries. It visits each leaf, since a scan or the walk may keep one, and with it all others, alive. */
  clear(): void {
    const leaf = this.firstLeaf;
    for (let each: Leaf<K, V> | undefined = leaf; each !== undefined; ) {
      const { next }: Leaf<K, V> = each;
      each.abandon();
      each = next;
    }
    this.root = leaf;
    this.height = 0;
    this.lastLeaf = leaf;
    this.#walk.reset();
    this.#growing = undefined;
    this.#uncounted = 0;
    this.#size = 0;
    this.version++;
  }

  /** How many entries are in `range`. O(log n), without a look at them. */
  countRange({ lower, upper, limit = Infinity }: LimitedRange<K>): number {
    this.#countGrown();
    const from = lower === undefined ? 0 : countBefore(this, lower.key, !lower.inclusive);
    const to = upper === undefined ? this.#size : countBefore(this, upper.key, upper.inclusive);
    return Math.min(Math.max(to - from, 0), limit);
  }

  /** Removes the entries in `range`, and returns their values in its direction. O(log n + k) for k of them. */
  deleteRange(range: LimitedRange<K>): V[] {
    const runs = findRuns(this, range);
    const values: V[] = [];
    for (const { leaf, from, to } of runs) {
      for (let index = from; index < to; index++) values.push(leaf.values[index] as V);
    }
    if (values.length === this.#size) this.clear();
    else if (values.length > 0) this.#removeRuns(runs, values.length);
    return range.reverse ? values.reverse() : values;
  }

  firstKey(): K | undefined {
    return this.#walk.first();
  }

  lastKey(): K | undefined {
    return this.#walk.last();
  }

  /** The first key after `key`, whether that is there or not; undefined at the end. */
  keyAfter(key: K): K | undefined {
    return this.#walk.after(key);
  }

  /** The last key before `key`, whether that is there or not; undefined at the beginning. */
  keyBefore(key: K): K | undefined {
    return this.#walk.before(key);
  }

  /** Goes through the values in `range`; the search waits for the first step. */
  scan(range: ScanRange<K>): BPlusTreeScan<K, V, V> {
    return this.scanEntries(range, pickValue);
  }

  /** Goes through the entries in `range` likewise, and returns what `pick` makes of each. */
  scanEntries<T>(range: ScanRange<K>, pick: (key: K, value: V) => T): BPlusTreeScan<K, V, T> {
    return new BPlusTreeScan(this, range, pick);
  }

  #insert(leaf: Leaf<K, V>, index: number, key: K, value: V): void {
    if (index === leaf.count && leaf === this.lastLeaf) {
      this.#append(key, value);
    } else if (index === 0 && leaf === this.firstLeaf) {
      this.#prepend(key, value);
    } else {
      this.#size++;
      this.version++;
      this.addToSizes(leaf.parent, 1);
      if (leaf.count < this.order) leaf.insertAt(index, key, value);
      else this.#insertIntoFull(leaf, index, key, value);
    }
  }

  #insertIntoFull(leaf: Leaf<K, V>, index: number, key: K, value: V): void {
    const half = this.order >>> 1;
    const right = this.splitLeaf(leaf, half);
    if (index <= half) leaf.insertAt(index, key, value);
    else right.insertAt(index - half, key, value);
    this.addSibling(leaf, right.keys[0] as K, right, (this.order + 1) >>> 1);
  }

  #append(key: K, value: V): void {
    this.#size++;
    this.version++;
    let leaf = this.lastLeaf;
    if (leaf.count === this.order) {
      this.#countGrown();
      const full = leaf;
      leaf = this.splitLeaf(full, full.count);
      this.addSibling(full, key, leaf, this.order - 1);
    }
    leaf.keys.push(key);
    leaf.values.push(value);
    this.#growing = leaf;
    this.#uncounted++;
  }

  #prepend(key: K, value: V): void {
    this.#size++;
    this.version++;
    const leaf = this.firstLeaf;
    if (leaf.count === this.order) {
      this.#countGrown();
      const full = this.splitLeaf(leaf, 0);
      this.addSibling(leaf, full.keys[0] as K, full, 2);
    }
    leaf.insertAt(0, key, value);
    this.#growing = leaf;
    this.#uncounted++;
  }

  #countGrown(): void {
    if (this.#uncounted === 0) return;
    this.addToSizes(this.#growing?.parent, this.#uncounted);
    this.#uncounted = 0;
  }

  #stopGrowing(): void {
    this.#countGrown();
    this.#growing = undefined;
  }

  #remove(leaf: Leaf<K, V>, index: number): void {
    this.#size--;
    this.version++;
    this.#countGrown();
    this.addToSizes(leaf.parent, -1);
    leaf.removeAt(index);
    this.#walk.removed(leaf, index, index + 1);
    if (leaf.count >= this.minimum) return;
    if (leaf !== this.firstLeaf && leaf !== this.lastLeaf) {
      this.refill(leaf);
    } else if (leaf.count === 0) {
      this.#growing = undefined;
      this.dropEdge(leaf);
    }
  }

  /** Removes `count` entries that stand together, but not all there are. */
  #removeRuns(runs: readonly Run<K, V>[], count: number): void {
    this.#stopGrowing();
    this.#size -= count;
    this.version++;
    const first = runs[0] as Run<K, V>;
    const last = runs.at(-1) as Run<K, V>;
    const before = first.from === 0 ? first.leaf.prev : first.leaf;
    const after = last.to === last.leaf.count ? last.leaf.next : last.leaf;
    const emptied: Leaf<K, V>[] = [];
    for (const { leaf, from, to } of runs) {
      this.addToSizes(leaf.parent, from - to);
      this.#walk.removed(leaf, from, to);
      if (to - from === leaf.count) emptied.push(leaf);
      else leaf.removeRun(from, to);
    }
    if (emptied.length > 0) this.dropLeaves(emptied);
    if (before !== undefined) this.restore(before);
    if (after !== undefined) this.restore(after);
  }
}

function pickValue<V>(_key: unknown, value: V): V {
  return value;
}
