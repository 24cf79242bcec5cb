import { AssertionError } from "node:assert/strict";
import { types } from "node:util";
import * as fc from "fast-check";
import type { TestContext } from "./test-context.js";

const TIME_LIMIT_MS = 1_500;

/**
 * Fails if `run` fails for some value of the arbitrary; names the simplest such value that was found and how to
 * replay it.
 * @param print formats a value, one part a line
 */
export async function property<T>(
  context: TestContext,
  arbitrary: fc.Arbitrary<T>,
  run: (value: T) => Promise<void>,
  print: (value: T) => readonly string[],
): Promise<void> {
  const { seed, path } = context.options;
  const details = await fc.check(fc.asyncProperty(arbitrary, run), {
    numRuns: context.runs,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
  if (!details.failed) return;
  const { counterexample, counterexamplePath, errorInstance, numShrinks } = details;
  const lines = counterexample === null ? [] : print(counterexample[0]);
  throw new AssertionError({
    message: [
      messageOf(errorInstance),
      `This fails, the simplest found in ${numShrinks} steps:`,
      ...lines.map((line) => `  ${line}`),
      `To replay it, give conformance { seed: ${details.seed}, path: ${JSON.stringify(counterexamplePath)} }`,
      "and run this test alone.",
    ].join("\n"),
  });
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
