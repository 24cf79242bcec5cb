import { _, type StoreRecord, type TableType } from "@store/core";
import { show } from "../assertions/show.js";
import type { AnyTable } from "../backend/any-store.js";
import { ReferenceTable } from "../model/reference-table.js";

/** A workload syncs after this many steps. */
export const SYNC_STEPS = 10;

const KEYS = 12;
const BATCH = 100;
const LONGEST_ARGUMENT = 60;
const FILLER = "x".repeat(500);

/** What a workload runs on: a table of either mode, or the model of one. */
type Target = AnyTable | ReferenceTable;

/**
 * A fixed sequence of writes, one a step, counted from 1. So the content of a table shows how many steps it has had. The
 * table stays small however many steps there are.
 */
export interface Workload {
  step(table: Target, number: number): Promise<void>;
  /** The records after each number of steps, from none to `steps`, in key order. */
  states(type: TableType, steps: number): Promise<(readonly StoreRecord[])[]>;
}

/** Steps that use every kind of write. */
const varied: Workload = {
  async step(table, number) {
    await vary(table, number);
    await syncAt(table, number);
  },
  async states(type, steps) {
    const model = new ReferenceTable(type);
    const states = [model.records];
    for (let number = 1; number <= steps; number++) {
      await varied.step(model, number);
      states.push(model.records);
    }
    return states;
  },
};

/** Steps that alternately insert a batch of records and delete the batch before it. */
const batches: Workload = {
  async step(table, number) {
    const last = Math.ceil(number / 2);
    if (number % 2 === 1) await table.insertMany(batchOf(last));
    else await table.matchDelete([[last - 1, _], _] as never);
    await syncAt(table, number);
  },
  async states(_type, steps) {
    const states: (readonly StoreRecord[])[] = [[]];
    for (let number = 1; number <= steps; number++) {
      const last = Math.ceil(number / 2);
      const before = number % 2 === 1 && last > 1 ? batchOf(last - 1) : [];
      states.push([...before, ...batchOf(last)]);
    }
    return states;
  },
};

export const WORKLOADS = { varied, batches };

/** The write of a step, as code: `insertMany([[["batch", 1], 1], ...])`. */
export async function describeStep(
  workload: Workload,
  type: TableType,
  number: number,
): Promise<string> {
  const calls: string[] = [];
  const recorder = new Proxy(new ReferenceTable(type), {
    get: (table, name) =>
      typeof Reflect.get(table, name) === "function"
        ? (...args: unknown[]) => calls.push(`${String(name)}(${args.map(shortened).join(", ")})`)
        : Reflect.get(table, name),
  });
  await workload.step(recorder, number);
  return calls.join(", ");
}

function shortened(value: unknown): string {
  const text = show(value);
  const count = Array.isArray(value) && value.length > 9 ? `, ${value.length} in all` : "";
  return text.length > LONGEST_ARGUMENT ? `${text.slice(0, LONGEST_ARGUMENT)}…${count}` : text;
}

async function vary(table: Target, number: number): Promise<void> {
  const isBag = table.type === "bag" || table.type === "duplicate_bag";
  const key = number % KEYS;
  switch (number % 9) {
    case 0:
      if (number % 5 === 0) await table.deleteAllObjects();
      else await table.delete((key + 5) % KEYS);
      break;
    case 1:
      await table.insertMany([1, 2, 3, 4].map((n): StoreRecord => [["batch", n], number]));
      break;
    case 2:
      if (isBag) await table.insertMany([[key, number]]);
      else await table.updateCounter("counter", [[2, 1]], ["counter", 0]);
      break;
    case 3:
      await table.take((key + 3) % KEYS);
      break;
    case 4:
      await table.insertNewMany([
        [["new", number], 1n],
        [["new", number, "too"], new Date(number)],
      ]);
      break;
    case 5:
      if (isBag) await table.deleteObject([["batch", 2], number - 4]);
      else await table.updateElement(["batch", 2], [[2, `step ${number}`]]);
      break;
    case 6:
      await table.matchDelete([["batch", _], number - 5] as never);
      break;
    default:
      await table.insertMany([[key, number, FILLER]]);
  }
}

async function syncAt(table: Target, number: number): Promise<void> {
  if (number % SYNC_STEPS === 0 && "sync" in table) await table.sync();
}

function batchOf(batch: number): StoreRecord[] {
  return Array.from({ length: BATCH }, (_unused, n) => [[batch, n], FILLER]);
}
