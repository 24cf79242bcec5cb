import type { BPlusTree } from "../../src/b-plus-tree/b-plus-tree.js";
import { type Branch, Leaf, type Node } from "../../src/b-plus-tree/node.js";

type KeyRange<K> = { readonly from?: K | undefined; readonly to?: K | undefined };

/**
 * Checks the invariants of a tree, numbered as above its classes. For that of the version it is called before and after
 * each change: it knows which keys and which version it saw the time before. It changes nothing, so that what is not
 * counted yet stays so.
 */
export class InvariantChecker<K, V> {
  readonly #tree: BPlusTree<K, V>;
  #leaves: Leaf<K, V>[] = [];
  /** How many entries each branch lacks that lacks any. */
  #lacking: number[] = [];
  #keys: K[] = [];
  #version = -1;

  constructor(tree: BPlusTree<K, V>) {
    this.#tree = tree;
  }

  check(): void {
    const tree = this.#tree;
    this.#leaves = [];
    this.#lacking = [];
    demand(2, tree.root.parent === undefined, "the root has a parent");
    this.#checkNode(tree.root, tree.height, {}, true, true);
    this.#checkChain();
    this.#checkEntries();
    this.#checkGrowing();
  }

  #checkNode(
    node: Node<K, V>,
    level: number,
    range: KeyRange<K>,
    first: boolean,
    last: boolean,
  ): number {
    if (level > 0) demand(1, !(node instanceof Leaf), "a leaf is too high");
    else demand(1, node instanceof Leaf, "a branch is too low");
    this.#checkFill(node, first || last);
    this.#checkRange(node.keys, range);
    if (!(node instanceof Leaf)) return this.#checkChildren(node, level, range, first, last);
    this.#leaves.push(node);
    return node.keys.length;
  }

  #checkFill(node: Node<K, V>, edge: boolean): void {
    const { order, minimum, root } = this.#tree;
    const isLeaf = node instanceof Leaf;
    const number = isLeaf ? 6 : 7;
    let least = edge ? (isLeaf ? 1 : 2) : minimum;
    if (node === root) least = isLeaf ? 0 : 2;
    demand(number, node.count <= order, `${node.count} of ${order} in a node`);
    demand(number, node.count >= least, `only ${node.count} in a node, at least ${least}`);
  }

  /** Also what the separators promise of all keys below them. */
  #checkRange(keys: readonly K[], { from, to }: KeyRange<K>): void {
    const { compare } = this.#tree;
    for (const key of keys) {
      if (from !== undefined) demand(5, compare(from, key) <= 0, "a key before its separator");
      if (to !== undefined) demand(5, compare(key, to) < 0, "a key at or after its separator");
    }
  }

  #checkChildren(
    branch: Branch<K, V>,
    level: number,
    range: KeyRange<K>,
    first: boolean,
    last: boolean,
  ): number {
    const { keys, children } = branch;
    const end = children.length - 1;
    demand(5, keys.length === end, `${keys.length} separators, ${children.length} children`);
    let size = 0;
    for (const [index, child] of children.entries()) {
      demand(2, child.parent === branch, "a child has another parent");
      const from = index === 0 ? range.from : keys[index - 1];
      const to = index === end ? range.to : keys[index];
      const within = { from, to };
      size += this.#checkNode(
        child,
        level - 1,
        within,
        first && index === 0,
        last && index === end,
      );
    }
    if (branch.size !== size) {
      demand(8, first || last, `a branch in the middle has ${size} entries, not ${branch.size}`);
      this.#lacking.push(size - branch.size);
    }
    return size;
  }

  #checkGrowing(): void {
    const [first = 0] = this.#lacking;
    demand(11, first >= 0, "a branch has fewer entries than it says");
    demand(11, new Set(this.#lacking).size <= 1, "branches lack different numbers of entries");
    const number = this.#lacking.length;
    demand(11, number === 0 || number === this.#tree.height, "only some lack what was added");
  }

  #checkChain(): void {
    const leaves = this.#leaves;
    demand(3, this.#tree.firstLeaf === leaves[0], "firstLeaf is not the first");
    demand(3, this.#tree.lastLeaf === leaves.at(-1), "lastLeaf is not the last");
    for (const [index, leaf] of leaves.entries()) {
      demand(3, leaf.prev === leaves[index - 1], "a leaf has another one before it");
      demand(3, leaf.next === leaves[index + 1], "a leaf has another one after it");
    }
  }

  #checkEntries(): void {
    const { compare, size, version } = this.#tree;
    const keys = this.#leaves.flatMap((leaf) => leaf.keys);
    for (const [index, key] of keys.entries()) {
      const before = keys[index - 1];
      if (before !== undefined) demand(4, compare(before, key) < 0, "keys do not ascend");
    }
    for (const leaf of this.#leaves) {
      demand(4, leaf.values.length === leaf.keys.length, "a key without a value, or more values");
      demand(4, !leaf.values.includes(undefined as V), "a value is undefined");
    }
    demand(9, size === keys.length, `size is ${size}, of ${keys.length}`);
    const same =
      keys.length === this.#keys.length && keys.every((key, index) => key === this.#keys[index]);
    demand(10, same || version !== this.#version, "the version did not change, the keys did");
    this.#keys = keys;
    this.#version = version;
  }
}

function demand(number: number, holds: boolean, broken: string): void {
  if (!holds) throw new Error(`Invariant ${number} is broken: ${broken}.`);
}
