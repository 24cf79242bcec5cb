import type { StoreRecord, TableType } from "@store/core";
import { byKey, collect, mismatch, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import type { AdapterProcesses } from "../../backend/options.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";
import { takeOver } from "../../harness/take-over.js";
import type { TestContext } from "../../harness/test-context.js";
import { identical } from "../../model/equality.js";
import type { AdapterProcess } from "../../processes/adapter-process.js";
import { SYNC_STEPS, WORKLOADS } from "../../processes/workload.js";

type WorkloadName = keyof typeof WORKLOADS;

/** What a process that was killed (SIGKILL) leaves: the effect of the first so many writes, each whole. */
export const killed: Suite = {
  name: "durable: after the process was killed",
  heading: "Killed processes",
  define({ withProcesses }) {
    withProcesses(
      "writes that had returned are there, or those before sync, as declared",
      async (context, processes) => {
        const writer = await context.startProcess(processes);
        await openAll(context, writer);
        const [from, to] = [1, 7 * SYNC_STEPS - 1];
        await writer.killDuringWorkload({ workload: "varied", from, to, freeze: true }, to);
        await check(context, processes, "varied", survivors(processes, to), to);
      },
      "durable",
    );

    withProcesses(
      "in the midst of writes of all kinds: the effect of the first so many of them",
      async (context, processes) => {
        await liveAndDie(context, processes, "varied", [3, 2 * SYNC_STEPS + 5]);
      },
      "durable",
    );

    withProcesses(
      "in the midst of insertMany and matchDelete: all of a batch or none",
      async (context, processes) => {
        await liveAndDie(context, processes, "batches", [2, 3, 2, 3]);
      },
      "durable",
    );

    withProcesses(
      "tables that it had closed are there whole",
      async (context, processes) => {
        const writer = await context.startProcess(processes);
        await openAll(context, writer);
        const steps = 3 * SYNC_STEPS + 7;
        await writer.ask("runWorkload", { workload: "varied", from: 1, to: steps });
        for (const type of typesOf(context)) await writer.ask("close", type);
        await writer.kill();
        await check(context, processes, "varied", steps, steps);
      },
      "durable",
    );

    withProcesses(
      "while it opened the table of one that was killed: no harm done",
      async (context, processes) => {
        const writer = await context.startProcess(processes);
        await openAll(context, writer);
        const steps = 2 * SYNC_STEPS;
        await writer.killDuringWorkload(
          { workload: "varied", from: 1, to: steps, freeze: true },
          steps,
        );
        const types = typesOf(context);
        const openers = await context.startProcesses(processes, types.length);
        for (const [at, type] of types.entries()) await openers[at]?.killDuringOpen(type, type);
        await check(context, processes, "varied", steps, steps);
      },
      "durable",
    );
  },
};

function typesOf(context: TestContext): TableType[] {
  return ALL.filter((type) => hasType(context.capabilities, type));
}

/** Lets a process open a table of each type, named as the type is. */
async function openAll(context: TestContext, process: AdapterProcess): Promise<void> {
  for (const type of typesOf(context)) await process.ask("open", type, type);
}

/** One process after another goes on with a workload, and is killed when so many steps more have returned. */
async function liveAndDie(
  context: TestContext,
  processes: AdapterProcesses,
  workload: WorkloadName,
  kills: readonly number[],
): Promise<void> {
  const writers = await context.startProcesses(processes, kills.length);
  let done = 0;
  for (const [at, writer] of writers.entries()) {
    const last = done + Number(kills[at]);
    const most = last + 3 * SYNC_STEPS;
    await openAll(context, writer);
    // Each in another part of a step, and so of another table's.
    const share = (at + 0.5) / kills.length;
    const returned = await writer.killDuringWorkload(
      { workload, from: done + 1, to: most },
      last,
      share,
    );
    const least = Math.max(done, survivors(processes, returned));
    done = await check(context, processes, workload, least, most);
  }
}

/** How many of the steps that had returned survive a kill at least, as the adapter declares. */
function survivors({ survivesKill }: AdapterProcesses, returned: number): number {
  return survivesKill === "returned" ? returned : returned - (returned % SYNC_STEPS);
}

/**
 * Fails unless each table has the effect of the first so many steps: `least`, or some more, up to `most`. Then brings all
 * tables to where the furthest is, and returns how many steps that are.
 */
async function check(
  context: TestContext,
  processes: AdapterProcesses,
  workload: WorkloadName,
  least: number,
  most: number,
): Promise<number> {
  const store = context.openStore();
  const found = new Map<AnyTable, number>();
  for (const type of typesOf(context)) {
    const table = await takeOver(store, type, type, processes);
    const records = byKey(await collect(table.records()));
    same(await table.size, records.length, `size of the ${type}`);
    found.set(table, await stepsOf(records, workload, type, least, most));
  }
  const furthest = Math.max(...found.values());
  for (const [table, steps] of found) {
    for (let step = steps + 1; step <= furthest; step++)
      await WORKLOADS[workload].step(table, step);
  }
  await store.close();
  return furthest;
}

/** Of how many steps these are the effect. */
async function stepsOf(
  records: readonly StoreRecord[],
  workload: WorkloadName,
  type: TableType,
  least: number,
  most: number,
): Promise<number> {
  const states = await WORKLOADS[workload].states(type, most);
  const steps = states.findIndex((state, at) => at >= least && identical(records, state));
  if (steps >= 0) return steps;
  const what = `the ${type} has the effect of no number of steps from ${least} to ${most}; compared with that of ${least}`;
  throw mismatch(records, states[least], what);
}
