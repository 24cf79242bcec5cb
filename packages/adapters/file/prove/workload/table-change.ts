import { _, type StoreRecord, type Table, type TableType } from "@store/core";
import type { Random } from "../random.js";

/** A call that changes a table, or may. It does the same to any table that holds the same. */
export interface TableChange {
  readonly name: string;
  act(table: Table<StoreRecord>): void;
}

const KEYS = 6;
/** A change to a table of a type. `number` is another one each time, so that no two states are the same by chance. */
export function randomTableChange(random: Random, type: TableType, number: number): TableChange {
  const isBag = type.endsWith("bag");
  const key = random.below(KEYS);
  const record = (): StoreRecord => [random.below(KEYS), number, filler(random)];
  const kind = random.below(20);
  if (kind < 7) {
    const inserted: StoreRecord = [key, number, filler(random)];
    return change(`insert ${key}`, (table) => table.insert(inserted));
  }
  if (kind < 11) {
    const batch = Array.from({ length: 2 + random.below(3) }, record);
    return change(`insertMany ${batch.map(([k]) => k)}`, (table) => table.insertMany(batch));
  }
  if (kind < 13) return change(`delete ${key}`, (table) => table.delete(key));
  if (kind < 14) return change(`take ${key}`, (table) => table.take(key));
  if (kind < 15) {
    return change(`insertNew ${key}`, (table) => table.insertNew([key, number, "new"]));
  }
  if (kind < 17) {
    return change(`deleteObject of ${key}`, (table) => {
      const [found] = table.lookup(key);
      if (found !== undefined) table.deleteObject(found);
    });
  }
  if (kind < 18) {
    return change(`matchDelete ${key}`, (table) => {
      table.matchDelete([key, _, ""]);
    });
  }
  if (kind < 19 || !random.oneIn(4)) {
    return isBag
      ? change(`insert two of ${key}`, (table) => {
          table.insertMany([
            [key, number, "first"],
            [key, number, "second"],
          ]);
        })
      : change(`count ${key}`, (table) => table.updateCounter(key, number, [key, 0]));
  }
  return change("deleteAllObjects", (table) => table.deleteAllObjects());
}

/** Mostly nothing; sometimes more than a sector of the disk, or than a page. */
function filler(random: Random): string {
  if (!random.oneIn(3)) return "";
  return "0123456789".repeat(random.pick([1, 10, 30, 60, 120, 500]));
}

function change(name: string, act: (table: Table<StoreRecord>) => void): TableChange {
  return { name, act };
}
