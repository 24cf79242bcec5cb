/**
 * The header of a table, in words. Headers are used again for headers only: a state that is another than the one a
 * table was opened with says that it isn't open any more.
 *
 *   0 state    a generation above; in the low two bits one of the four below
 *   1 root     of its tree
 *   2 size     how many records it has
 *   3 kind     index of its type; {@link IS_ATOMIC}
 *   4 batches  address of the sequence of its backend's batches: odd while one is half done
 *   5 seed     of the hash of keys; 0: ordered
 */
export const HEADER_WORDS = 16;
export const STATE = 0;
export const ROOT = 1;
export const SIZE = 2;
export const KIND = 3;
export const BATCHES = 4;
export const SEED = 5;

export const IS_OPEN = 0;
export const IS_CLOSED = 1;
export const IS_DROPPED = 2;
export const IS_STORE_CLOSED = 3;
export const STATUS_MASK = 3;
export const NEXT_GENERATION = 4;

export const IS_ATOMIC = 4;
export const TYPE_MASK = 3;
export const TYPES = ["set", "ordered_set", "bag", "duplicate_bag"] as const;
