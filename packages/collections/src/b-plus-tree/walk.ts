import { type Leaf, lowerBound, upperBound } from "./node.js";
import type { BPlusTreeShape } from "./shape.js";

/**
 * Goes from key to key. It remembers where the key was that it returned last: from there it goes on without a search.
 *
 * Where it stands is a hint, about a leaf that may have left the tree since. It is checked against the leaf, which is
 * empty then, each time it is used; so no change has to care for it.
 */
export class BPlusTreeWalk<K, V> {
  readonly #tree: BPlusTreeShape<K, V>;
  #leaf: Leaf<K, V>;
  #index = 0;

  constructor(tree: BPlusTreeShape<K, V>) {
    this.#tree = tree;
    this.#leaf = tree.firstLeaf;
  }

  first(): K | undefined {
    return this.#standAt(this.#tree.firstLeaf, 0);
  }

  last(): K | undefined {
    const { lastLeaf } = this.#tree;
    return lastLeaf.count === 0 ? undefined : this.#standAt(lastLeaf, lastLeaf.count - 1);
  }

  after(key: K): K | undefined {
    const { compare } = this.#tree;
    let leaf = this.#leaf;
    let index = this.#index;
    if (!this.#isAt(leaf, index, key)) {
      leaf = this.#tree.leafFor(key);
      index = upperBound(leaf.keys, key, compare) - 1;
    }
    if (index + 1 < leaf.keys.length) return this.#standAt(leaf, index + 1);
    return leaf.next === undefined ? undefined : this.#standAt(leaf.next, 0);
  }

  before(key: K): K | undefined {
    const { compare } = this.#tree;
    let leaf = this.#leaf;
    let index = this.#index;
    if (!this.#isAt(leaf, index, key)) {
      leaf = this.#tree.leafFor(key);
      index = lowerBound(leaf.keys, key, compare);
    }
    if (index > 0) return this.#standAt(leaf, index - 1);
    return leaf.prev === undefined ? undefined : this.#standAt(leaf.prev, leaf.prev.count - 1);
  }

  /** To be told what was removed from a leaf spares a search. */
  removed(leaf: Leaf<K, V>, from: number, to: number): void {
    if (leaf !== this.#leaf || from >= this.#index) return;
    this.#index = Math.max(from, this.#index - (to - from));
  }

  /** Lets go of a leaf that may have left the tree. */
  reset(): void {
    this.#leaf = this.#tree.firstLeaf;
  }

  #isAt(leaf: Leaf<K, V>, index: number, key: K): boolean {
    if (index >= leaf.keys.length) return false;
    const found = leaf.keys[index] as K;
    return found === key || this.#tree.compare(found, key) === 0;
  }

  #standAt(leaf: Leaf<K, V>, index: number): K | undefined {
    this.#leaf = leaf;
    this.#index = index;
    return leaf.keys[index];
  }
}
