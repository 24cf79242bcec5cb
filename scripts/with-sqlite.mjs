// @ts-check
/**
 * `node scripts/with-sqlite.mjs tool ...args`: runs a tool of this workspace, or a file, on a Node that has `node:sqlite`.
 * Where there is none, the tool runs on this Node, whose tests skip what needs SQLite.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { nodeWithSqlite } from "../packages/internal/newer-node/index.js";
import { readJson, root } from "./workspace.mjs";

const [tool = "", ...args] = process.argv.slice(2);
const node = nodeWithSqlite();
if (node === undefined) {
  const why = `Node ${process.version} hasn't got node:sqlite, and there is no other for this platform.`;
  if (process.env.STORE_REQUIRE_SERVERS === "1") throw new Error(`${why} Nothing may be skipped.`);
  console.log(`Skipped: all that needs node:sqlite. ${why}`);
}
const program = node ?? process.execPath;
const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.trim();
const { status, error } = spawnSync(program, [programOf(tool), ...args], {
  stdio: "inherit",
  // tooling/expect-node.ts checks that the tests run on the Node that was meant.
  env: { ...process.env, STORE_NODE_VERSION: version },
});
if (error) console.error(error.message);
process.exitCode = status ?? 1;

/** @param {string} name of a package with a program, or of a file */
function programOf(name) {
  if (existsSync(name)) return name;
  const manifest = createRequire(join(root, "package.json")).resolve(`${name}/package.json`);
  const { bin } = readJson(manifest);
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[name]);
}
