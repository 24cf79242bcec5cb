import type { Allocator } from "../memory/allocator.js";
import type { Arena } from "../memory/arena.js";
import type { Pool } from "../memory/pool.js";
import * as node from "./node.js";
import { keyOffset, LENGTH_MASK } from "./record-block.js";
import { type SearchKey, wordsOf } from "./search-key.js";
import { childIndex, type TreePlace, TreeReader } from "./tree-reader.js";

/** A leaf with fewer entries is merged with a neighbour where they fit. */
const FEW = node.LEAF_CAPACITY / 4;
/** How full a node may become by a merge, so that it isn't split again at once. */
const FULL_ENOUGH = 0.75;

/** Of what a tree is made. */
export interface TreeMemory {
  readonly arena: Arena;
  readonly allocator: Allocator;
  readonly nodes: Pool;
}

/**
 * Changes a tree, in the one thread that owns it. A change makes the versions of all nodes that it touches odd, each
 * before the node's first change, and even again when all is done; what it takes out of the tree is given back after
 * that. The root stays where it is: when it is split, its entries move to a new node below it.
 */
export class TreeWriter {
  readonly #memory: TreeMemory;
  readonly #place: TreePlace;
  /** Where a change is to happen: after `find`, nobody else changes anything. */
  readonly at: TreeReader;
  readonly #locked: number[] = [];
  readonly #retired: number[] = [];
  readonly #retiredSeparators: number[] = [];

  constructor(memory: TreeMemory, place: TreePlace) {
    this.#memory = memory;
    this.#place = place;
    this.at = new TreeReader(memory.arena, place);
  }

  /** What stands at the key. 0: nothing. */
  find(key: SearchKey): number {
    this.at.find(key);
    return this.at.isFound ? this.at.record : 0;
  }

  /** Puts another record where one was found. `change` runs while no reader trusts the leaf. */
  change(record: number, change?: () => void): void {
    this.#lock(this.at.leaf);
    if (change !== undefined) change();
    this.#set(this.at.leaf + node.ENTRIES + node.LEAF_ENTRY * this.at.index + 1, record);
    this.#finish();
  }

  /** Adds an entry where `find` has found none. */
  insert(key: SearchKey, record: number): void {
    if (this.at.count === node.LEAF_CAPACITY) this.#makeRoom(key);
    const { leaf, index, count } = this.at;
    this.#lock(leaf);
    const at = leaf + node.ENTRIES + node.LEAF_ENTRY * index;
    this.#move(at, at + node.LEAF_ENTRY, node.LEAF_ENTRY * (count - index));
    this.#set(at, key.prefix);
    this.#set(at + 1, record);
    this.#set(leaf + node.SHAPE, node.shapeOf(0, count + 1));
    this.#finish();
  }

  /** Removes the entry that `find` has found. */
  remove(key: SearchKey): void {
    const { leaf, index, count } = this.at;
    this.#lock(leaf);
    const at = leaf + node.ENTRIES + node.LEAF_ENTRY * index;
    this.#move(at + node.LEAF_ENTRY, at, node.LEAF_ENTRY * (count - index - 1));
    this.#set(leaf + node.SHAPE, node.shapeOf(0, count - 1));
    if (count - 1 < FEW && leaf !== this.#place.root) this.#balance(key);
    this.#finish();
  }

  /** Takes everything out, and returns a node that has it all, as the root had. */
  detach(): number {
    this.#memory.nodes.reserve(1);
    const copy = this.#memory.nodes.take();
    this.#lock(this.#place.root);
    this.#copyNode(this.#place.root, copy);
    this.#empty(this.#place.root);
    this.#finish();
    return copy;
  }

  /** The opposite of {@link detach}, of an empty tree. */
  attach(copy: number): void {
    this.#lock(this.#place.root);
    this.#copyNode(copy, this.#place.root);
    this.#finish();
    this.#memory.nodes.give(copy);
  }

  /** Gives back what was detached; `freeRecord` is called with each record when no reader trusts it any more. */
  release(top: number, freeRecord: (record: number) => void): void {
    const shape = this.#get(top + node.SHAPE);
    const count = node.countOf(shape);
    // A reader may stand on it since before it was detached.
    this.#lock(top);
    this.#finish();
    if (node.levelOf(shape) === 0) {
      for (let index = 0; index < count; index++) {
        freeRecord(this.#get(top + node.ENTRIES + node.LEAF_ENTRY * index + 1));
      }
    } else {
      for (let index = 0; index <= count; index++) {
        this.release(this.#child(top, index), freeRecord);
      }
      for (let index = 0; index < count; index++) {
        this.#freeSeparator(this.#get(top + node.ENTRIES + node.BRANCH_ENTRY * index + 1));
      }
    }
    this.#memory.nodes.give(top);
  }

  /** Splits the leaf of `key`, which is full, and what above it is. Stands where the key belongs afterwards. */
  #makeRoom(key: SearchKey): void {
    const { index: wanted, count } = this.at;
    const isAtEnd = wanted === count;
    const isAtStart = wanted === 0;
    // Nothing may fail once the first node is being changed.
    this.#memory.nodes.reserve(2 * MOST_LEVELS);
    this.#memory.allocator.ensure(1 + this.#longestKey(this.at.leaf, count));
    let branch = this.#place.root;
    if (this.#isFull(branch)) this.#growRoot();
    for (;;) {
      let index = this.#indexIn(branch, key);
      let child = this.#child(branch, index);
      if (this.#isFull(child)) {
        this.#split(branch, index, child, isAtEnd, isAtStart);
        index = this.#indexIn(branch, key);
        child = this.#child(branch, index);
      }
      branch = child;
      if (node.levelOf(this.#get(child + node.SHAPE)) === 0) break;
    }
    this.#stand(branch, key);
  }

  /** As `find` would, in a leaf that is locked. */
  #stand(leaf: number, key: SearchKey): void {
    const count = node.countOf(this.#get(leaf + node.SHAPE));
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
    const prefix = this.#get(at) >>> 0;
    if (prefix !== key.prefix) return prefix < key.prefix ? -1 : 1;
    const record = this.#get(at + 1);
    const flags = this.#get(record + 1);
    const start = record + keyOffset(flags, this.#place.isBag);
    return key.compareTo(this.#memory.arena.words, start, flags & LENGTH_MASK);
  }

  /** In words: what a separator of this leaf may take. */
  #longestKey(leaf: number, count: number): number {
    let longest = 0;
    for (let index = 0; index < count; index++) {
      const record = this.#get(leaf + node.ENTRIES + node.LEAF_ENTRY * index + 1);
      longest = Math.max(longest, wordsOf(this.#get(record + 1) & LENGTH_MASK));
    }
    return longest;
  }

  #growRoot(): void {
    const { root } = this.#place;
    const level = node.levelOf(this.#get(root + node.SHAPE));
    const child = this.#memory.nodes.take();
    this.#lock(root);
    this.#lock(child);
    this.#copyNode(root, child);
    this.#set(root + node.SHAPE, node.shapeOf(level + 1, 0));
    this.#set(root + node.FIRST_CHILD, child);
  }

  #split(parent: number, index: number, child: number, isAtEnd: boolean, isAtStart: boolean): void {
    const right = this.#memory.nodes.take();
    this.#lock(parent);
    this.#lock(child);
    this.#lock(right);
    const shape = this.#get(child + node.SHAPE);
    const count = node.countOf(shape);
    const separator =
      node.levelOf(shape) === 0
        ? this.#splitLeaf(child, right, count, isAtEnd, isAtStart)
        : this.#splitBranch(child, right, count, node.levelOf(shape));
    const parentShape = this.#get(parent + node.SHAPE);
    const parentCount = node.countOf(parentShape);
    const at = parent + node.ENTRIES + node.BRANCH_ENTRY * index;
    this.#move(at, at + node.BRANCH_ENTRY, node.BRANCH_ENTRY * (parentCount - index));
    this.#set(at, separator[0]);
    this.#set(at + 1, separator[1]);
    this.#set(at + 2, right);
    this.#set(parent + node.SHAPE, node.shapeOf(node.levelOf(parentShape), parentCount + 1));
  }

  #splitLeaf(
    leaf: number,
    right: number,
    count: number,
    isAtEnd: boolean,
    isAtStart: boolean,
  ): readonly [prefix: number, separator: number] {
    const next = this.#get(leaf + node.NEXT);
    // Keys that come in order leave full leaves behind.
    let from = count >> 1;
    if (isAtEnd && next === 0) from = count - 1;
    else if (isAtStart && this.#get(leaf + node.PREVIOUS) === 0) from = 1;
    const start = leaf + node.ENTRIES + node.LEAF_ENTRY * from;
    this.#move(start, right + node.ENTRIES, node.LEAF_ENTRY * (count - from));
    this.#set(right + node.SHAPE, node.shapeOf(0, count - from));
    this.#set(leaf + node.SHAPE, node.shapeOf(0, from));
    this.#set(right + node.NEXT, next);
    this.#set(right + node.PREVIOUS, leaf);
    this.#set(leaf + node.NEXT, right);
    if (next !== 0) {
      this.#lock(next);
      this.#set(next + node.PREVIOUS, right);
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
    const separator = [this.#get(at), this.#get(at + 1)] as const;
    this.#set(right + node.FIRST_CHILD, this.#get(at + 2));
    const moved = count - middle - 1;
    this.#move(at + node.BRANCH_ENTRY, right + node.ENTRIES, node.BRANCH_ENTRY * moved);
    this.#set(right + node.SHAPE, node.shapeOf(level, moved));
    this.#set(branch + node.SHAPE, node.shapeOf(level, middle));
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
    const prefix = this.#get(rightAt);
    if (this.#get(leftAt) !== prefix) return [prefix, 0];
    const a = this.#keyOf(this.#get(leftAt + 1));
    const b = this.#keyOf(this.#get(rightAt + 1));
    const shared = Math.min(wordsOf(a.length), wordsOf(b.length));
    let words = 0;
    while (words < shared && this.#get(a.at + words) === this.#get(b.at + words)) words++;
    const length = words < shared ? Math.min(b.length, 4 * (words + 1)) : b.length;
    const separator = this.#memory.allocator.allocate(1 + wordsOf(length));
    this.#set(separator + node.SEPARATOR_LENGTH, length);
    for (let index = 0; index < wordsOf(length); index++) {
      this.#set(separator + node.SEPARATOR_KEY + index, this.#get(b.at + index));
    }
    return [prefix, separator];
  }

  #keyOf(record: number): { at: number; length: number } {
    const flags = this.#get(record + 1);
    return { at: record + keyOffset(flags, this.#place.isBag), length: flags & LENGTH_MASK };
  }

  /** Merges the leaf of `key`, and what above it has become small, with neighbours. */
  #balance(key: SearchKey): void {
    const path: number[] = [];
    let branch = this.#place.root;
    while (node.levelOf(this.#get(branch + node.SHAPE)) > 0) {
      path.push(branch);
      branch = this.#child(branch, this.#indexIn(branch, key));
    }
    for (let parent = path.pop(); parent !== undefined; parent = path.pop()) {
      if (!this.#mergeBelow(parent, this.#indexIn(parent, key))) return;
      const count = node.countOf(this.#get(parent + node.SHAPE));
      if (parent === this.#place.root) {
        if (count === 0) this.#shrinkRoot();
        return;
      }
      if (count >= node.BRANCH_CAPACITY / 4) return;
    }
  }

  /** Merges a child with the one to its right or left, if they fit. */
  #mergeBelow(parent: number, index: number): boolean {
    const count = node.countOf(this.#get(parent + node.SHAPE));
    if (index < count && this.#merge(parent, index)) return true;
    return index > 0 && this.#merge(parent, index - 1);
  }

  #merge(parent: number, index: number): boolean {
    const left = this.#child(parent, index);
    const right = this.#child(parent, index + 1);
    const shape = this.#get(left + node.SHAPE);
    const level = node.levelOf(shape);
    const a = node.countOf(shape);
    const b = node.countOf(this.#get(right + node.SHAPE));
    if (level === 0) {
      if (a > 0 && b > 0 && a + b > node.LEAF_CAPACITY * FULL_ENOUGH) return false;
    } else if (a + b + 1 > node.BRANCH_CAPACITY * FULL_ENOUGH) {
      return false;
    }
    this.#lock(parent);
    this.#lock(left);
    this.#lock(right);
    const at = parent + node.ENTRIES + node.BRANCH_ENTRY * index;
    const end = left + node.ENTRIES;
    if (level === 0) {
      const size = node.LEAF_ENTRY;
      this.#move(right + node.ENTRIES, end + size * a, size * b);
      this.#set(left + node.SHAPE, node.shapeOf(0, a + b));
      const next = this.#get(right + node.NEXT);
      this.#set(left + node.NEXT, next);
      if (next !== 0) {
        this.#lock(next);
        this.#set(next + node.PREVIOUS, left);
      }
      const separator = this.#get(at + 1);
      if (separator !== 0) this.#retiredSeparators.push(separator);
    } else {
      const size = node.BRANCH_ENTRY;
      this.#move(at, end + size * a, 2);
      this.#set(end + size * a + 2, this.#get(right + node.FIRST_CHILD));
      this.#move(right + node.ENTRIES, end + size * (a + 1), size * b);
      this.#set(left + node.SHAPE, node.shapeOf(level, a + b + 1));
    }
    const parentShape = this.#get(parent + node.SHAPE);
    const count = node.countOf(parentShape);
    this.#move(at + node.BRANCH_ENTRY, at, node.BRANCH_ENTRY * (count - index - 1));
    this.#set(parent + node.SHAPE, node.shapeOf(node.levelOf(parentShape), count - 1));
    this.#retired.push(right);
    return true;
  }

  /** The only child of the root takes its place. */
  #shrinkRoot(): void {
    const { root } = this.#place;
    while (
      node.levelOf(this.#get(root + node.SHAPE)) > 0 &&
      node.countOf(this.#get(root + node.SHAPE)) === 0
    ) {
      const child = this.#child(root, 0);
      this.#lock(root);
      this.#lock(child);
      this.#copyNode(child, root);
      this.#retired.push(child);
    }
  }

  #isFull(at: number): boolean {
    const shape = this.#get(at + node.SHAPE);
    const capacity = node.levelOf(shape) === 0 ? node.LEAF_CAPACITY : node.BRANCH_CAPACITY;
    return node.countOf(shape) === capacity;
  }

  #indexIn(branch: number, key: SearchKey): number {
    const count = node.countOf(this.#get(branch + node.SHAPE));
    return childIndex(this.#memory.arena.words, branch, count, key);
  }

  #child(branch: number, index: number): number {
    return this.#get(branch + node.FIRST_CHILD + node.BRANCH_ENTRY * index);
  }

  #empty(at: number): void {
    this.#set(at + node.SHAPE, node.shapeOf(0, 0));
    this.#set(at + node.NEXT, 0);
    this.#set(at + node.PREVIOUS, 0);
  }

  /** Everything but the version. */
  #copyNode(from: number, to: number): void {
    this.#move(from + node.SHAPE, to + node.SHAPE, node.NODE_WORDS - node.SHAPE);
  }

  #move(from: number, to: number, count: number): void {
    const { words } = this.#memory.arena;
    if (from < to) {
      for (let index = count - 1; index >= 0; index--) {
        Atomics.store(words, to + index, words[from + index] as number);
      }
      return;
    }
    for (let index = 0; index < count; index++) {
      Atomics.store(words, to + index, words[from + index] as number);
    }
  }

  #lock(at: number): void {
    const version = this.#get(at + node.VERSION);
    if ((version & 1) !== 0) return;
    this.#set(at + node.VERSION, (version + 1) | 0);
    this.#locked.push(at);
  }

  #finish(): void {
    for (let at = this.#locked.pop(); at !== undefined; at = this.#locked.pop()) {
      this.#set(at + node.VERSION, (this.#get(at + node.VERSION) + 1) | 0);
    }
    for (let at = this.#retired.pop(); at !== undefined; at = this.#retired.pop()) {
      this.#memory.nodes.give(at);
    }
    for (
      let separator = this.#retiredSeparators.pop();
      separator !== undefined;
      separator = this.#retiredSeparators.pop()
    ) {
      this.#memory.allocator.free(separator);
    }
  }

  #freeSeparator(separator: number): void {
    if (separator !== 0) this.#memory.allocator.free(separator);
  }

  /** Only this thread writes: what it reads needs no care. */
  #get(at: number): number {
    return this.#memory.arena.words[at] as number;
  }

  #set(at: number, value: number): void {
    Atomics.store(this.#memory.arena.words, at, value);
  }
}

/** Of a tree that no memory holds: each level is more than ten times as many. */
const MOST_LEVELS = 12;
