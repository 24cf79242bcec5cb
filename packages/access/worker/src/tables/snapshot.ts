import type { Key, ScanRange, StoreRecord } from "@store/core";
import type { SharedTable } from "./shared-table.js";

/** Records with their moments. */
export type SnapshotEntries = readonly (readonly [
  record: StoreRecord,
  expiresAt: number | undefined,
])[];

const WHOLE: ScanRange = {
  lower: undefined,
  upper: undefined,
  reverse: false,
  limit: Number.POSITIVE_INFINITY,
};

/** All that a table holds now, in the thread that owns it. */
export function snapshotOf(table: SharedTable): SnapshotEntries {
  const all: (readonly [StoreRecord, number | undefined])[] = [];
  for (const key of table.scanKeys(WHOLE)) {
    const records = table.lookup(key);
    const moments = table.expiresAt(key);
    for (const [index, record] of records.entries()) all.push([record, moments[index]]);
  }
  return all;
}

/** All moments of its records, with their keys. */
export function* momentsOf(
  table: SharedTable,
): IterableIterator<readonly [key: Key, moment: number]> {
  for (const key of table.scanKeys(WHOLE)) {
    for (const moment of table.expiresAt(key)) if (moment !== undefined) yield [key, moment];
  }
}
