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
  const reason = details.errorInstance;
  const text = reason instanceof Error ? reason.stack : String(reason);
  const failures = details.failed ? [`${fc.defaultReportMessage(details)}\n${text}`] : [];
  return { tried: details.numRuns, counts, failures };
}
