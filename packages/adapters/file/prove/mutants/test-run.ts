import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { packageDirectory } from "../package-directory.js";

/** What came of a test. */
export interface TestResult {
  readonly name: string;
  readonly hasPassed: boolean;
  /** Why it failed. */
  readonly failure: string;
}

/** What is looked at of vitest's report. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/**
 * Runs the tests of a file whose names have one of `titles` in them.
 * @param mutant whose mistake the engine has then
 * @throws when no test could be run, because the file couldn't be loaded, say
 */
export async function runTests(
  file: string,
  titles: readonly string[],
  mutant?: string,
): Promise<readonly TestResult[]> {
  const root = packageDirectory();
  const vitest = createRequire(join(root, "package.json")).resolve("vitest/package.json");
  const child = spawn(
    process.execPath,
    [
      join(dirname(vitest), "vitest.mjs"),
      "run",
      `test/${file}`,
      "--config=prove/mutants/vitest.config.ts",
      `--testNamePattern=${titles.map(patternOf).join("|")}`,
    ],
    { cwd: root, env: { ...process.env, STORE_MUTANT: mutant }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const results = resultsIn(output);
  if (results.length === 0) throw new Error(`no test of ${file} was run\n${output}\n${errors}`);
  return results;
}

function resultsIn(output: string): readonly TestResult[] {
  const line = output.split("\n").find((other) => other.startsWith('{"numTotalTestSuites"'));
  if (line === undefined) return [];
  const { testResults }: Report = JSON.parse(line);
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === "passed" || status === "failed")
      .map(({ fullName, status, failureMessages }) => ({
        name: fullName,
        hasPassed: status === "passed",
        failure: failureMessages.join("\n"),
      })),
  );
}

/** A pattern for names in which `title` is; for those of many cases, whatever stands in the place of its %s. */
function patternOf(title: string): string {
  return title
    .split("%s")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
}
