import type { StoreRecord, Table, TableType } from "@store/core";

/** What the program of the kill test writes: the same each time, so that any point of it can be told from its state. */
export const LIFE_TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

const KEYS = 40;
const filler = "x".repeat(20_000);

/** The change number `step`, counted from 1. Long enough, and often enough of the same keys, that compactions go on. */
export function live(table: Table<StoreRecord>, step: number): void {
  const key = (step * 7) % KEYS;
  switch (step % 6) {
    case 0:
      table.delete(key);
      break;
    case 1:
      // All or none, also when the process dies.
      table.insertMany([
        ["batch 1", step],
        ["batch 2", step],
        ["batch 3", step, filler],
      ]);
      break;
    case 2:
      table.deleteObject([key, step - 40, filler]);
      break;
    case 3:
      if (table.type.endsWith("bag")) table.take("batch 1");
      else table.updateCounter("counter", 1, ["counter", 0]);
      break;
    default:
      if (table.type.endsWith("bag") && step % 4 === 0) table.delete(key);
      table.insert([key, step, filler]);
  }
}
