import type { Key, ScanRange, StoreRecord } from "@store/core";
import type { RemoteReads } from "./remote-reads.js";

/** Records that are asked for at once: few at first, for those who want no more. */
const FIRST_PAGE = 16;
const LARGEST_PAGE = 256;

/**
 * Goes through a table of the owner without anything there that remembers where: in order from the last key on, without an
 * order by all keys as they were at first. So a thread that ends on the way leaves nothing behind.
 */
export function* scanRemotely(
  reads: RemoteReads,
  isOrdered: boolean,
  range: ScanRange,
): IterableIterator<StoreRecord> {
  if (!isOrdered) {
    for (const key of reads.keys(range)) yield* reads.lookup(key);
    return;
  }
  yield* pages(
    range,
    (page) => reads.records(page),
    ([key]) => key,
  );
}

export function scanKeysRemotely(
  reads: RemoteReads,
  isOrdered: boolean,
  range: ScanRange,
): Iterable<Key> {
  return isOrdered
    ? pages(
        range,
        (page) => reads.keys(page),
        (key: Key) => key,
      )
    : present(reads, reads.keys(range));
}

function* present(reads: RemoteReads, keys: readonly Key[]): IterableIterator<Key> {
  for (const [index, key] of keys.entries()) if (index === 0 || reads.member(key)) yield key;
}

function* pages<T>(
  range: ScanRange,
  read: (page: ScanRange) => T[],
  keyOf: (item: T) => Key,
): IterableIterator<T> {
  let rest = range;
  let size = FIRST_PAGE;
  for (let left = range.limit; left > 0; ) {
    const limit = Math.min(size, left);
    const items = read({ ...rest, limit });
    yield* items;
    const last = items.at(-1);
    if (last === undefined || items.length < limit) return;
    left -= items.length;
    const bound = { key: keyOf(last), inclusive: false };
    rest = range.reverse ? { ...rest, upper: bound } : { ...rest, lower: bound };
    size = Math.min(LARGEST_PAGE, 2 * size);
  }
}
