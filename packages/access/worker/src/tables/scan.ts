import { canonicalRecord } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import type { Walk } from "./walk.js";

/** The records of the key that a walk stands on, one by one, as long as they are there. */
export function* scanRecords(
  walk: Walk,
  key: Key,
  lookup: (key: Key) => StoreRecord[],
  now: () => number,
): IterableIterator<StoreRecord> {
  let records = walk.copy.decode(key, now);
  for (let index = 0; index < records.length; index++) {
    if (index > 0 && !walk.isUnchanged) {
      records = stillThere(records.slice(index), lookup(key));
      index = 0;
      if (records.length === 0) return;
    }
    yield records[index] as StoreRecord;
  }
}

/** Those of `records` that are among `found`, each as often as it is there. */
function stillThere(records: readonly StoreRecord[], found: readonly StoreRecord[]): StoreRecord[] {
  const counts = new Map<string, number>();
  for (const record of found) {
    const content = contentOf(record);
    counts.set(content, (counts.get(content) ?? 0) + 1);
  }
  return records.filter((record) => {
    const content = contentOf(record);
    const count = counts.get(content) ?? 0;
    counts.set(content, count - 1);
    return count > 0;
  });
}

function contentOf(record: StoreRecord): string {
  return Buffer.from(canonicalRecord(record)).toString("latin1");
}
