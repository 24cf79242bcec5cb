import type { StoreRecord, TableType } from "@store/core";
import { mismatch } from "../../assertions/assertion.js";
import { equal, identical } from "../../model/equality.js";
import { ReferenceTable } from "../../model/reference-table.js";
import { describeStep, type Workload } from "../../processes/workload.js";

/** What a killed process left in a table, and what it should have left. */
export interface Remains {
  readonly workload: Workload;
  readonly type: TableType;
  /** The records that were found, in key order. */
  readonly records: readonly StoreRecord[];
  /** The records after each number of steps, from none. */
  readonly states: readonly (readonly StoreRecord[])[];
  /** How many steps must be there at least, and may be there at most. */
  readonly least: number;
  readonly most: number;
}

/** The number of steps whose effect the records are. Fails, and says what is wrong, if there is none that may be. */
export async function stepsOf(remains: Remains): Promise<number> {
  const { records, states, least } = remains;
  const steps = states.findIndex((state, at) => at >= least && identical(records, state));
  if (steps >= 0) return steps;
  throw mismatch(records, states[least], await diagnosis(remains));
}

async function diagnosis(remains: Remains): Promise<string> {
  const { type, least, most } = remains;
  const found =
    (await lostSteps(remains)) ?? (await partialStep(remains)) ?? (await missingStep(remains));
  return [
    `A process ran a workload, one write a step, and was killed. Steps 1 to ${least} must have survived, and those up to ${most} may have.`,
    `So the ${type} must hold the effect of steps 1 to N, with N from ${least} to ${most}. ${found ?? UNKNOWN}`,
    `Compared with the effect of ${least} steps, the records`,
  ].join("\n");
}

const UNKNOWN =
  "It holds something else: several steps are missing or partial. Likely cause: writes are neither atomic nor in order.";

/** All up to an earlier step is there. */
async function lostSteps({ workload, type, records, states, least }: Remains) {
  const steps = states.findIndex((state) => identical(records, state));
  if (steps < 0) return undefined;
  const first = await describeStep(workload, type, steps + 1);
  return `It holds the effect of ${steps} steps: what followed, from step ${steps + 1}, ${first}, is lost. Likely cause: a write returns before it can survive the death of the process (processes.survivesKill: "returned"), or sync and close don't write all (step ${least} was to survive).`;
}

/** One step is there in part, and all before it. */
async function partialStep({ workload, type, records, states, least }: Remains) {
  for (let step = 1; step < states.length; step++) {
    const [before = [], after = []] = [states[step - 1], states[step]];
    const isBetween =
      records.every((record) => holdsRecord(before, record) || holdsRecord(after, record)) &&
      before.every((record) => !holdsRecord(after, record) || holdsRecord(records, record));
    const changes = [...without(after, before), ...without(before, after)];
    if (!isBetween || changes.length < 2 || step < least) continue;
    const done = [...without(records, before), ...without(before, records)].length;
    return `It holds the effect of ${step - 1} steps and a part of step ${step}, ${await describeStep(workload, type, step)}: ${done} of its ${changes.length} changes. Likely cause: a write of several records isn't one transaction, or its parts reach the disk one by one.`;
  }
  return undefined;
}

/** One step is missing between others that are there. */
async function missingStep({ workload, type, records, most }: Remains) {
  for (let missing = 1; missing < most; missing++) {
    const model = new ReferenceTable(type);
    for (let step = 1; step <= most; step++) {
      if (step === missing) continue;
      await workload.step(model, step);
      if (step < missing || !identical(records, model.records)) continue;
      return `It holds the effect of steps 1 to ${step}, but not of step ${missing}, ${await describeStep(workload, type, missing)}. Likely cause: writes reach the disk in another order than they return.`;
    }
  }
  return undefined;
}

function holdsRecord(records: readonly StoreRecord[], record: StoreRecord): boolean {
  return records.some((other) => equal(other, record));
}

function without(records: readonly StoreRecord[], others: readonly StoreRecord[]): StoreRecord[] {
  return records.filter((record) => !holdsRecord(others, record));
}
