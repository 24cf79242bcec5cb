import { type Bound, endIn, type ScanRange, startIn } from "./bounds.js";
import type { Leaf } from "./node.js";
import type { BPlusTreeShape } from "./shape.js";

/**
 * Goes through the entries of a range, in the order of the keys or against it. The tree may change between two steps: no
 * entry comes twice, and each comes that is there from the first step to the last, with the value that it has when it
 * comes. Once at the end, it stays there.
 *
 * A step is O(1), or O(log n) if an entry was added or removed since the step before. The tree knows nothing of its
 * scans: one that is left unfinished costs nothing, and keeps at most one leaf of entries alive, until they are removed.
 *
 * 1. With `#version` that of the tree: the entries to come are those of `#leaf` from `#index` to before `#stop`, then
 *    those of the leaves beyond that are in range.
 * 2. With another one: those between `#lower` and `#upper` that are beyond `#lastKey`.
 * 3. At the end `#tree` is undefined, and so is all else that it could keep alive.
 */
export class BPlusTreeScan<K, V, T> implements IterableIterator<T, undefined> {
  readonly #pick: (key: K, value: V) => T;
  readonly #reverse: boolean;
  #tree: BPlusTreeShape<K, V> | undefined;
  #lower: Bound<K> | undefined;
  #upper: Bound<K> | undefined;
  #lastKey: K | undefined = undefined;
  #version = -1;
  #leaf: Leaf<K, V> | undefined = undefined;
  #index = 0;
  #stop = 0;

  /** @param pick makes of an entry what the scan returns */
  constructor(
    tree: BPlusTreeShape<K, V>,
    { lower, upper, reverse }: ScanRange<K>,
    pick: (key: K, value: V) => T,
  ) {
    this.#tree = tree;
    this.#pick = pick;
    this.#lower = lower;
    this.#upper = upper;
    this.#reverse = reverse;
  }

  next(): IteratorResult<T, undefined> {
    const tree = this.#tree;
    if (tree === undefined) return { done: true, value: undefined };
    let leaf = this.#version === tree.version ? (this.#leaf as Leaf<K, V>) : this.#seek(tree);
    if (this.#index === this.#stop) {
      // One leaf further is far enough: only the leaf of an empty tree is empty.
      const beyond = this.#reverse ? leaf.prev : leaf.next;
      if (beyond === undefined) return this.return();
      leaf = this.#enter(tree, beyond);
      if (this.#index === this.#stop) return this.return();
    }
    const index = this.#index;
    this.#index = this.#reverse ? index - 1 : index + 1;
    const key = leaf.keys[index] as K;
    this.#lastKey = key;
    return { done: false, value: this.#pick(key, leaf.values[index] as V) };
  }

  return(): IteratorResult<T, undefined> {
    this.#tree = undefined;
    this.#lower = undefined;
    this.#upper = undefined;
    this.#lastKey = undefined;
    this.#leaf = undefined;
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  /** Finds the leaf where the entries to come begin: at the bound, or at the last key, which is a bound from now on. */
  #seek(tree: BPlusTreeShape<K, V>): Leaf<K, V> {
    if (this.#lastKey !== undefined) {
      const last = { key: this.#lastKey, inclusive: false };
      if (this.#reverse) this.#upper = last;
      else this.#lower = last;
    }
    const start = this.#reverse ? this.#upper : this.#lower;
    const end = this.#reverse ? tree.lastLeaf : tree.firstLeaf;
    const leaf = this.#enter(tree, start === undefined ? end : tree.leafFor(start.key));
    this.#version = tree.version;
    return leaf;
  }

  #enter({ compare }: BPlusTreeShape<K, V>, leaf: Leaf<K, V>): Leaf<K, V> {
    const { keys } = leaf;
    const from = startIn(keys, this.#lower, compare);
    const to = Math.max(from, endIn(keys, this.#upper, compare));
    this.#leaf = leaf;
    this.#index = this.#reverse ? to - 1 : from;
    this.#stop = this.#reverse ? from - 1 : to;
    return leaf;
  }
}
