import type { TestRunner } from "../../src/index.js";

export interface RecordedTest {
  readonly suite: string;
  readonly title: string;
  /** The time limit that the kit gave. */
  readonly timeoutMs: number | undefined;
  run(): Promise<void>;
}

/** A runner that only records the tests, so that they can be run one by one. */
export class RecordingRunner implements TestRunner {
  readonly tests: RecordedTest[] = [];
  #suite = "";

  readonly describe = (name: string, define: () => void): void => {
    this.#suite = name;
    define();
  };

  readonly test = (title: string, run: () => Promise<void>, timeoutMs?: number): void => {
    this.tests.push({ suite: this.#suite, title, timeoutMs, run });
  };
}

/** The first of the tests that fails, with its error. */
export async function firstFailure(
  tests: readonly RecordedTest[],
): Promise<{ readonly test: RecordedTest; readonly error: unknown } | undefined> {
  for (const test of tests) {
    try {
      await test.run();
    } catch (error) {
      return { test, error };
    }
  }
  return undefined;
}
