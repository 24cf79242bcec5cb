import { BackgroundCalls } from "../../test/support/background-calls.js";
import { ManualHost } from "../../test/support/manual-host.js";
import { MemoryFileSystem } from "../../test/support/memory-file-system.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Bounds } from "../life/oracle.js";
import { DiskState } from "../power-cut/disk-state.js";
import { Exploration, type Thoroughness } from "../power-cut/exploration.js";
import { FaultyFileSystem } from "../power-cut/faulty-file-system.js";
import { EMPTY_IMAGE } from "../power-cut/image.js";
import { type LifeFault, revert } from "../power-cut/power-cut.js";
import { Trace } from "../power-cut/trace.js";
import type { Random } from "../random.js";
import { randomTreePlan, TreeLife, type TreePlan } from "./tree-life.js";
import { TreeMachine } from "./tree-machine.js";
import { directorySubject } from "./tree-recovery.js";

/** Lives of so few steps are gone through whole, nearly. */
const SHORT = 3;

/** Power goes at every moment of a life; whatever of it may be on the disk then is recovered from. */
export const treePowerCut: Campaign = {
  name: "tree-power-cut",
  claim:
    "after a power cut the tables hold the effect of a prefix of the calls that had returned, whole batches, and all that was synced",
  unit: "distinct disks",
  goal: 1_000_000,
  run(random) {
    const isFull = random.oneIn(2);
    const nth = 1 + random.below(random.pick([15, 40, 100]));
    const fault = { call: "write", nth, isLasting: random.oneIn(3) } as const;
    return cutPower(random, isFull ? fault : undefined);
  },
};

/** {@link treePowerCut}, when syncs fail as well, and what was to be synced is never written again. */
export const treeFailedSync: Campaign = {
  name: "tree-failed-sync",
  claim:
    "the same when syncs fail and forget: no call that was to make something durable returns, unless it is",
  unit: "distinct disks",
  goal: 200_000,
  run: (random) =>
    cutPower(random, {
      call: "sync",
      nth: 1 + random.below(random.pick([10, 20, 60])),
      isLasting: random.oneIn(3),
      isReverted: random.oneIn(2),
    }),
};

async function cutPower(random: Random, fault: LifeFault | undefined): Promise<CaseReport> {
  const planned = randomTreePlan(random);
  const plan = { ...planned, isLossy: planned.isLossy || fault?.isReverted === true };
  const { life, trace, disk, hasFailed } = await live(random, plan, fault);
  const exploration = new Exploration(directorySubject(plan), random);
  if (life.failures.length === 0) {
    exploration.explore(disk, trace.events, life.oracle.states, thoroughnessFor(plan));
  }
  const about = `\nin ${JSON.stringify({ ...plan, fault })}\nafter ${life.log.join(", ")}`;
  return {
    tried: 0,
    distinct: exploration.images,
    counts: {
      moments: exploration.moments,
      "moments gone through whole": exploration.whole,
      "disks of recoveries that were cut off": exploration.deeper,
      ...(fault && { [`lives with a failed ${fault.call}`]: Number(hasFailed()) }),
    },
    failures: [...life.failures, ...exploration.failures.map((text) => text + about)],
  };
}

/** Lives a life, and writes down what it did to the disk. */
async function live(random: Random, plan: TreePlan, fault: LifeFault | undefined) {
  const background = new BackgroundCalls({ hold: true });
  const host = new ManualHost();
  let bounds = (): Bounds => ({ floor: 0, ceiling: 0, others: [] });
  const trace = new Trace(() => bounds());
  const memory = new MemoryFileSystem({ now: () => host.wallTime(), background, observer: trace });
  const disk = new DiskState(memory.root, EMPTY_IMAGE);
  const faulty =
    fault &&
    new FaultyFileSystem(memory, fault, (file) => {
      if (fault.isReverted) revert(file, memory, trace);
      trace.forgot(file);
    });
  const life = new TreeLife(
    new TreeMachine(faulty ?? memory, background, host),
    plan,
    random,
    faulty,
  );
  bounds = () => life.oracle.bounds;
  try {
    await life.run(() => trace.moment());
  } finally {
    life.end();
  }
  return { life, trace, disk, hasFailed: () => faulty?.hasFailed === true };
}

function thoroughnessFor({ length, isHuge }: TreePlan): Thoroughness {
  if (isHuge) return { all: 3, some: 1, deeper: 1000 };
  if (length <= SHORT) return { all: 200, some: 40, deeper: 200 };
  return { all: 8, some: length > 15 ? 2 : 4, deeper: 200 };
}
