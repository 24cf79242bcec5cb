import { setTimeout } from "node:timers/promises";
import type { Campaign, CaseReport } from "../campaign.js";
import { ContenderGroup } from "../contests/contender-group.js";
import { Random } from "../random.js";
import { Steal } from "./steal.js";

/** Sleepers of a case, and the tables that each has. */
const SLEEPERS = 5;
const TABLES = 5;
/** The same where time is only pretended to pass. */
const SLEEPERS_OF_FIRST = 2;
const TABLES_OF_FIRST = 2;
/** Milliseconds. */
const LOOK_EVERY = 200;
const MINUTE = 60_000;

/**
 * A case stops a few processes that are writing to several tables each, and lets as many others take these over. They
 * sleep until they are stale; only in case 0, which is for the suite, all clocks are put forward instead. Without signals,
 * on Windows, nothing is tried.
 */
export const steals: Campaign = {
  name: "steals",
  claim:
    "an owner that was stopped until its table was taken over is fenced, also when either exits",
  unit: "steals",
  goal: 100,
  ...(process.platform === "win32" ? { cases: 1 } : {}),

  async run(random, number): Promise<CaseReport> {
    if (process.platform === "win32") {
      return { tried: 0, counts: { "skipped on Windows": 1 }, failures: [] };
    }
    const pretends = number === 0;
    const tables = pretends ? TABLES_OF_FIRST : TABLES;
    return ContenderGroup.use(async (group) => {
      const count = pretends ? SLEEPERS_OF_FIRST : SLEEPERS;
      const sleepers = await group.start(count);
      const successors = await group.start(count);
      const passTime = async () => (pretends ? group.advance(MINUTE) : setTimeout(LOOK_EVERY));
      const failures = await Promise.all(
        sleepers.map((sleeper, index) => {
          const names = Array.from({ length: tables }, (_, table) => `t${index}.${table}`);
          const successor = successors[index] ?? sleeper;
          return new Steal(
            group.dataDir,
            sleeper,
            successor,
            names,
            new Random(random.next()),
            passTime,
          ).run();
        }),
      );
      return {
        tried: count * tables,
        counts: { [pretends ? "pretended" : "waited for"]: count * tables },
        failures: failures.flat(),
      };
    });
  },
};
