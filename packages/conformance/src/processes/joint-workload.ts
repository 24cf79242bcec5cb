import type { StoreRecord, TableType } from "@store/core";
import type { AnyStore, AnyTable } from "../backend/any-store.js";
import { type BatchCalls, ReferenceBatch } from "../model/reference-batch.js";
import { ReferenceTable } from "../model/reference-table.js";
import { SYNC_STEPS } from "./workload.js";

const KEYS = 12;
const FILLER = "x".repeat(500);

/** What a step works on: tables, or models of them. */
interface Typed {
  readonly type: TableType;
}

/**
 * Adds the operations of a step, counted from 1, to a batch over all tables. So the content of each table shows how many
 * steps it has had, and all of them must have had the same. Of some steps a condition doesn't hold.
 */
function addStep<T extends Typed>(batch: BatchCalls<T>, tables: readonly T[], step: number): void {
  const [first] = tables;
  for (const table of tables) {
    if (step % 11 === 0) batch.deleteAllObjects(table);
    batch.deleteMany(table, [step % KEYS, ["both", 1], ["both", 2], "steps"]);
    batch.insert(table, [step % KEYS, step, FILLER]);
    batch.insertMany(table, [
      [["both", 1], step],
      [["both", 2], step],
    ]);
    batch.insert(table, ["steps", step]);
    if (table.type.endsWith("set")) batch.updateCounter(table, "sum", [[2, step]], ["sum", 0]);
  }
  if (first === undefined) return;
  batch.insertNew(first, [["claim", step], step]);
  if (step % 5 === 4) batch.insertNew(first, ["steps", "never"]);
}

/** Commits the batch of a step, and syncs now and then. */
export async function commitStep(
  store: AnyStore,
  tables: readonly AnyTable[],
  step: number,
): Promise<void> {
  const batch = store.batch();
  addStep(batch as BatchCalls<AnyTable>, tables, step);
  await batch.commit();
  if (step % SYNC_STEPS === 0) for (const table of tables) await table.sync();
}

/** The records of each table after each number of steps, from none to `steps`, in key order. */
export function jointStates(
  types: readonly TableType[],
  steps: number,
): (readonly StoreRecord[])[][] {
  const models = types.map((type) => new ReferenceTable(type));
  const contents = () => models.map(({ records }) => records);
  const states = [contents()];
  for (let step = 1; step <= steps; step++) {
    const batch = new ReferenceBatch();
    addStep(batch, models, step);
    batch.commit();
    states.push(contents());
  }
  return states;
}
