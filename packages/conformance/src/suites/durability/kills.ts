import { setTimeout } from "node:timers/promises";
import type { TableType } from "@store/core";
import type { AdapterProcesses } from "../../backend/options.js";
import { ALL, hasType } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import { type AdapterProcess, timeoutOf } from "../../processes/adapter-process.js";
import type { WorkloadRun } from "../../processes/worker.js";
import { SYNC_STEPS } from "../../processes/workload.js";

/** The types of table that the adapter has. */
export function typesOf({ capabilities }: TestContext): TableType[] {
  return ALL.filter((type) => hasType(capabilities, type));
}

/** Lets a process open a table of each type, named after the type. */
export async function openAll(context: TestContext, process: AdapterProcess): Promise<void> {
  for (const type of typesOf(context)) await process.ask("open", type, type);
}

/**
 * Fails unless the tables have the effect of the first N steps, with N from `least` to `most`. Then brings all tables to
 * where the furthest is, and returns how many steps that are.
 */
export type StepCheck = (least: number, most: number) => Promise<number>;

/** Starts processes one after another. Each continues the workload and is killed after some more steps. */
export async function killRepeatedly(
  context: TestContext,
  processes: AdapterProcesses,
  workload: WorkloadRun["workload"],
  kills: readonly number[],
  check: StepCheck,
): Promise<void> {
  const writers = await context.startProcesses(processes, kills.length);
  let done = 0;
  for (const [at, writer] of writers.entries()) {
    const last = done + Number(kills[at]);
    const most = last + 3 * SYNC_STEPS;
    await openAll(context, writer);
    // Each is killed in a different part of a step, and so in a write to a different table.
    const share = (at + 0.5) / kills.length;
    const returned = await writer.killDuringWorkload(
      { workload, from: done + 1, to: most },
      last,
      share,
    );
    const least = Math.max(done, survivors(processes, returned));
    done = await onceSettled(context, processes, () => check(least, most));
  }
}

/** How long what a killed process had sent may be under way in a server. */
const SETTLING_MS = 2_000;
const PAUSE_MS = 50;

/**
 * What `check` returns. Where others may write the tables, a failure may be that of reading them while the last calls of
 * the killed process still arrive: it is repeated until they must have, and a table that is wrong stays wrong.
 */
export async function onceSettled<T>(
  { capabilities }: TestContext,
  processes: AdapterProcesses,
  check: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + Math.min(SETTLING_MS, timeoutOf(processes));
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (!capabilities.shared || performance.now() > end) throw error;
      await setTimeout(PAUSE_MS);
    }
  }
}

/** How many of the steps that had returned must survive a kill, by the adapter's declaration. */
export function survivors({ survivesKill }: AdapterProcesses, returned: number): number {
  return survivesKill === "returned" ? returned : returned - (returned % SYNC_STEPS);
}
