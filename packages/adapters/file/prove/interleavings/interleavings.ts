import { createHash } from "node:crypto";
import type { Campaign, CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import { MINUTE, type Played, play, type Switch } from "./interleaving.js";
import { anyStory, describeStory, type Story } from "./plan.js";

/** Of each story, so many interleavings with several switches, besides all those with one. */
const WITH_SEVERAL = 300;
/** More calls than any course has. */
const ALL = 1_000_000;
/** A story that goes wrong often does so in many ways. */
const MANY_FAILURES = 3;

/** A case is a story: its sleeper falls asleep once, before each of its calls; and several times, before some of them. */
export const interleavings: Campaign = {
  name: "interleavings",
  claim: "an owner that slept, in the middle of anything, is fenced, and does the next one no harm",
  unit: "interleavings",
  goal: 100_000,

  async run(random): Promise<CaseReport> {
    const { stackTraceLimit } = Error;
    // A third of the time would go into the stacks of errors.
    Error.stackTraceLimit = 0;
    try {
      return await tell(random);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  },
};

async function tell(random: Random): Promise<CaseReport> {
  const story = anyStory(random);
  const told = new Telling(story);
  const { sleeperCalls, successorCalls } = await told.play([]);
  for (let at = 1; at <= sleeperCalls && !told.isBad; at++) {
    await told.play([{ at, before: MINUTE, calls: ALL, after: 0 }]);
  }
  for (let n = 0; n < WITH_SEVERAL && !told.isBad; n++) {
    await told.play(severalSwitches(random, sleeperCalls, successorCalls));
  }
  return { tried: 0, distinct: BigUint64Array.from(told.distinct), failures: told.failures };
}

/** What came of the interleavings of a story. */
class Telling {
  readonly distinct = new Set<bigint>();
  readonly failures: string[] = [];
  readonly #story: Story;
  readonly #text: string;

  constructor(story: Story) {
    this.#story = story;
    this.#text = describeStory(story);
  }

  get isBad(): boolean {
    return this.failures.length >= MANY_FAILURES;
  }

  async play(switches: readonly Switch[]): Promise<Played> {
    const played = await play(this.#story, switches);
    const made = JSON.stringify(played.switches);
    this.distinct.add(hash(this.#text + made));
    if (played.problems.length > 0) {
      this.failures.push([...played.problems, made, this.#text].join("\n  "));
    }
    return played;
  }
}

function severalSwitches(random: Random, sleeperCalls: number, successorCalls: number): Switch[] {
  const first = {
    at: 1 + random.below(sleeperCalls),
    before: MINUTE,
    calls: 1 + random.below(successorCalls - 1),
    after: random.pick([0, 0, MINUTE]),
  };
  const switches: Switch[] = [first];
  for (let { at } = first; switches.length < 3 && !random.oneIn(3); ) {
    at += 1 + random.below(random.pick([5, 40]));
    const calls = 1 + random.below(random.pick([5, successorCalls]));
    switches.push({
      at,
      before: random.pick([0, 0, MINUTE]),
      calls,
      after: random.pick([0, 0, MINUTE]),
    });
  }
  return switches;
}

function hash(text: string): bigint {
  return createHash("sha1").update(text).digest().readBigUInt64LE();
}
