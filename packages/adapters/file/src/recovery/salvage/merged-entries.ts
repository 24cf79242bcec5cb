import { compareKeys } from "../../format/key-order.js";
import type { Memtable } from "../../memtable/memtable.js";
import { runBlocking } from "../../platform/syncing.js";
import type { EntryStream } from "../../runs/entry-cursor.js";
import { MergeCursor } from "../../runs/merge-cursor.js";

/**
 * Goes through the entries of several streams in the order of their keys; of entries of one key, only the newest one.
 *
 * @param streams new to old
 * @param visit the entry is valid until it returns
 */
export function forEachMerged(
  streams: readonly EntryStream[],
  visit: (entry: EntryStream) => void,
): void {
  for (;;) {
    let first: EntryStream | undefined;
    for (const stream of streams) {
      if (!stream.isValid) continue;
      if (first === undefined || compare(stream, first) < 0) first = stream;
    }
    if (first === undefined) return;
    // Older entries of that key.
    for (const stream of streams) {
      if (stream !== first && stream.isValid && compare(stream, first) === 0) stream.next();
    }
    visit(first);
    first.next();
  }
}

/** All entries of a memtable that doesn't change any more. */
export function sortedEntries(memtable: Memtable): EntryStream {
  const cursor = MergeCursor.over(runBlocking(memtable.sortedParts()));
  cursor.seek(NOTHING, 0, 0);
  return cursor;
}

const NOTHING = new Uint8Array(0);

function compare(one: EntryStream, other: EntryStream): number {
  return compareKeys(
    one.buffer,
    one.keyStart,
    one.keyEnd,
    other.buffer,
    other.keyStart,
    other.keyEnd,
  );
}
