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
  if (lower === undefined) scratch.setStorageId(storageId);
  else scratch.set(storageId, lower.key);
  if (lower?.inclusive === false) scratch.addEnd();
  const begin = scratch.copy();
  if (upper === undefined) scratch.setStorageId(storageId);
  else scratch.set(storageId, upper.key);
  if (upper?.inclusive !== false) scratch.addEnd();
  return { begin, end: scratch.copy() };
}

/** Where keys are put together: a range keeps no more than it has. */
const scratch = new EntryKey();

/** All entries of a table. */
export function wholeRange(storageId: number): KeyRange {
  return keyRange(storageId, WHOLE);
}

const WHOLE: ScanRange = { lower: undefined, upper: undefined, reverse: false, limit: Infinity };
