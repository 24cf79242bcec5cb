import type { Campaign, CaseReport } from "../campaign.js";
import { MUTANTS } from "./all-mutants.js";
import type { Mutant } from "./mutant.js";
import { runTests } from "./test-run.js";

const FILES: readonly string[] = [...new Set(MUTANTS.map(({ test }) => test.file))];

/** Whether the tests notice mistakes: each mutant of the engine is noticed by the test that is there for it. */
export const mutants: Campaign = {
  name: "mutants",
  claim:
    "a mistake in the engine fails the test that is there for it; without it, all of them pass",
  unit: "mutants caught",
  goal: MUTANTS.length,
  cases: FILES.length + MUTANTS.length,
  run(_random, number) {
    const file = FILES[number];
    if (file !== undefined) return checkSound(file);
    const mutant = MUTANTS[number - FILES.length];
    return mutant === undefined ? { tried: 0, failures: [] } : checkCaught(mutant);
  },
};

/** Without a mistake. */
async function checkSound(file: string): Promise<CaseReport> {
  const titles = MUTANTS.filter(({ test }) => test.file === file).map(({ test }) => test.title);
  const results = await runTests(file, [...new Set(titles)]);
  const failed = results.filter(({ hasPassed }) => !hasPassed);
  return {
    tried: 0,
    counts: { "tests that pass without": results.length },
    failures: failed.map(({ name, failure }) => `${file}: ${name}: ${failure}`),
  };
}

async function checkCaught({ id, mistake, test }: Mutant): Promise<CaseReport> {
  const results = await runTests(test.file, [test.title], id);
  if (results.some(({ hasPassed }) => !hasPassed)) return { tried: 1, failures: [] };
  return {
    tried: 0,
    failures: [`${id} (${mistake}) isn't noticed by ${test.file}: ${test.title}`],
  };
}
