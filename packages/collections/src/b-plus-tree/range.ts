import { endIn, type LimitedRange, startIn } from "./bounds.js";
import { type Branch, type Leaf, lowerBound, type Node, upperBound } from "./node.js";
import type { BPlusTreeShape } from "./shape.js";

/** Entries that stand together in a leaf: at least one. */
export interface Run<K, V> {
  readonly leaf: Leaf<K, V>;
  readonly from: number;
  /** The index after the last one. */
  readonly to: number;
}

/** How many entries come before `key`, or if it is `included` before the one after it. */
export function countBefore<K, V>(
  { root, height, compare }: BPlusTreeShape<K, V>,
  key: K,
  included: boolean,
): number {
  let count = 0;
  let node = root;
  for (let level = height; level > 0; level--) {
    const branch = node as Branch<K, V>;
    const index = upperBound(branch.keys, key, compare);
    count += branch.sizeBefore(index);
    node = branch.children[index] as Node<K, V>;
  }
  return count + (included ? upperBound : lowerBound)(node.keys, key, compare);
}

/** The entries of a range, in the order of the tree. It takes one or two comparisons a leaf. */
export function findRuns<K, V>(
  tree: BPlusTreeShape<K, V>,
  { lower, upper, reverse, limit = Infinity }: LimitedRange<K>,
): Run<K, V>[] {
  const bound = reverse ? upper : lower;
  const end = reverse ? tree.lastLeaf : tree.firstLeaf;
  const start = bound === undefined ? end : tree.leafFor(bound.key);
  const runs: Run<K, V>[] = [];
  let left = limit;
  for (let leaf: Leaf<K, V> | undefined = start; leaf !== undefined && left > 0; ) {
    let from = startIn(leaf.keys, lower, tree.compare);
    let to = endIn(leaf.keys, upper, tree.compare);
    if (from < to) {
      if (reverse) from = Math.max(from, to - left);
      else to = Math.min(to, from + left);
      left -= to - from;
      runs.push({ leaf, from, to });
    } else if (leaf !== start) {
      // The bound may be between two leaves, so that there is nothing in the first one.
      break;
    }
    leaf = reverse ? leaf.prev : leaf.next;
  }
  return reverse ? runs.reverse() : runs;
}
