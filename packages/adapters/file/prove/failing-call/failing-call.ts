import { BackgroundCalls } from "../../simulation/background-calls.js";
import {
  type CallName,
  FailingFileSystem,
  type Failure,
} from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import type { Campaign } from "../campaign.js";
import { Random } from "../random.js";
import { Machine } from "../workload/machine.js";
import { randomPlan, type WorkloadPlan } from "../workload/plan.js";
import { Workload } from "../workload/workload.js";

/** Only reads and writes can fall short. */
const SHORT: Pick<Failure, "code" | "calls"> = { code: "short", calls: ["read", "write"] };
const FAILURES: readonly Pick<Failure, "code" | "calls">[] = [
  { code: "EIO" },
  { code: "ENOSPC" },
  { code: "EMFILE" },
  { code: "EINTR" },
  SHORT,
];
const MANY_FAILURES = 3;
/** All but `close`: what isn't closed isn't left open by the engine. */
const CALLS: readonly CallName[] = [
  ...(["makeDirectory", "removeDirectory", "list", "syncDirectory"] as const),
  ...(["syncDirectoryInBackground", "status", "touch", "rename", "link", "remove"] as const),
  ...(["create", "open", "size", "read", "write", "sync", "syncInBackground"] as const),
];

const LONG = 10;
/** A longer life is lived so often, each time with another call that fails. */
const SAMPLES = 12;

/** The same life again and again; the first file-system call of it fails, then the second, until there is none left. */
export const failingCall: Campaign = {
  name: "failing-call",
  claim:
    "whichever call fails, what threw has changed nothing, all else is there, and the tables go on when the fault has gone",
  unit: "lives with a call that failed",
  goal: 10_000,
  async run(random) {
    const plan = randomPlan(random);
    const { calls = random.oneIn(5) ? undefined : CALLS, ...kind } = random.pick(FAILURES);
    const lasting = random.oneIn(2);
    const failure = calls === undefined ? { ...kind, lasting } : { ...kind, calls, lasting };
    const seed = random.next();
    const failures: string[] = [];
    let tried = 0;
    const fail = async (nth: number): Promise<number> => {
      const { hasFailed, calls: count, wrong } = await live(plan, seed, { ...failure, nth });
      failures.push(...wrong.map((text) => `${text}\nwhen ${JSON.stringify({ ...failure, nth })}`));
      if (hasFailed) tried++;
      return hasFailed ? count : 0;
    };
    if (plan.length > LONG) {
      const count = await fail(1);
      for (let sample = 1; sample < SAMPLES; sample++) await fail(1 + random.below(count));
    } else {
      for (let nth = 1; failures.length < MANY_FAILURES && (await fail(nth)) > 0; nth++);
    }
    return { tried, counts: { scripts: 1 }, failures };
  },
};

async function live(plan: WorkloadPlan, seed: number, failure: Failure) {
  const background = new BackgroundCalls({ hold: true });
  const host = new ManualHost();
  const memory = new MemoryFileSystem({ now: () => host.wallTime(), background });
  const fileSystem = new FailingFileSystem(memory);
  fileSystem.fail(failure);
  const machine = new Machine(fileSystem, background, host);
  if (failure.calls !== undefined) machine.openCount = () => memory.openCount;
  const life = new Workload(machine, plan, new Random(seed), fileSystem);
  try {
    await life.run();
    await life.recover();
  } finally {
    life.end();
  }
  return { hasFailed: fileSystem.hasFailed, calls: fileSystem.count(), wrong: life.failures };
}
