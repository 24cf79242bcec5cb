import { BackgroundCalls } from "../../test/support/background-calls.js";
import { ManualHost } from "../../test/support/manual-host.js";
import { MemoryFileSystem } from "../../test/support/memory-file-system.js";
import type { MemoryFile } from "../../test/support/memory-inode.js";
import type { Campaign, CaseReport } from "../campaign.js";
import { Life, type LifePlan, randomPlan } from "../life/life.js";
import { Machine } from "../life/machine.js";
import type { Bounds } from "../life/oracle.js";
import type { Random } from "../random.js";
import { NEWEST, OLDEST } from "./chooser.js";
import { DiskState } from "./disk-state.js";
import { Exploration, type Thoroughness } from "./exploration.js";
import { type Fault, FaultyFileSystem } from "./faulty-file-system.js";
import { damaged, EMPTY_IMAGE } from "./image.js";
import { tableSubject } from "./recovery.js";
import { Trace } from "./trace.js";

/** Lives of so few steps are gone through whole, nearly. */
const SHORT = 3;

/** Power goes at every moment of a life; whatever of it may be on the disk then is recovered from. */
export const powerCut: Campaign = {
  name: "power-cut",
  claim:
    "after a power cut the table holds the effect of a prefix of the calls that had returned, whole batches, and all that was synced",
  unit: "distinct disks",
  goal: 1_000_000,
  run(random) {
    if (random.oneIn(8)) return cutRepair(random);
    const isFull = random.oneIn(4);
    const fault = { call: "write", nth: 1 + random.below(40), isLasting: random.oneIn(3) } as const;
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
      nth: 1 + random.below(random.pick([6, 12, 40])),
      isLasting: random.oneIn(3),
      isReverted: random.oneIn(2),
    }),
};

export interface LifeFault extends Fault {
  /** Whether the system reads again what is on the disk, or keeps what was written in its memory. */
  readonly isReverted?: boolean;
}

async function cutPower(random: Random, fault: LifeFault | undefined): Promise<CaseReport> {
  const plan = randomPlan(random, { repair: fault?.call === "sync" });
  const { life, trace, disk, hasFailed } = await live(random, plan, fault);
  const exploration = new Exploration(tableSubject(plan), random);
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

/** Damages what a life has left, and cuts the power while that is repaired: it goes on where it was, or begins anew. */
async function cutRepair(random: Random): Promise<CaseReport> {
  const plan = randomPlan(random, { repair: true });
  const { life, trace, disk } = await live(random, plan, undefined);
  for (const { happening } of trace.events) disk.happen(happening);
  const image = damaged(disk.image(NEWEST), random);
  const exploration = new Exploration(tableSubject(plan), random);
  const isRepaired = exploration.exploreRecovery(image, true);
  const about = `\nin the repair of ${JSON.stringify(plan)}\nafter ${life.log.join(", ")}`;
  return {
    tried: 0,
    distinct: exploration.images,
    counts: { "repairs that were cut off": Number(isRepaired) },
    failures: [...life.failures, ...exploration.failures.map((text) => text + about)],
  };
}

/** Lives a life, and writes down what it did to the disk. */
async function live(random: Random, plan: LifePlan, fault: LifeFault | undefined) {
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
  const life = new Life(new Machine(faulty ?? memory, background, host), plan, random, faulty);
  bounds = () => life.oracle.bounds;
  try {
    await life.run(() => trace.moment());
  } finally {
    life.end();
  }
  return { life, trace, disk, hasFailed: () => faulty?.hasFailed === true };
}

function thoroughnessFor({ length, isHuge }: LifePlan): Thoroughness {
  if (isHuge) return { all: 4, some: 3 };
  return length <= SHORT ? { all: 3000, some: 200 } : { all: 24, some: 12 };
}

/** What of a file isn't on disk is gone from the memory of the system, too. */
export function revert(file: MemoryFile, memory: MemoryFileSystem, trace: Trace): void {
  const disk = new DiskState(memory.root, EMPTY_IMAGE);
  for (const { happening } of trace.events) disk.happen(happening);
  const content = new Uint8Array(file.content.size);
  content.set(disk.contentOf(file, OLDEST).subarray(0, content.length));
  file.content.write(content, 0, content.length, 0);
}
