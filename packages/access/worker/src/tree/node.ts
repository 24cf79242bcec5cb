/**
 * A node of a tree, in words:
 *
 *   0 version   odd while it is being changed; only ever goes on, also when the node is used again elsewhere
 *   1 shape     level (0: leaf) in the low 8 bits, the number of entries above
 *   2 next      of a leaf: the leaf after it, 0 at the end
 *   3 previous  of a leaf; of a branch: its first child
 *   4 entries   of a leaf: prefix, record. Of a branch: prefix, separator, child
 */
export const NODE_WORDS = 128;

export const VERSION = 0;
export const SHAPE = 1;
export const NEXT = 2;
export const PREVIOUS = 3;
export const FIRST_CHILD = 3;
export const ENTRIES = 4;

export const LEAF_ENTRY = 2;
export const BRANCH_ENTRY = 3;

export const LEAF_CAPACITY = (NODE_WORDS - ENTRIES) / LEAF_ENTRY;
export const BRANCH_CAPACITY = Math.floor((NODE_WORDS - ENTRIES) / BRANCH_ENTRY);

export function shapeOf(level: number, count: number): number {
  return (count << 8) | level;
}

export function levelOf(shape: number): number {
  return shape & 0xff;
}

/** What a node can't have is what somebody reads of a node that is being changed: no more than there is room for. */
export function countOf(shape: number): number {
  const count = shape >>> 8;
  return count > LEAF_CAPACITY ? 0 : count;
}

/** A key of a branch that is more than its prefix: the allocator's word, its length in bytes, its words. */
export const SEPARATOR_LENGTH = 1;
export const SEPARATOR_KEY = 2;
