import { Branch, type Compare, Leaf, type Node, upperBound } from "./node.js";

/**
 * The nodes of a B+ tree: it finds the leaf of a key, and keeps the nodes as full as they must be.
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
 * 8. `size` of a branch is the number of entries below it, but for those that the tree has yet to count.
 *
 * Edges may be poor (6, 7), so that entries added at an end leave full nodes behind, and a queue does without moving
 * entries between leaves. As no branch has fewer than two children, the height is logarithmic all the same.
 *
 * @internal
 */
export class BPlusTreeShape<K, V> {
  readonly order: number;
  readonly minimum: number;
  readonly compare: Compare<K>;
  root: Node<K, V>;
  height = 0;
  firstLeaf: Leaf<K, V>;
  lastLeaf: Leaf<K, V>;
  /** Another one after an entry was added or removed, and the same after a value was replaced. */
  version = 0;

  constructor(compare: Compare<K>, order: number) {
    this.compare = compare;
    this.order = order;
    this.minimum = order >>> 1;
    const leaf = new Leaf<K, V>([], []);
    this.root = leaf;
    this.firstLeaf = leaf;
    this.lastLeaf = leaf;
  }

  /** The leaf where a key is, or belongs. */
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

  /** Adds to the sizes of a branch and of all above it. */
  protected addToSizes(lowest: Branch<K, V> | undefined, difference: number): void {
    for (let branch = lowest; branch !== undefined; branch = branch.parent) {
      branch.size += difference;
    }
  }

  /** Moves the entries of a leaf from `index` on to a new leaf, which {@link addSibling} has yet to take in. */
  protected splitLeaf(leaf: Leaf<K, V>, index: number): Leaf<K, V> {
    const right = leaf.split(index);
    if (leaf === this.lastLeaf) this.lastLeaf = right;
    return right;
  }

  /** Puts `right` after `left`, from which it was split off. A parent that is too full then keeps `cut` children. */
  protected addSibling(left: Node<K, V>, separator: K, right: Node<K, V>, cut: number): void {
    const { parent } = left;
    if (parent === undefined) {
      this.root = new Branch([separator], [left, right]);
      this.height++;
      return;
    }
    parent.insertAfter(left, separator, right);
    if (parent.count <= this.order) return;
    const split = parent.split(cut);
    this.addSibling(parent, split.separator, split.right, cut);
  }

  /** Drops an edge leaf that is empty, unless it is the root. */
  protected dropEdge(leaf: Leaf<K, V>): void {
    const { parent, prev, next } = leaf;
    if (parent === undefined) return;
    // It has one neighbour: a parent has two children or more, and this one is at the edge.
    if (next === undefined) this.lastLeaf = prev as Leaf<K, V>;
    else this.firstLeaf = next;
    leaf.unlink();
    this.#removeChild(parent, next === undefined ? parent.count - 1 : 0);
  }

  /** Merges a node that is too poor with the poorer of its siblings, or lets them share if that is too much for one. */
  protected refill(node: Node<K, V>): void {
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

  /**
   * Drops leaves that stand together, at least one but not all of the tree's, whose entries are no longer counted. The
   * nodes beside the gap may be too poor then, and branches there have a single child: {@link restore} mends that.
   */
  protected dropLeaves(leaves: readonly Leaf<K, V>[]): void {
    const before = leaves[0]?.prev;
    const after = leaves.at(-1)?.next;
    if (before === undefined) this.firstLeaf = after as Leaf<K, V>;
    else before.next = after;
    if (after === undefined) this.lastLeaf = before as Leaf<K, V>;
    else after.prev = before;
    let emptied = this.#removeFromParents(leaves);
    while (emptied.length > 0) emptied = this.#removeFromParents(emptied);
    for (const leaf of leaves) leaf.abandon();
  }

  /**
   * Refills what is too poor among a leaf beside a gap and the branches above it. From the top down: then each has a
   * sibling to refill it from.
   */
  protected restore(leaf: Leaf<K, V>): void {
    while (this.height > 0 && this.root.count < 2) this.#lowerRoot();
    for (let level = this.height - 1; level >= 0; level--) {
      for (let node = above(leaf, level); this.#isPoor(node); node = above(leaf, level)) {
        this.refill(node);
      }
    }
  }

  #isPoor(node: Node<K, V> | undefined): node is Node<K, V> {
    // Also a leaf that was merged into another one has no parent.
    if (node?.parent === undefined || node.count >= this.minimum) return false;
    return node !== this.firstLeaf && node !== this.lastLeaf;
  }

  /** Removes nodes of one level from their parents, which must not lack one after that. Returns the empty ones. */
  #removeFromParents(nodes: readonly Node<K, V>[]): Branch<K, V>[] {
    const emptied: Branch<K, V>[] = [];
    for (let from = 0, to = 0; from < nodes.length; from = to) {
      const first = nodes[from] as Node<K, V>;
      const parent = first.parent as Branch<K, V>;
      while (nodes[to]?.parent === parent) to++;
      parent.removeChildren(parent.children.indexOf(first), to - from);
      if (parent.count === 0) emptied.push(parent);
    }
    return emptied;
  }

  #removeChild(parent: Branch<K, V>, index: number): void {
    parent.removeChildren(index, 1);
    if (parent.count < this.minimum) this.refill(parent);
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

/** What is `level` branches above a leaf. */
function above<K, V>(leaf: Leaf<K, V>, level: number): Node<K, V> | undefined {
  let node: Node<K, V> | undefined = leaf;
  for (let step = 0; step < level; step++) node = node?.parent;
  return node;
}
