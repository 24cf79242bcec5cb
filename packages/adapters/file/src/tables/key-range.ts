import type { ScanRange } from "@store/core";
import { EntryKey } from "../format/entry-key.js";

/** A range of entries of a table, in bytes: from `begin` on, up to `end` and without it. */
export interface KeyRange {
  readonly begin: EntryKey;
  readonly end: EntryKey;
  /** Where all entries are of one key: hashKey of that, as filters know it. */
  readonly hash?: number;
}

/** The entries that a scan covers. */
export function keyRange(storageId: number, { lower, upper }: ScanRange): KeyRange {
  const begin = new EntryKey();
  const end = new EntryKey();
  if (lower === undefined) {
    begin.setStorageId(storageId);
  } else {
    begin.set(storageId, lower.key);
    if (!lower.inclusive) begin.addEnd();
  }
  if (upper === undefined) {
    end.setStorageId(storageId);
    end.addEnd();
  } else {
    end.set(storageId, upper.key);
    if (upper.inclusive) end.addEnd();
  }
  return { begin, end };
}

/** All entries of a table. */
export function wholeRange(storageId: number): KeyRange {
  return keyRange(storageId, WHOLE);
}

const WHOLE: ScanRange = { lower: undefined, upper: undefined, reverse: false, limit: Infinity };
