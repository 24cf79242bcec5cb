import { BackgroundCalls } from "../../test/support/background-calls.js";
import { FailingFileSystem, type Failure } from "../../test/support/failing-file-system.js";
import { ManualHost } from "../../test/support/manual-host.js";
import { MemoryFileSystem } from "../../test/support/memory-file-system.js";
import type { Campaign } from "../campaign.js";
import { Life, type LifePlan, randomPlan } from "../life/life.js";
import { Machine } from "../life/machine.js";
import { Random } from "../random.js";

/** Only reads and writes can fall short. */
const SHORT: Pick<Failure, "code" | "calls"> = { code: "short", calls: ["read", "write"] };
export const FAILURES: readonly Pick<Failure, "code" | "calls">[] = [
  { code: "EIO" },
  { code: "ENOSPC" },
  { code: "EMFILE" },
  { code: "EINTR" },
  SHORT,
];
const MANY_FAILURES = 3;

/** The same life again and again; the first file-system call of it fails, then the second, until there is none left. */
export const failingCall: Campaign = {
  name: "failing-call",
  claim:
    "whichever call fails, what threw has changed nothing, all else is there, and the table goes on when the fault has gone",
  unit: "lives with a call that failed",
  goal: 10_000,
  async run(random) {
    const { length, ...others } = randomPlan(random, { repair: random.oneIn(2) });
    const plan: LifePlan = { ...others, length: Math.min(length, 10) };
    const failure = { ...random.pick(FAILURES), lasting: random.oneIn(2) };
    const seed = random.next();
    const failures: string[] = [];
    let tried = 0;
    for (let nth = 1; failures.length < MANY_FAILURES; nth++) {
      const { hasFailed, wrong } = await live(plan, seed, { ...failure, nth });
      failures.push(...wrong.map((text) => `${text}\nwhen ${JSON.stringify({ ...failure, nth })}`));
      if (!hasFailed) break;
      tried++;
    }
    return { tried, counts: { scripts: 1 }, failures };
  },
};

async function live(plan: LifePlan, seed: number, failure: Failure) {
  const background = new BackgroundCalls({ hold: true });
  const host = new ManualHost();
  const memory = new MemoryFileSystem({ now: () => host.wallTime(), background });
  const fileSystem = new FailingFileSystem(memory);
  fileSystem.fail(failure);
  const machine = new Machine(fileSystem, background, host);
  const life = new Life(machine, plan, new Random(seed), fileSystem);
  try {
    await life.run();
    await life.recover();
  } finally {
    life.end();
  }
  return { hasFailed: fileSystem.hasFailed, wrong: life.failures };
}
