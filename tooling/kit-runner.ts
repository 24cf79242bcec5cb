import { describe, test } from "vitest";
import { isWhole } from "./long.js";

/**
 * What the conformance kit runs on, where it is long: over a server, or over tables that pass it elsewhere. `npm test` does
 * one of so many tests of it, the same each time, and skips the others.
 *
 * @param whole whether all of it runs this time
 */
export function kitRunner(
  part: number,
  whole = isWhole,
): { describe: typeof describe; test: typeof test } {
  if (whole) return { describe, test };
  let count = 0;
  const some = (...given: Parameters<typeof test>) =>
    count++ % part === 0 ? test(...given) : test.skip(...given);
  return { describe, test: some as typeof test };
}

/** The same of tests that were recorded. Others do the others, from another one on. */
export function kitPart<T>(tests: readonly T[], part: number, from = 0): readonly T[] {
  return isWhole ? tests : tests.filter((_, index) => (index + from) % part === 0);
}
