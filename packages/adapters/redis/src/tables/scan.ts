import { decodeKey } from "@store/codec";
import type { Key, ScanRange, StoreRecord } from "@store/core";
import { beside, boundsOf } from "../operations/bounds.js";
import { PAGE, page } from "../operations/reading.js";
import { recordOf } from "../operations/record-bytes.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import type { TableNames } from "../protocol/operation.js";
import { TYPE } from "../script/codes.js";

/** How many entries a page has. */
const PAGE_ENTRIES = 500;
/** Bytes of the number at the end of an entry of a bag. */
const NUMBER_BYTES = 8;

/**
 * The entries in a range, page by page. Each page begins behind the last entry of the one before, which need not be there
 * any more: so none comes twice, and none is missed that was there throughout.
 */
async function* pages(
  dispatcher: Dispatcher,
  table: TableNames,
  range: ScanRange,
  what: number,
): AsyncGenerator<{ entry: Buffer; value: Buffer | undefined }> {
  const { reverse } = range;
  const limit = Math.min(range.limit, PAGE_ENTRIES);
  let bounds = boundsOf(range);
  for (;;) {
    const { items, last } = await dispatcher.send(page(table, bounds, { reverse, limit, what }));
    yield* items;
    if (last.length === 0) return;
    bounds = reverse ? { ...bounds, upper: beside(last) } : { ...bounds, lower: beside(last) };
  }
}

export async function* recordsIn(
  dispatcher: Dispatcher,
  table: TableNames,
  range: ScanRange,
): AsyncGenerator<StoreRecord> {
  for await (const { entry, value } of pages(dispatcher, table, range, PAGE.values)) {
    const keyBytes = keyPart(table, entry);
    yield recordOf(decodeKey(keyBytes), keyBytes, value as Buffer);
  }
}

/** The keys in a range, each once. A limit counts keys, not entries. */
export async function* keysIn(
  dispatcher: Dispatcher,
  table: TableNames,
  range: ScanRange,
): AsyncGenerator<Key> {
  let last: Buffer | undefined;
  for await (const { entry } of pages(dispatcher, table, range, PAGE.entries)) {
    const keyBytes = keyPart(table, entry);
    if (last === undefined || !keyBytes.equals(last)) yield decodeKey(keyBytes);
    last = keyBytes;
  }
}

function keyPart({ type }: TableNames, entry: Buffer): Buffer {
  return type < TYPE.bag ? entry : entry.subarray(0, -NUMBER_BYTES);
}
