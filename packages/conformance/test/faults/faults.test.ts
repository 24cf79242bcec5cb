import { describe, expect, test } from "vitest";
import { conformance } from "../../src/index.js";
import { firstFailure, RecordingRunner } from "../harness/recording-runner.js";
import { FAULTS } from "./index.js";

describe("the kit fails an adapter that", () => {
  for (const { name, suite, test: title = "", options, attempts = 1 } of FAULTS) {
    test(name, { timeout: 180_000 }, async ({ annotate }) => {
      const runner = new RecordingRunner();
      conformance(runner, { ...options, runs: 10, seed: 1 });
      const tests = runner.tests.filter(
        (recorded) => recorded.suite.startsWith(suite) && recorded.title.startsWith(title),
      );
      expect(tests, `the tests "${title}" of suite ${suite}`).not.toHaveLength(0);
      let failure = await firstFailure(tests);
      for (let attempt = 1; failure === undefined && attempt < attempts; attempt++) {
        failure = await firstFailure(tests);
      }
      expect(failure, `a failure in suite ${suite}`).toBeDefined();
      await annotate(`caught by "${failure?.test.title}": ${failure?.error}`);
    });
  }
});
