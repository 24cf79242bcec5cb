// @ts-check
/**
 * A test runner of the least that the kit asks for, which any runtime can do: collects the tests, runs them one after
 * another, and says how many passed.
 */
export function createRunner() {
  /** @type {{ title: string, run: () => unknown }[]} */
  const tests = [];
  /** @type {string[]} */
  const groups = [];
  return {
    /** @param {string} title @param {() => void} define */
    describe(title, define) {
      groups.push(title);
      define();
      groups.pop();
    },
    /** @param {string} title @param {() => unknown} run */
    test(title, run) {
      tests.push({ title: [...groups, title].join(" > "), run });
    },
    /** @param {(failure: string) => void} report */
    async run(report) {
      const results = { passed: 0, failed: 0 };
      for (const { title, run } of tests) {
        try {
          await run();
          results.passed += 1;
        } catch (error) {
          results.failed += 1;
          report(`✗ ${title}\n${error instanceof Error ? error.stack : error}`);
        }
      }
      return results;
    },
  };
}
