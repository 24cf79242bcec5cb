// @ts-check
/** `node scripts/run.mjs [--quiet] tool ...args`: sets up, then runs a tool of this workspace. */
import { setUp } from "./setup.mjs";
import { run } from "./workspace.mjs";

const args = process.argv.slice(2);
const quiet = args[0] === "--quiet";
if (quiet) args.shift();
const [tool = "", ...toolArgs] = args;

setUp();
process.exitCode = run(tool, toolArgs, { quiet });
