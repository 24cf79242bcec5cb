import {
  Branch,
  type Compare,
  indexOf,
  Leaf,
  lowerBound,
  type Node,
  upperBound,
} from "./b-plus-tree-node.js";
import { BPlusTreeScan, type ScanRange } from "./b-plus-tree-scan.js";

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
 * All entries are in leaves; the branches above lead to them. A node holds at most `order` entries or children, and
 * `minimum` is half of that. "Edge" is what has nothing before it, or nothing after it, on its level.
 *
 * 1. The leaves are all at one depth, `height` branches below the root.
 * 2. Children point to their parent; the root has none.
 * 3. The leaves are linked both ways, in the order of the tree, from `firstLeaf` to `lastLeaf`.
 * 4. Keys ascend strictly, from the first leaf to the last. There is a value for each.
 * 5. A branch has one separator fewer than children. A separator is after all keys before it, and not after those behind
 *    it; it need not be a key of the tree (any more).
 * 6. A leaf holds at least `minimum` entries; an edge leaf at least one; the root, if it is a leaf, any number.
 * 7. A branch has at least `minimum` children; the root and edge branches at least two.
 * 8. `size` is the number of entries.
 * 9. `version` is another one after an entry was added or removed, and the same after a value was replaced.
 *
 * Edges may be poor (6, 7), so that entries added at an end leave full nodes behind, and a queue does without moving
 * entries between leaves. As no branch has fewer than two children, the height is logarithmic all the same.
 *
 * The finger and the growing end are hints, each about a leaf that may have left the tree since. They are checked against
 * the leaf, which is empty then, each time they are used; so no change has to care for them.
 */
export class BPlusTree<K, V> {
  readonly order: number;
  readonly minimum: number;
  /** @internal This and all below for the scans, and for checking the invariants. */
  readonly compare: Compare<K>;
  /** @internal */
  root: Node<K, V>;
  /** @internal */
  height = 0;
  /** @internal */
  firstLeaf: Leaf<K, V>;
  /** @internal */
  lastLeaf: Leaf<K, V>;
  /** @internal */
  version = 0;
  #size = 0;
  /** Where the key was that a walk returned last: a walk goes on from there without a search. */
  #finger: Leaf<K, V>;
  #fingerIndex = 0;
  /** The edge leaf to which the last entry was added at its end of the tree: perhaps the next one goes there too. */
  #growing: Leaf<K, V> | undefined = undefined;

  constructor(compare: Compare<K>, order: number = DEFAULT_ORDER) {
    if (!Number.isInteger(order) || order < 4 || order > HIGHEST_ORDER) {
      throw new RangeError(
        `The order must be an integer from 4 to ${HIGHEST_ORDER}, not ${order}.`,
      );
    }
    this.compare = compare;
    this.order = order;
    this.minimum = order >>> 1;
    const leaf = new Leaf<K, V>([], []);
    this.root = leaf;
    this.firstLeaf = leaf;
    this.lastLeaf = leaf;
    this.#finger = leaf;
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
      this.#growing = undefined;
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

  /** Removes all entries. It visits each leaf, since a scan or the finger may keep one, and with it all others, alive. */
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
    this.#finger = leaf;
    this.#growing = undefined;
    this.#size = 0;
    this.version++;
  }

  firstKey(): K | undefined {
    return this.#pointAt(this.firstLeaf, 0);
  }

  lastKey(): K | undefined {
    const { count } = this.lastLeaf;
    return count === 0 ? undefined : this.#pointAt(this.lastLeaf, count - 1);
  }

  /** The first key after `key`, whether that is there or not; undefined at the end. */
  keyAfter(key: K): K | undefined {
    let leaf = this.#finger;
    let index = this.#fingerIndex;
    if (!this.#isAt(leaf, index, key)) {
      leaf = this.leafFor(key);
      index = upperBound(leaf.keys, key, this.compare) - 1;
    }
    if (index + 1 < leaf.keys.length) return this.#pointAt(leaf, index + 1);
    return leaf.next === undefined ? undefined : this.#pointAt(leaf.next, 0);
  }

  /** The last key before `key`, whether that is there or not; undefined at the beginning. */
  keyBefore(key: K): K | undefined {
    let leaf = this.#finger;
    let index = this.#fingerIndex;
    if (!this.#isAt(leaf, index, key)) {
      leaf = this.leafFor(key);
      index = lowerBound(leaf.keys, key, this.compare);
    }
    if (index > 0) return this.#pointAt(leaf, index - 1);
    return leaf.prev === undefined ? undefined : this.#pointAt(leaf.prev, leaf.prev.count - 1);
  }

  /** Goes through the values in `range`; the search waits for the first step. */
  scan(range: ScanRange<K>): BPlusTreeScan<K, V, V> {
    return this.scanEntries(range, pickValue);
  }

  /** Goes through the entries in `range` likewise, and returns what `pick` makes of each. */
  scanEntries<T>(range: ScanRange<K>, pick: (key: K, value: V) => T): BPlusTreeScan<K, V, T> {
    return new BPlusTreeScan(this, range, pick);
  }

  /** @internal The leaf where a key is, or belongs. */
  leafFor(key: K): Leaf<K, V> {
    const { compare } = this;
    let node = this.root;
    // By invariant 1 these are branches, and what follows is a leaf. Asking each node takes longer.
    for (let level = this.height; level > 0; level--) {
      const branch = node as Branch<K, V>;
      node = branch.children[upperBound(branch.keys, key, compare)] as Node<K, V>;
    }
    return node as Leaf<K, V>;
  }

  #isAt(leaf: Leaf<K, V>, index: number, key: K): boolean {
    if (index >= leaf.keys.length) return false;
    const found = leaf.keys[index] as K;
    return found === key || this.compare(found, key) === 0;
  }

  #pointAt(leaf: Leaf<K, V>, index: number): K | undefined {
    this.#finger = leaf;
    this.#fingerIndex = index;
    return leaf.keys[index];
  }

  #insert(leaf: Leaf<K, V>, index: number, key: K, value: V): void {
    if (index === leaf.count && leaf === this.lastLeaf) {
      this.#append(key, value);
    } else if (index === 0 && leaf === this.firstLeaf) {
      this.#prepend(key, value);
    } else {
      this.#size++;
      this.version++;
      if (leaf.count < this.order) leaf.insertAt(index, key, value);
      else this.#insertIntoFull(leaf, index, key, value);
    }
  }

  #insertIntoFull(leaf: Leaf<K, V>, index: number, key: K, value: V): void {
    const half = this.order >>> 1;
    const right = this.#split(leaf, half);
    if (index <= half) leaf.insertAt(index, key, value);
    else right.insertAt(index - half, key, value);
    this.#addSibling(leaf, right.keys[0] as K, right, (this.order + 1) >>> 1);
  }

  #append(key: K, value: V): void {
    this.#size++;
    this.version++;
    let leaf = this.lastLeaf;
    if (leaf.count === this.order) {
      const full = leaf;
      leaf = this.#split(full, full.count);
      this.#addSibling(full, key, leaf, this.order - 1);
    }
    leaf.keys.push(key);
    leaf.values.push(value);
    this.#growing = leaf;
  }

  #prepend(key: K, value: V): void {
    this.#size++;
    this.version++;
    const leaf = this.firstLeaf;
    if (leaf.count === this.order) {
      const full = this.#split(leaf, 0);
      this.#addSibling(leaf, full.keys[0] as K, full, 2);
    }
    leaf.insertAt(0, key, value);
    this.#growing = leaf;
  }

  #split(leaf: Leaf<K, V>, index: number): Leaf<K, V> {
    const right = leaf.split(index);
    if (leaf === this.lastLeaf) this.lastLeaf = right;
    return right;
  }

  /** Puts `right` after `left`. A parent that is too full then keeps `cut` children. */
  #addSibling(left: Node<K, V>, separator: K, right: Node<K, V>, cut: number): void {
    const { parent } = left;
    if (parent === undefined) {
      this.root = new Branch([separator], [left, right]);
      this.height++;
      return;
    }
    parent.insertAfter(left, separator, right);
    if (parent.count <= this.order) return;
    const split = parent.split(cut);
    this.#addSibling(parent, split.separator, split.right, cut);
  }

  #remove(leaf: Leaf<K, V>, index: number): void {
    this.#size--;
    this.version++;
    leaf.removeAt(index);
    if (leaf === this.#finger && index < this.#fingerIndex) this.#fingerIndex--;
    if (leaf.count >= this.minimum) return;
    if (leaf !== this.firstLeaf && leaf !== this.lastLeaf) this.#refill(leaf);
    else if (leaf.count === 0) this.#dropEdge(leaf);
  }

  #dropEdge(leaf: Leaf<K, V>): void {
    this.#growing = undefined;
    const { parent, prev, next } = leaf;
    if (parent === undefined) return;
    // It has one neighbour: a parent has two children or more, and this one is at the edge.
    if (next === undefined) this.lastLeaf = prev as Leaf<K, V>;
    else this.firstLeaf = next;
    leaf.unlink();
    this.#removeChild(parent, next === undefined ? parent.count - 1 : 0);
  }

  #removeChild(parent: Branch<K, V>, index: number): void {
    parent.removeChild(index);
    if (parent.count < this.minimum) this.#refill(parent);
  }

  /** Merges a node that is too poor with the poorer of its siblings, or lets them share if that is too much for one. */
  #refill(node: Node<K, V>): void {
    const { parent } = node;
    if (parent === undefined) {
      this.#lowerRoot();
      return;
    }
    const { keys, children } = parent;
    let index = children.indexOf(node);
    const before = children[index - 1];
    const after = children[index + 1];
    if (after === undefined || (before !== undefined && before.count < after.count)) index--;
    const left = children[index] as Node<K, V>;
    const right = children[index + 1] as Node<K, V>;
    const separator = keys[index] as K;
    const shared = left.count + right.count > this.order;
    if (left instanceof Leaf) {
      const next = right as Leaf<K, V>;
      if (shared) {
        keys[index] = left.balance(next);
      } else {
        if (next === this.lastLeaf) this.lastLeaf = left;
        left.merge(next);
      }
    } else {
      const next = right as Branch<K, V>;
      if (shared) keys[index] = left.balance(next, separator);
      else left.merge(next, separator);
    }
    if (!shared) this.#removeChild(parent, index + 1);
  }

  /** A root with one child has had its day. */
  #lowerRoot(): void {
    const { children } = this.root as Branch<K, V>;
    if (children.length > 1) return;
    this.root = children[0] as Node<K, V>;
    this.root.parent = undefined;
    this.height--;
  }
}

function pickValue<V>(_key: unknown, value: V): V {
  return value;
}
