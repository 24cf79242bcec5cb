import * as fc from "fast-check";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import { Machine } from "../workload/machine.js";
import { check } from "./check.js";
import { overlappingCommands } from "./command.js";
import { Expectation } from "./expectation.js";
import { anyPlan } from "./plan.js";
import { ScheduledCalls } from "./scheduled-calls.js";
import { SlicingHost } from "./slicing-host.js";
import { type Counts, Subject } from "./subject.js";

/** Which calls in the background fail. */
const anyFailing = fc.uniqueArray(fc.nat({ max: 15 }), { maxLength: 3 });

/** {@link model}, while fast-check's scheduler says when each call in the background, and each slice of a compaction, has its turn. */
export const overlap: Campaign = {
  name: "overlap",
  claim:
    "the same, in whatever order background syncs and compactions come to their end, or fail, among the calls; and all of them do",
  unit: "runs",
  goal: 2000,
  run,
};

function run(random: Random): Promise<CaseReport> {
  const counts: Counts = {};
  const property = fc.asyncProperty(
    anyPlan,
    overlappingCommands,
    anyFailing,
    fc.scheduler(),
    async (plan, commands, failing, scheduler) => {
      const expectation = new Expectation(plan);
      const rejections: unknown[] = [];
      const onRejection = (reason: unknown) => rejections.push(reason);
      process.on("unhandledRejection", onRejection);
      try {
        const background = new ScheduledCalls(scheduler, failing, () => {
          fileSystem.hasFailed = true;
        });
        const host = new SlicingHost(() => {
          void scheduler.schedule(Promise.resolve(), "slice").then(() => host.runDeferred());
        });
        const memory = new MemoryFileSystem({ now: () => host.wallTime(), background });
        const fileSystem = new FailingFileSystem(memory);
        const machine = new Machine(fileSystem, background, host);
        const subject = new Subject(machine, fileSystem, plan, expectation, counts);
        const setup = () => ({ model: expectation, real: subject });
        await fc.scheduledModelRun(scheduler, setup, commands);
        await subject.pass();
        await scheduler.waitIdle();
        await subject.finish();
        await scheduler.waitIdle();
        await new Promise(setImmediate);
      } finally {
        process.off("unhandledRejection", onRejection);
        expectation.end();
      }
      if (rejections.length > 0) throw new Error(`nobody caught ${rejections.join(", ")}`);
    },
  );
  return check(property, random, counts);
}
