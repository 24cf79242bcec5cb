import { Outcomes } from "./outcome.js";
import type { Comparison } from "./plan.js";
import { endProgress, showProgress } from "./progress.js";
import { runCase } from "./run-case.js";

/**
 * Runs all cases once, then all again, so that what else the machine does falls on all of them. In each round another
 * one of those that are compared goes first.
 */
export async function runRounds(comparisons: readonly Comparison[]): Promise<Outcomes> {
  const outcomes = new Outcomes();
  const total = comparisons.reduce((sum, { cases, rounds }) => sum + cases.length * rounds, 0);
  const rounds = Math.max(0, ...comparisons.map((comparison) => comparison.rounds));
  const begun = performance.now();
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { cases, rounds: own } of comparisons) {
      if (round >= own) continue;
      for (let index = 0; index < cases.length; index++) {
        const each = cases[(index + round) % cases.length];
        if (each === undefined) continue;
        showProgress({ done, total, begun, what: `${each.benchmark.name}: ${each.title}` });
        outcomes.add(each, await runCase(each));
        done++;
      }
    }
  }
  endProgress();
  return outcomes;
}
