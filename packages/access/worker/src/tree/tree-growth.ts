import * as node from "./node.js";
import type { NodeEditor } from "./node-editor.js";
import { keyOffset, LENGTH_MASK } from "./record-block.js";
import { type SearchKey, wordsOf } from "./search-key.js";
import type { TreePlace, TreeReader } from "./tree-reader.js";

/** Of a tree that no memory holds: each level is more than ten times as many. */
const MOST_LEVELS = 12;

/** Splits nodes that are full. The root stays where it is: its entries move to a new node below it. */
export class TreeGrowth {
  readonly #nodes: NodeEditor;
  readonly #place: TreePlace;
  /** Where the change is to happen. */
  readonly at: TreeReader;

  constructor(nodes: NodeEditor, place: TreePlace, at: TreeReader) {
    this.#nodes = nodes;
    this.#place = place;
    this.at = at;
  }

  /** Splits the leaf of `key`, which is full, and what above it is. Stands where the key belongs afterwards. */
  makeRoom(key: SearchKey): void {
    const { index: wanted, count } = this.at;
    const isAtEnd = wanted === count;
    const isAtStart = wanted === 0;
    // Nothing may fail once the first node is being changed.
    this.#nodes.memory.nodes.reserve(2 * MOST_LEVELS);
    this.#nodes.memory.allocator.ensure(1 + this.#longestKey(this.at.leaf, count));
    let branch = this.#place.root;
    if (this.#nodes.isFull(branch)) this.#growRoot();
    for (;;) {
      let index = this.#nodes.indexIn(branch, key);
      let child = this.#nodes.child(branch, index);
      if (this.#nodes.isFull(child)) {
        this.#split(branch, index, child, isAtEnd, isAtStart);
        index = this.#nodes.indexIn(branch, key);
        child = this.#nodes.child(branch, index);
      }
      branch = child;
      if (node.levelOf(this.#nodes.get(child + node.SHAPE)) === 0) break;
    }
    this.#stand(branch, key);
  }

  /** As `find` would, in a leaf that is locked. */
  #stand(leaf: number, key: SearchKey): void {
    const count = node.countOf(this.#nodes.get(leaf + node.SHAPE));
    this.at.leaf = leaf;
    this.at.count = count;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compareEntry(leaf, middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    this.at.index = low;
  }

  #compareEntry(leaf: number, index: number, key: SearchKey): number {
    const at = leaf + node.ENTRIES + node.LEAF_ENTRY * index;
    const prefix = this.#nodes.get(at) >>> 0;
    if (prefix !== key.prefix) return prefix < key.prefix ? -1 : 1;
    const record = this.#nodes.get(at + 1);
    const flags = this.#nodes.get(record + 1);
    const start = record + keyOffset(flags, this.#place.isBag);
    return key.compareTo(this.#nodes.memory.arena.words, start, flags & LENGTH_MASK);
  }

  /** In words: what a separator of this leaf may take. */
  #longestKey(leaf: number, count: number): number {
    let longest = 0;
    for (let index = 0; index < count; index++) {
      const record = this.#nodes.get(leaf + node.ENTRIES + node.LEAF_ENTRY * index + 1);
      longest = Math.max(longest, wordsOf(this.#nodes.get(record + 1) & LENGTH_MASK));
    }
    return longest;
  }

  #growRoot(): void {
    const { root } = this.#place;
    const level = node.levelOf(this.#nodes.get(root + node.SHAPE));
    const child = this.#nodes.memory.nodes.take();
    this.#nodes.lock(root);
    this.#nodes.lock(child);
    this.#nodes.copyNode(root, child);
    this.#nodes.set(root + node.SHAPE, node.shapeOf(level + 1, 0));
    this.#nodes.set(root + node.FIRST_CHILD, child);
  }

  #split(parent: number, index: number, child: number, isAtEnd: boolean, isAtStart: boolean): void {
    const right = this.#nodes.memory.nodes.take();
    this.#nodes.lock(parent);
    this.#nodes.lock(child);
    this.#nodes.lock(right);
    const shape = this.#nodes.get(child + node.SHAPE);
    const count = node.countOf(shape);
    const separator =
      node.levelOf(shape) === 0
        ? this.#splitLeaf(child, right, count, isAtEnd, isAtStart)
        : this.#splitBranch(child, right, count, node.levelOf(shape));
    const parentShape = this.#nodes.get(parent + node.SHAPE);
    const parentCount = node.countOf(parentShape);
    const at = parent + node.ENTRIES + node.BRANCH_ENTRY * index;
    this.#nodes.move(at, at + node.BRANCH_ENTRY, node.BRANCH_ENTRY * (parentCount - index));
    this.#nodes.set(at, separator[0]);
    this.#nodes.set(at + 1, separator[1]);
    this.#nodes.set(at + 2, right);
    this.#nodes.set(parent + node.SHAPE, node.shapeOf(node.levelOf(parentShape), parentCount + 1));
  }

  #splitLeaf(
    leaf: number,
    right: number,
    count: number,
    isAtEnd: boolean,
    isAtStart: boolean,
  ): readonly [prefix: number, separator: number] {
    const next = this.#nodes.get(leaf + node.NEXT);
    // Keys that come in order leave full leaves behind.
    let from = count >> 1;
    if (isAtEnd && next === 0) from = count - 1;
    else if (isAtStart && this.#nodes.get(leaf + node.PREVIOUS) === 0) from = 1;
    const start = leaf + node.ENTRIES + node.LEAF_ENTRY * from;
    this.#nodes.move(start, right + node.ENTRIES, node.LEAF_ENTRY * (count - from));
    this.#nodes.set(right + node.SHAPE, node.shapeOf(0, count - from));
    this.#nodes.set(leaf + node.SHAPE, node.shapeOf(0, from));
    this.#nodes.set(right + node.NEXT, next);
    this.#nodes.set(right + node.PREVIOUS, leaf);
    this.#nodes.set(leaf + node.NEXT, right);
    if (next !== 0) {
      this.#nodes.lock(next);
      this.#nodes.set(next + node.PREVIOUS, right);
    }
    return this.#separatorBetween(leaf, from - 1, right);
  }

  #splitBranch(
    branch: number,
    right: number,
    count: number,
    level: number,
  ): readonly [prefix: number, separator: number] {
    const middle = count >> 1;
    const at = branch + node.ENTRIES + node.BRANCH_ENTRY * middle;
    const separator = [this.#nodes.get(at), this.#nodes.get(at + 1)] as const;
    this.#nodes.set(right + node.FIRST_CHILD, this.#nodes.get(at + 2));
    const moved = count - middle - 1;
    this.#nodes.move(at + node.BRANCH_ENTRY, right + node.ENTRIES, node.BRANCH_ENTRY * moved);
    this.#nodes.set(right + node.SHAPE, node.shapeOf(level, moved));
    this.#nodes.set(branch + node.SHAPE, node.shapeOf(level, middle));
    return separator;
  }

  /** What is above the entry of the left leaf, and not above the first of the right: as short as may be. */
  #separatorBetween(
    left: number,
    last: number,
    right: number,
  ): readonly [prefix: number, separator: number] {
    const leftAt = left + node.ENTRIES + node.LEAF_ENTRY * last;
    const rightAt = right + node.ENTRIES;
    const prefix = this.#nodes.get(rightAt);
    if (this.#nodes.get(leftAt) !== prefix) return [prefix, 0];
    const a = this.#keyOf(this.#nodes.get(leftAt + 1));
    const b = this.#keyOf(this.#nodes.get(rightAt + 1));
    const shared = Math.min(wordsOf(a.length), wordsOf(b.length));
    let words = 0;
    while (words < shared && this.#nodes.get(a.at + words) === this.#nodes.get(b.at + words))
      words++;
    const length = words < shared ? Math.min(b.length, 4 * (words + 1)) : b.length;
    const separator = this.#nodes.memory.allocator.allocate(1 + wordsOf(length));
    this.#nodes.set(separator + node.SEPARATOR_LENGTH, length);
    for (let index = 0; index < wordsOf(length); index++) {
      this.#nodes.set(separator + node.SEPARATOR_KEY + index, this.#nodes.get(b.at + index));
    }
    return [prefix, separator];
  }

  #keyOf(record: number): { at: number; length: number } {
    const flags = this.#nodes.get(record + 1);
    return { at: record + keyOffset(flags, this.#place.isBag), length: flags & LENGTH_MASK };
  }
}
