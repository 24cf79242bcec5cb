import { expect } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { conformance } from "../../src/index.js";
import { firstFailure, RecordingRunner } from "../harness/recording-runner.js";
import { FAULTS } from "./index.js";

const { describe, test } = kitRunner(2);

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
