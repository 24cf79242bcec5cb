import type { Key, ScanRange, StoreRecord } from "@store/core";

/**
 * The key directory: for each record of a table its key, in memory, and where in the log its frame is. All reading and
 * writing of records goes by it; the log itself is never searched.
 *
 * A position is a safe integer that names a frame for as long as the frame stays where it is; what it is made of is the
 * log's business. A length is that of the frame, in bytes, below 2^32.
 *
 * An entry is a small integer that names a record in the directory, valid until the directory changes next.
 */
export interface Directory {
  /** How many records there are. */
  readonly size: number;
  /** Bytes of the buffers that it holds; what the keys themselves take comes on top. */
  readonly memoryBytes: number;

  /**
   * Takes in a record. In a set it replaces that of its key; in a bag it comes last of its key. The directory keeps
   * `key`. Returns the length of the frame that is no longer needed, 0 if none.
   */
  put(key: Key, position: number, length: number): number;
  /** Removes all records of `key`. Returns the bytes of their frames. */
  remove(key: Key): number;
  clear(): void;

  has(key: Key): boolean;
  /** Whether a record of `key` is at `position`. O(1), or O(log n) of the records of the key. */
  holds(key: Key, position: number): boolean;
  /** The entries of the records of `key`; in a bag in the order they came. */
  entriesOf(key: Key): readonly number[];
  positionOf(entry: number): number;
  lengthOf(entry: number): number;

  firstKey(): Key | undefined;
  lastKey(): Key | undefined;
  /** The key after `key`. Ordered: also for one that isn't there; others: undefined then. O(1) or O(log n). */
  keyAfter(key: Key): Key | undefined;
  keyBefore(key: Key): Key | undefined;
  /** Goes through the keys, each once; safe while the directory changes between two steps, as a scan of a table is. */
  keys(range: ScanRange): IterableIterator<Key>;
  /**
   * Goes through all records, and returns what `pick` makes of the entry and the key of each; the rest as {@link keys}.
   * In a bag those of one key stand together.
   */
  scan<T>(range: ScanRange, pick: (entry: number, key: Key) => T): IterableIterator<T>;

  /**
   * Gives each record the position that `move` returns for its own: the same for one that stays. A step of the iterator
   * goes through a thousand records or so; the directory may change between two steps. Records that are put meanwhile
   * may be passed over.
   */
  relocate(move: (position: number) => number): Generator<void, void, void>;
}

/** The directory of a set or an ordered_set. */
export interface SetDirectory extends Directory {
  /** The entry of the record of `key`; -1 if there is none. */
  find(key: Key): number;
}

/** The directory of a bag or a duplicate_bag. */
export interface BagDirectory extends Directory {
  /**
   * The entries whose records equal `record`. `read` fetches the record of an entry; most candidates are told apart by
   * a hash without it, once the records of that key were read for the first time.
   */
  findEqual(record: StoreRecord, read: (entry: number) => StoreRecord): readonly number[];
  /** Removes some of the records of `key`; the entries of others stay valid. Returns the bytes of their frames. */
  removeEntries(key: Key, entries: readonly number[]): number;
}

/** All of a directory. */
export const WHOLE_DIRECTORY: ScanRange = {
  lower: undefined,
  upper: undefined,
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
};
