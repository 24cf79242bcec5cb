import * as fc from "fast-check";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import { Machine } from "../workload/machine.js";
import { check } from "./check.js";
import { commands } from "./command.js";
import { Expectation } from "./expectation.js";
import { anyPlan } from "./plan.js";
import { type Counts, Subject } from "./subject.js";

/** Any calls with any records, and whatever may come between them, beside a table in memory. */
export const model: Campaign = {
  name: "model",
  claim:
    "every call does and returns what it does to a table in memory; what fails has changed nothing; and a process that dies has lost nothing",
  unit: "runs",
  goal: 8000,
  run,
};

function run(random: Random): Promise<CaseReport> {
  const counts: Counts = {};
  const property = fc.asyncProperty(anyPlan, commands, async (plan, commands) => {
    const expectation = new Expectation(plan);
    try {
      const background = new BackgroundCalls({ hold: true });
      const host = new ManualHost();
      const memory = new MemoryFileSystem({ now: () => host.wallTime(), background });
      const fileSystem = new FailingFileSystem(memory);
      const machine = new Machine(fileSystem, background, host);
      const subject = new Subject(machine, fileSystem, plan, expectation, counts);
      await fc.asyncModelRun(() => ({ model: expectation, real: subject }), commands);
      await subject.finish();
    } finally {
      expectation.end();
    }
  });
  return check(property, random, counts);
}
