import { byKey, collect, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import type { AdapterProcesses } from "../../backend/options.js";
import type { Suite } from "../../harness/suite.js";
import { takeOver } from "../../harness/take-over.js";
import type { TestContext } from "../../harness/test-context.js";
import { SYNC_STEPS, WORKLOADS } from "../../processes/workload.js";
import { stepsOf } from "./diagnosis.js";
import { killRepeatedly, openAll, survivors, typesOf } from "./kills.js";

type WorkloadName = keyof typeof WORKLOADS;

/** What a killed process (SIGKILL) leaves: the effect of its first writes up to some point, each of them whole. */
export const killed: Suite = {
  name: "durable: after the process was killed",
  heading: "Killed processes",
  lookAt:
    "the order in which writes reach the disk, and whether each does so as a whole; processes.survivesKill",
  define({ withProcesses }) {
    withProcesses(
      "writes that had returned survive a kill, or those before a sync, as declared",
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
      "a kill during writes of all kinds leaves the effect of all writes up to one of them",
      async (context, processes) => {
        await killRepeatedly(context, processes, "varied", [3, 2 * SYNC_STEPS + 5], (least, most) =>
          check(context, processes, "varied", least, most),
        );
      },
      "durable",
    );

    withProcesses(
      "a kill during insertMany and matchDelete leaves all of their records or none",
      async (context, processes) => {
        await killRepeatedly(context, processes, "batches", [2, 3, 2, 3], (least, most) =>
          check(context, processes, "batches", least, most),
        );
      },
      "durable",
    );

    withProcesses(
      "tables that a process has closed survive its kill as a whole",
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
      "a kill while a process opens the table of another killed process loses nothing",
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

/**
 * Fails unless each table has the effect of the first N steps, with N from `least` to `most`. Then brings all
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
    const states = await WORKLOADS[workload].states(type, most);
    const remains = { workload: WORKLOADS[workload], type, records, states, least, most };
    found.set(table, await stepsOf(remains));
  }
  const furthest = Math.max(...found.values());
  for (const [table, steps] of found) {
    for (let step = steps + 1; step <= furthest; step++)
      await WORKLOADS[workload].step(table, step);
  }
  await store.close();
  return furthest;
}
