import type { Arena } from "../memory/arena.js";
import { fence } from "../memory/fence.js";
import * as node from "./node.js";
import { keyOffset, LENGTH_MASK } from "./record-block.js";
import { BEYOND, type SearchKey } from "./search-key.js";

/** What of a table's header a reader needs: its address and what its state was when the table was opened. */
export interface TreePlace {
  readonly root: number;
  /** The address of the word that says whether the table is open. */
  readonly state: number;
  /** What that word is as long as it is. Changes only for the owner, who opens it again. */
  openState: number;
  /** The address of the sequence of the backend's batches. */
  readonly batches: number;
  readonly isBag: boolean;
  /** Whether this thread is the one that writes: it sees what it has done of a batch. */
  readonly isOwned: boolean;
}

/** More levels than a tree can have: who finds more is reading what is none. */
const MOST_LEVELS = 16;

/**
 * Goes down a tree in shared memory that another thread may be changing, and stands on an entry of a leaf. It locks
 * nothing and writes nothing; decision 0019 says why it is right:
 *
 * 1. Before anything else of a node its version is read, by `Atomics`; it is even.
 * 2. Of all nodes on the way down, and of the leaf, it is read again, behind a fence, and is the same: nothing of them was
 *    changed meanwhile, and each was the child of the one above.
 * 3. What was read counts only once {@link isValid} has said so.
 *
 * What is read before that may be anything. What lies behind the end of the views reads as undefined, also when it is
 * right: so for each node and block it is asked whether all of it lies before.
 */
export class TreeReader {
  readonly arena: Arena;
  readonly place: TreePlace;

  leaf = 0;
  index = 0;
  /** How many entries the leaf has. */
  count = 0;
  /** Whether the entry is that of the key. */
  isFound = false;
  #version = 0;
  #batches = 0;
  /** The branches above the leaf, until it is known that they were as they are. */
  readonly #branches = new Int32Array(MOST_LEVELS);
  readonly #versions = new Int32Array(MOST_LEVELS);
  #depth = 0;

  constructor(arena: Arena, place: TreePlace) {
    this.arena = arena;
    this.place = place;
  }

  /** Whether all that was read since the last descent was there at once, and no batch was half done. */
  isValid(): boolean {
    const { words } = this.arena;
    fence();
    for (let level = 0; level < this.#depth; level++) {
      const version = Atomics.load(words, this.#branches[level] as number);
      if (version !== this.#versions[level]) return false;
    }
    // From here on only the leaf matters: it is, or isn't any more, as it was.
    this.#depth = 0;
    return (
      Atomics.load(words, this.leaf) === this.#version &&
      Atomics.load(words, this.place.batches) === this.#batches
    );
  }

  /** The address of the record that it stands on. */
  get record(): number {
    const at = this.leaf + node.ENTRIES + node.LEAF_ENTRY * this.index + 1;
    return this.arena.words[at] as number;
  }

  /** The prefix of the key that it stands on. */
  get prefix(): number {
    const at = this.leaf + node.ENTRIES + node.LEAF_ENTRY * this.index;
    return (this.arena.words[at] as number) >>> 0;
  }

  /** Stands on the first entry whose key isn't below `key`, perhaps behind the last of its leaf. False: try again. */
  find(key: SearchKey): boolean {
    if (!this.#begin()) return false;
    const { words } = this.arena;
    for (;;) {
      const shape = words[this.leaf + node.SHAPE] as number;
      const count = node.countOf(shape);
      if (node.levelOf(shape) === 0) {
        this.count = count;
        this.#findInLeaf(key);
        return true;
      }
      if (!this.#descend(childOf(words, this.leaf, count, key))) return false;
    }
  }

  /** Stands on the first entry, or on the last. False: try again. An empty tree has no entry where it stands. */
  findEnd(isLast: boolean): boolean {
    if (!this.#begin()) return false;
    const { words } = this.arena;
    for (;;) {
      const shape = words[this.leaf + node.SHAPE] as number;
      const count = node.countOf(shape);
      if (node.levelOf(shape) === 0) {
        this.count = count;
        this.index = isLast ? count - 1 : 0;
        return true;
      }
      const at = node.FIRST_CHILD + (isLast ? node.BRANCH_ENTRY * count : 0);
      if (!this.#descend(words[this.leaf + at] as number)) return false;
    }
  }

  /** From behind the last entry of a leaf to the first of the next. False: try again, else it stands or is at the end. */
  settleForward(): boolean {
    while (this.index >= this.count) {
      const next = this.arena.words[this.leaf + node.NEXT] as number;
      if (next === 0) return true;
      if (!this.#goBeside(next)) return false;
      this.index = 0;
    }
    return true;
  }

  /** From before the first entry of a leaf to the last of the one before it. */
  settleBackward(): boolean {
    while (this.index < 0) {
      const previous = this.arena.words[this.leaf + node.PREVIOUS] as number;
      if (previous === 0) return true;
      if (!this.#goBeside(previous)) return false;
      this.index = this.count - 1;
    }
    return true;
  }

  /** To a leaf that was beside this one when its version was read. */
  #goBeside(leaf: number): boolean {
    const { words } = this.arena;
    if (leaf + node.NODE_WORDS > words.length) throw BEYOND;
    const version = Atomics.load(words, leaf);
    if (!this.isValid() || (version & 1) !== 0) return false;
    this.leaf = leaf;
    this.#version = version;
    this.count = node.countOf(words[leaf + node.SHAPE] as number);
    return true;
  }

  #begin(): boolean {
    const { words } = this.arena;
    const { place } = this;
    this.#depth = 0;
    const batches = Atomics.load(words, place.batches);
    if ((batches & 1) !== 0 && !place.isOwned) return false;
    if (place.root + node.NODE_WORDS > words.length) throw BEYOND;
    const version = Atomics.load(words, place.root);
    if ((version & 1) !== 0) return false;
    // After the version: a table that is open now was open then, and the root was its.
    if (Atomics.load(words, place.state) !== place.openState) throw CLOSED;
    this.#batches = batches;
    this.#version = version;
    this.leaf = place.root;
    return true;
  }

  #descend(child: number): boolean {
    const { words } = this.arena;
    // The whole node: its version alone may be within the views.
    if (child + node.NODE_WORDS > words.length) throw BEYOND;
    const version = Atomics.load(words, child);
    if ((version & 1) !== 0 || this.#depth === MOST_LEVELS) return false;
    this.#branches[this.#depth] = this.leaf;
    this.#versions[this.#depth] = this.#version;
    this.#depth++;
    this.leaf = child;
    this.#version = version;
    return true;
  }

  #findInLeaf(key: SearchKey): void {
    const { words } = this.arena;
    const { isBag } = this.place;
    const entries = this.leaf + node.ENTRIES;
    let low = 0;
    let high = this.count;
    this.isFound = false;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = entries + node.LEAF_ENTRY * middle;
      const prefix = (words[at] as number) >>> 0;
      let order: number;
      if (prefix === key.prefix) {
        const record = words[at + 1] as number;
        if (record + 1 >= words.length) throw BEYOND;
        const flags = words[record + 1] as number;
        order = key.compareTo(words, record + keyOffset(flags, isBag), flags & LENGTH_MASK);
        if (order === 0) {
          this.isFound = true;
          this.index = middle;
          return;
        }
      } else {
        order = prefix < key.prefix ? -1 : 1;
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    this.index = low;
  }
}

/** Thrown where a table isn't open any more. Made once: it is caught by whoever knows its name. */
export const CLOSED = new Error("the table isn't open");

/** The address of the child that has the key. */
function childOf(words: Int32Array, branch: number, count: number, key: SearchKey): number {
  const index = childIndex(words, branch, count, key);
  return words[branch + node.FIRST_CHILD + node.BRANCH_ENTRY * index] as number;
}

/** How many separators aren't above the key. */
export function childIndex(
  words: Int32Array,
  branch: number,
  count: number,
  key: SearchKey,
): number {
  let low = 0;
  let high = count > node.BRANCH_CAPACITY ? 0 : count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = branch + node.ENTRIES + node.BRANCH_ENTRY * middle;
    const prefix = (words[at] as number) >>> 0;
    let isAbove = prefix > key.prefix;
    if (prefix === key.prefix) {
      const separator = words[at + 1] as number;
      isAbove = separator !== 0 && compareSeparator(words, separator, key) > 0;
    }
    if (isAbove) high = middle;
    else low = middle + 1;
  }
  return low;
}

function compareSeparator(words: Int32Array, separator: number, key: SearchKey): number {
  if (separator + node.SEPARATOR_LENGTH >= words.length) throw BEYOND;
  const length = words[separator + node.SEPARATOR_LENGTH] as number;
  return key.compareTo(words, separator + node.SEPARATOR_KEY, length);
}
