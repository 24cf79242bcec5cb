// @ts-check
/**
 * Runs every package's tests and closes with their sum. Each suite leaves a report, which turbo
 * keeps with the cached result, so the sum is right for cached packages too. Arguments go to
 * turbo: `npm test -- --filter=@store/core`. `--long` (`npm run test:long`): all in full, of which `npm test` does a
 * part where it takes long.
 */
import { existsSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setUp } from "./setup.mjs";
import { packages, readJson, run } from "./workspace.mjs";

setUp();
const args = process.argv.slice(2).filter((arg) => arg !== "--long");
const isLong = process.argv.includes("--long");
const tested = packages().filter(({ manifest }) => manifest.scripts?.test);
const reports = tested.map(({ directory }) => join(directory, "test-report.json"));
for (const report of reports) rmSync(report, { force: true });

// More packages at once than cores: some wait for servers and the disk. Many more only make all of them slow.
const concurrency = `--concurrency=${availableParallelism() + 2}`;
const options = ["--continue=dependencies-successful", "--log-order=grouped", concurrency];
const status = run("turbo", ["run", "test", ...options, ...args], {
  env: isLong ? { STORE_LONG: "1" } : {},
});

let passed = 0;
let failed = 0;
for (const report of reports) {
  if (existsSync(report)) {
    const { numPassedTests, numFailedTests, testResults, success } = readJson(report);
    passed += numPassedTests;
    failed += numFailedTests + testResults.filter(isCrash).length || Number(!success);
  } else if (args.length === 0) {
    failed += 1; // the suite or its build died before it could report
  }
}
if (status !== 0 && failed === 0) failed = 1;
console.log(`\nNode ${process.version}\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/**
 * A test file that failed as a whole, for instance while it was loaded.
 * @param {{ status: string, assertionResults: { status: string }[] }} file
 */
function isCrash(file) {
  return file.status === "failed" && !file.assertionResults.some((t) => t.status === "failed");
}
