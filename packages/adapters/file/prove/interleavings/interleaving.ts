import { setImmediate } from "node:timers/promises";
import { ContendedWorld, codeOf, type Opened } from "./contended-world.js";
import { describeState, type Story, stateIn } from "./plan.js";
import { Sleeper } from "./sleeper.js";
import { Successor } from "./successor.js";

/** Longer than a heartbeat lasts. Milliseconds. */
export const MINUTE = 60_000;

/** Before a call of the sleeper: it falls asleep, the successor goes on, and the sleeper wakes up. */
export interface Switch {
  /** The number of the call, from 1. */
  readonly at: number;
  /** Milliseconds that pass before the successor goes on. */
  readonly before: number;
  /** How many calls the successor makes at most. */
  readonly calls: number;
  /** Milliseconds that pass before the sleeper goes on. */
  readonly after: number;
}

/** What came of an interleaving. */
export interface Played {
  readonly sleeperCalls: number;
  readonly successorCalls: number;
  /** The switches that there were: the sleeper may not have come so far. */
  readonly switches: readonly Switch[];
  readonly problems: readonly string[];
}

/**
 * Plays a story with these switches: one of the two is stopped while the other goes on. The successor goes on to its end
 * when the sleeper has come to its own. What must hold:
 *
 * 1. What the sleeper does fails with `STORE_FENCED` if it began after the successor's open had returned, and for ever
 *    after it did so once. What had begun earlier, and was interrupted, may also succeed; and a sleeper that was opening
 *    the table until the successor had closed it may have it.
 * 2. The sleeper's open may fail with `STORE_LOCKED` or `STORE_FENCED` once the successor has begun; and so may the
 *    successor's if the sleeper woke up meanwhile: disturbed, it begins anew, and the sleeper may be quicker then. There
 *    are no other failures.
 * 3. The table holds what was acknowledged, in that order, by whichever process; and all or nothing of what the sleeper
 *    was doing when it was fenced. The successor sees it so, and so does the next one after it.
 * 4. While the successor lives, nobody else gets the table.
 * 5. Nothing is damaged, and nothing put aside. Half a write is a torn tail.
 */
export async function play(story: Story, switches: readonly Switch[]): Promise<Played> {
  const world = new ContendedWorld(story.writeBufferBytes);
  leaveTable(world, story);
  const successor = new Successor(world, story.successor);
  const made: Switch[] = [];
  const sleptBefore: string[] = [];
  const sleeper = new Sleeper(world, story, successor, (number, name, args) => {
    const next = switches[made.length];
    if (next?.at !== number) return;
    made.push(next);
    sleptBefore.push(`${name}(${args.filter((arg) => !(arg instanceof Uint8Array)).join(", ")})`);
    // One that is still opening the table might take it from a successor that falls asleep, too.
    const maySleep = sleeper.hasOpened || successor.calls === 0;
    world.host.advance(maySleep ? next.before : 0);
    sleeper.host.stop();
    successor.host.resume();
    successor.goOn(next.calls);
    successor.host.stop();
    sleeper.host.resume();
    world.host.advance(sleeper.hasOpened ? next.after : 0);
  });
  await sleeper.act();
  sleeper.host.stop();
  successor.host.resume();
  if (successor.calls === 0) world.host.advance(MINUTE);
  successor.goOn(Number.POSITIVE_INFINITY);
  await setImmediate();
  successor.writeLast();
  judgeSuccessor(world, successor);
  for (const { host } of [sleeper, successor]) host.kill(host.process);
  judgeTable(world);
  return {
    sleeperCalls: sleeper.calls,
    successorCalls: successor.calls,
    switches: made,
    problems:
      world.problems.length === 0
        ? []
        : [...world.problems, `the sleeper slept before ${sleptBefore.join(" and ")}`],
  };
}

function leaveTable(world: ContendedWorld, { type, first }: Story): void {
  const host = world.host.spawn();
  const { store, table } = world.open(world.plainEnvironment(host), first.options, type);
  for (const step of first.steps) step.act(table);
  world.history.acknowledge(first.steps);
  if (first.closes) store.close();
  host.kill(host.process);
}

/** What the successor has, as long as it lives, it has alone; and it is what was acknowledged. */
function judgeSuccessor(world: ContendedWorld, { opened, host }: Successor): void {
  if (opened === undefined) return;
  judgeState(world, opened, "the successor sees");
  try {
    openByAnother(world);
    world.problems.push("another got the table of the successor");
  } catch (error) {
    const isRight =
      codeOf(error) === "STORE_LOCKED" && Object(error).cause?.pid === host.process.pid;
    if (!isRight) world.mind("another's open", error);
  }
}

/** What the next one finds when all are dead. */
function judgeTable(world: ContendedWorld): void {
  try {
    const opened = openByAnother(world);
    judgeState(world, opened, "the next one sees");
    opened.store.close();
  } catch (error) {
    world.mind("the next one's open", error);
  }
  const names = world.names();
  if (names.length !== 1) world.problems.push(`something is left: ${names.join(", ")}`);
}

function openByAnother(world: ContendedWorld): Opened {
  return world.open(world.plainEnvironment(world.host.spawn()), { repair: false });
}

function judgeState(world: ContendedWorld, { table }: Opened, what: string): void {
  const state = describeState(stateIn(table));
  const states = world.history.states();
  if (!states.includes(state)) {
    world.problems.push(`${what} ${state}\n  instead of ${states.join("\n  or ")}`);
  }
}
