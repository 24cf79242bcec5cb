import { BackgroundCalls } from "../../simulation/background-calls.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import type { MemoryFile } from "../../simulation/memory-inode.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import { Machine } from "../workload/machine.js";
import type { Bounds } from "../workload/oracle.js";
import { randomPlan, type WorkloadPlan } from "../workload/plan.js";
import { Workload } from "../workload/workload.js";
import { OLDEST } from "./chooser.js";
import { DiskState } from "./disk-state.js";
import { Exploration, type Thoroughness } from "./exploration.js";
import { type Fault, FaultyFileSystem } from "./faulty-file-system.js";
import { EMPTY_IMAGE } from "./image.js";
import { Trace } from "./trace.js";

/** Lives of so few steps are gone through whole, nearly. */
const SHORT = 3;

/** Power goes at every moment of a life; whatever of it may be on the disk then is recovered from. */
export const powerCut: Campaign = {
  name: "power-cut",
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

/** {@link powerCut}, when syncs fail as well, and what was to be synced is never written again. */
export const failedSync: Campaign = {
  name: "failed-sync",
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

interface LifeFault extends Fault {
  /** Whether the system reads again what is on the disk, or keeps what was written in its memory. */
  readonly isReverted?: boolean;
}

async function cutPower(random: Random, fault: LifeFault | undefined): Promise<CaseReport> {
  const planned = randomPlan(random);
  const plan = { ...planned, isLossy: planned.isLossy || fault?.isReverted === true };
  const { life, trace, disk, hasFailed } = await live(random, plan, fault);
  const exploration = new Exploration(plan, random);
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
async function live(random: Random, plan: WorkloadPlan, fault: LifeFault | undefined) {
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
  const life = new Workload(new Machine(faulty ?? memory, background, host), plan, random, faulty);
  bounds = () => life.oracle.bounds;
  try {
    await life.run(() => trace.moment());
  } finally {
    life.end();
  }
  return { life, trace, disk, hasFailed: () => faulty?.hasFailed === true };
}

function thoroughnessFor({ length, isHuge }: WorkloadPlan): Thoroughness {
  if (isHuge) return { all: 3, some: 1, deeper: 1000 };
  if (length <= SHORT) return { all: 200, some: 40, deeper: 200 };
  return { all: length > 40 ? 2 : 8, some: length > 40 ? 1 : length > 15 ? 2 : 4, deeper: 200 };
}

/** What of a file isn't on disk is gone from the memory of the system, too. */
function revert(file: MemoryFile, memory: MemoryFileSystem, trace: Trace): void {
  const disk = new DiskState(memory.root, EMPTY_IMAGE);
  for (const { happening } of trace.events) disk.happen(happening);
  const content = new Uint8Array(file.content.size);
  content.set(disk.contentOf(file, OLDEST).subarray(0, content.length));
  file.content.write(content, 0, content.length, 0);
}
