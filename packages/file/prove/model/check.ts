import * as fc from "fast-check";
import type { CaseReport } from "../campaign.js";
import type { Random } from "../random.js";
import type { Counts } from "./subject.js";

/** In one case; so it replays quickly. */
const RUNS = 50;

/** Runs a property of fast-check as a case. */
export async function check<T>(
  property: fc.IAsyncProperty<T>,
  random: Random,
  counts: Counts,
): Promise<CaseReport> {
  const details = await fc.check(property, { seed: random.next(), numRuns: RUNS });
  const failures = details.failed ? [fc.defaultReportMessage(details) ?? "it failed"] : [];
  return { tried: details.numRuns, counts, failures };
}
