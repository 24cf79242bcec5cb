import { join } from "node:path";
import { FULL_LIFE, LIFE_TYPES } from "../../test/programs/life.js";
import type { Program } from "../../test/support/program.js";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import { isTraceable, killer, recordedCalls, recorder } from "./system-call.js";
import { type Ending, Victim } from "./victim.js";

/** So many in a case, one after another, of the processes of one table. */
const KILLS = 13;
/** A process may come to its end before; there are so many at most. */
const LIVES = 3 * KILLS;

/** By these, each step is flushed; every few; or none before the table is closed. */
const WRITE_BUFFERS = [1, 150_000, 600_000, 2 ** 24];

/** The fractional parts of its multiples fall evenly between 0 and 1, however many there are. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/** `kill -9` of real processes: at random moments, and, in every other case, at exactly the Kth system call. */
export const kills: Campaign = {
  name: "kills",
  claim:
    "who opens the table of a killed process finds all steps that had returned, and no half one",
  unit: "kills",
  goal: 2_000,

  run,
};

async function run(random: Random, number: number): Promise<CaseReport> {
  const victim = new Victim({
    type: random.pick(LIFE_TYPES),
    autoSave: random.pick([0, 5, Number.POSITIVE_INFINITY]),
    repair: random.oneIn(2),
    writeBufferBytes: random.pick(WRITE_BUFFERS),
  });
  try {
    const isTraced = number % 2 === 1 && isTraceable();
    const kill = isTraced
      ? await killerAtCalls(victim, (number - 1) / 2)
      : (count: number) => killAtRandom(victim, random, count);
    return await killAgainAndAgain(victim, random, kill, isTraced);
  } finally {
    victim.remove();
  }
}

async function killAgainAndAgain(
  victim: Victim,
  random: Random,
  kill: (count: number) => Promise<Ending>,
  isTraced: boolean,
): Promise<CaseReport> {
  const counts: Record<string, number> = {};
  const add = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  let tried = 0;
  for (let lives = 0; tried < KILLS && lives < LIVES; lives++) {
    const ending = await kill(lives);
    if (victim.failures.length > 0) return { tried, counts, failures: victim.failures };
    // Else the next process takes over what this one left.
    if (random.oneIn(2)) victim.inspect();
    if (ending === undefined) continue;
    tried++;
    add(`while ${ending}`);
    if (isTraced) add("at the Kth system call");
  }
  victim.inspect();
  counts["torn writes"] = victim.tornWrites;
  const few = `only ${tried} of ${LIVES} processes were killed`;
  const failures = tried < KILLS ? [...victim.failures, few] : victim.failures;
  return { tried, counts, failures };
}

/** Kills a process at a random moment: by turns of an open, of a close, of a compaction, and of any part of its life. */
function killAtRandom(victim: Victim, random: Random, count: number): Promise<Ending> {
  const steps = random.below(FULL_LIFE);
  const part = random.below(1_000) / 1_000;
  const saidAndWaited = (line: string, milliseconds: number) => async (program: Program) => {
    await said(program, line);
    wait(part * milliseconds);
  };
  switch (count % 5) {
    case 0:
      return victim.live(steps, saidAndWaited("opening", 15));
    case 1:
      return victim.live(steps, saidAndWaited("closing", 5));
    case 2:
      return victim.live(2 * FULL_LIFE, saidAndWaited("compacting", 3));
    default:
      return victim.live(2 * FULL_LIFE, async (program) => {
        await program.saidLines(2 + steps);
        wait(part);
      });
  }
}

/**
 * Lets a process live to its end, and writes down which system calls it makes. Returns what kills others at one of
 * these: at another one each time, evenly spread over all.
 * @param number of the case among those of its kind
 */
async function killerAtCalls(
  victim: Victim,
  number: number,
): Promise<(count: number) => Promise<Ending>> {
  const record = join(victim.directory, "calls");
  await victim.live(FULL_LIFE, (program) => program.ended(), recorder(record));
  const calls = recordedCalls(record, "opening");
  return (count) => {
    const part = ((number * KILLS + count) * GOLDEN_RATIO) % 1;
    const call = calls[Math.floor(part * calls.length)];
    if (call === undefined) throw new Error("strace has written down no system call");
    return victim.live(FULL_LIFE, (program) => program.ended(), killer(call));
  };
}

/** Resolves when a program has said a line, or has ended. */
async function said(program: Program, line: string): Promise<void> {
  for (let count = 1; ; count++) {
    await program.saidLines(count);
    const said = program.lines[count - 1];
    if (said === undefined || said === line) return;
  }
}

/** A timer is too coarse. */
function wait(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
