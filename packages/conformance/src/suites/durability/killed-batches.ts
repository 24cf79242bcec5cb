import type { StoreRecord, TableType } from "@store/core";
import { byKey, collect, mismatch, same } from "../../assertions/assertion.js";
import type { AdapterProcesses } from "../../backend/options.js";
import type { Suite } from "../../harness/suite.js";
import { takeOver } from "../../harness/take-over.js";
import type { TestContext } from "../../harness/test-context.js";
import { identical } from "../../model/equality.js";
import { LATER } from "../../model/sample-moments.js";
import { jointStates } from "../../processes/joint-workload.js";
import { SYNC_STEPS } from "../../processes/workload.js";
import { killRepeatedly, openAll, survivors, typesOf } from "./kills.js";

/** Batches over tables of all types whose process is killed (SIGKILL): each in all of its tables or in none. */
export const killedBatches: Suite = {
  name: "durable: batches and moments after the process was killed",
  heading: "Killed processes",
  lookAt:
    "applyChanges or transact of the backend: the changes of all tables must reach the disk as one; processes.survivesKill",
  define({ withProcesses }) {
    withProcesses(
      "batches that had returned survive a kill, or those before a sync, as declared",
      async (context, processes) => {
        const writer = await context.startProcess(processes);
        await openAll(context, writer);
        const [from, to] = [1, 4 * SYNC_STEPS - 1];
        await writer.killDuringWorkload({ workload: "joint", from, to, freeze: true }, to);
        await check(context, processes, survivors(processes, to), to);
      },
      "durable",
      "batches",
    );

    withProcesses(
      "a kill during batches leaves each of them in all of its tables or in none",
      async (context, processes) => {
        await killRepeatedly(
          context,
          processes,
          "joint",
          [2, 3, SYNC_STEPS, 5, 2, 3],
          (least, most) => check(context, processes, least, most),
        );
      },
      "durable",
      "batches",
    );

    withProcesses(
      "moments survive a kill",
      async (context, processes) => {
        const writer = await context.startProcess(processes);
        await openAll(context, writer);
        for (const type of typesOf(context)) {
          await writer.ask("call", type, "insert", ["k", 1], { expiresAt: LATER });
          await writer.ask("call", type, "insert", ["past", 1], { expiresAt: 1 });
          await writer.ask("call", type, "insert", ["never", 1]);
          await writer.ask("call", type, "sync");
        }
        await writer.kill();
        const store = context.openStore();
        for (const type of typesOf(context)) {
          const table = await takeOver(store, type, type, processes);
          const moments = [await table.expiresAt("k"), await table.expiresAt("never")];
          same(moments, [LATER, undefined], `expiresAt in the ${type}`);
          same(await table.lookupMany(["k", "past", "never"]), [[["k", 1]], [], [["never", 1]]]);
        }
      },
      "durable",
      "expiry",
    );
  },
};

/** Fails unless all tables have the effect of the same number of batches, from `least` to `most`. Returns it. */
async function check(
  context: TestContext,
  processes: AdapterProcesses,
  least: number,
  most: number,
): Promise<number> {
  const types = typesOf(context);
  const store = context.openStore();
  const found: StoreRecord[][] = [];
  for (const type of types) {
    const table = await takeOver(store, type, type, processes);
    const records = byKey(await collect(table.records()));
    same(await table.size, records.length, `size of the ${type}`);
    found.push(records);
  }
  await store.close();
  const states = jointStates(types, most);
  const done = states.findIndex((state, steps) => steps >= least && identical(found, state));
  if (done >= 0) return done;
  const message = [
    `A process committed batches over ${types.length} tables and was killed. Batches 1 to ${least} must have survived, and those up to ${most} may have.`,
    `So all tables must hold the effect of batches 1 to N, with one N from ${least} to ${most}. ${diagnosis(types, found, states)}`,
    `Compared with the effect of ${least} batches, the records of the tables ${types.join(", ")}`,
  ].join("\n");
  throw mismatch(found, states[least], message);
}

function diagnosis(
  types: readonly TableType[],
  found: readonly (readonly StoreRecord[])[],
  states: readonly (readonly (readonly StoreRecord[])[])[],
): string {
  const each = found.map((records, table) =>
    states.findLastIndex((state) => identical(records, state[table])),
  );
  if (each.includes(-1)) {
    return `The ${types[each.indexOf(-1)]} holds the effect of no number of batches. Likely cause: the changes of a batch to one table reach the disk one by one, or a batch whose condition doesn't hold is done in part.`;
  }
  if (new Set(each).size === 1) {
    return `They hold the effect of ${each[0]} batches. Likely cause: commit returns before the batch can survive the death of the process (processes.survivesKill: "returned"), or sync doesn't write all.`;
  }
  const counts = each.map((count, table) => `the ${types[table]} that of ${count}`).join(", ");
  return `Of how many they hold the effect differs: ${counts}. Likely cause: the changes of a batch reach the disk table by table.`;
}
