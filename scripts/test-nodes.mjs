// @ts-check
/**
 * Runs the whole suite on other versions of Node, taken from the npm package `node`:
 * `npm run test:nodes`, or `npm run test:nodes -- 20 24`.
 */
import { setUp } from "./setup.mjs";
import { run } from "./workspace.mjs";

setUp();
const asked = process.argv.slice(2);
const versions = asked.length > 0 ? asked : ["22", "24"];
const failed = versions.filter((version) => {
  console.log(`\n=== Node ${version}`);
  const node = ["--yes", `--package=node@${version}`, "--", "node"];
  return run("npx", [...node, "scripts/test.mjs"]) !== 0;
});

if (failed.length > 0) console.error(`\nFailed on Node ${failed.join(", ")}.`);
process.exitCode = failed.length > 0 ? 1 : 0;
