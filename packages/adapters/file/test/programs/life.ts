import type { StoreRecord, Table, TableType } from "@store/core";

/** What the program of the kills writes: the same each time, so that any point of it can be told from its state. */
export const LIFE_TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** After so many steps a compaction has begun, whatever was there before. */
export const FULL_LIFE = 80;

const KEYS = 40;
const BATCH = 6;
const STEPS_A_SYNC = 17;

/**
 * The change number `step`, counted from 1: all or nothing of it counts, also when the process dies. Some are longer
 * than the 64 KiB that the system takes at a time, and so many bytes die that compactions go on all the time.
 */
export function live(table: Table<StoreRecord>, step: number): void {
  const key = (step * 7) % KEYS;
  switch (step % 6) {
    case 0:
      table.delete(key);
      break;
    case 1:
      table.insertMany(
        Array.from({ length: BATCH }, (_, index) => [`batch ${index}`, step, filler(step)]),
      );
      break;
    case 2:
      table.deleteObject([key, step - KEYS, filler(step - KEYS)]);
      break;
    case 3:
      if (table.type.endsWith("bag")) table.take("batch 1");
      else table.updateCounter("counter", 1, ["counter", 0]);
      break;
    case 4:
      table.insert([key, step, filler(step)]);
      break;
    default:
      // A bag would grow without end.
      table.delete(`batch ${Math.floor(step / 6) % BATCH}`);
  }
  if (step % STEPS_A_SYNC === 0) table.sync();
}

/** Tells what was written at one step from what was written at the next. */
function filler(step: number): string {
  return String(Math.abs(step % 10)).repeat(20_000);
}
