// @ts-check
/**
 * Runs the suites of the conformance kit that are about values, over memory and over files, where a test's globals aren't those of Node: in jsdom and in `vm`
 * contexts, by vitest and by jest, in a project of its own with the packed packages. And looks whether the values that are
 * written there are exact on disk. `npm run test:realms`, or some of it: `npm run test:realms -- jest vitest`.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packages, root, run } from "./workspace.mjs";

const TIME_LIMIT_MS = 30 * 60_000;

const JEST = ["jest", "--rootDir=.", "--testMatch=**/jest.test.cjs", "--transform={}", "--silent"];
const VITEST = ["vitest", "run", "vitest.test.mjs", "--silent", "--reporter=dot"];

/** @type {Record<string, string[]>} */
const REALMS = {
  "vitest, jsdom": [...VITEST, "--environment", "jsdom"],
  "vitest, jsdom in a vm context": [...VITEST, "--environment", "jsdom", "--pool", "vmForks"],
  "vitest, Node in a vm context": [...VITEST, "--environment", "node", "--pool", "vmForks"],
  "jest, jsdom": [...JEST, "--env=jsdom"],
  "jest, Node": [...JEST, "--env=node"],
};

const asked = process.argv.slice(2);
const project = mkdtempSync(join(tmpdir(), "store-realms-"));
/** @type {string[]} */
const lines = [];
let failed = 0;
try {
  install();
  for (const [title, command] of Object.entries(REALMS)) {
    if (asked.length === 0 || asked.some((word) => title.includes(word))) runIn(title, command);
  }
} finally {
  rmSync(project, { recursive: true });
}
console.log(`\n${lines.join("\n")}`);
process.exitCode = failed === 0 ? 0 : 1;

function install() {
  cpSync(join(root, "scripts/realms"), project, { recursive: true });
  const published = packages().filter(({ manifest }) => manifest.private !== true);
  const tarballs = published.map(({ directory, manifest: { name, version } }) => {
    if (
      run("pnpm", ["pack", "--pack-destination", project], { cwd: directory, quiet: true }) !== 0
    ) {
      throw new Error(`${name} can't be packed`);
    }
    return join(project, `${name.slice(1).replace("/", "-")}-${version}.tgz`);
  });
  console.error("Installing the packed packages, vitest, jest and jsdom …");
  const flags = ["--no-audit", "--no-fund", "--no-save"];
  if (run("npm", ["install", ...flags, ...tarballs], { cwd: project, quiet: true }) !== 0) {
    throw new Error("the project can't be installed (see above); it needs the npm registry");
  }
}

/** @param {string} title @param {string[]} command */
function runIn(title, [tool = "", ...args]) {
  console.error(`${title} …`);
  const directories = {
    STORE_WRITTEN: join(project, `${title} w`),
    STORE_TO_READ: join(project, `${title} r`),
  };
  const written = start(process.execPath, ["verify.mjs", "write", directories.STORE_TO_READ]);
  const bin = join(project, "node_modules", ".bin", tool);
  const tests = start(bin, args, directories);
  const read = start(process.execPath, ["verify.mjs", "read", directories.STORE_WRITTEN]);
  const passed = /^ *Tests:? .*?(\d+) passed/m.exec(tests.output)?.[1] ?? "0";
  const isRight = [written, tests, read].every(({ status }) => status === 0);
  if (!isRight) {
    failed += 1;
    console.error(`${written.output}${tests.output}${read.output}`);
  }
  const values = `${read.output.trim().split("\n").at(-1)} values on disk`;
  lines.push(`${title.padEnd(30)} ${isRight ? "right" : "FAILED"}: ${passed} tests, ${values}`);
}

/** @param {string} command @param {string[]} args @param {Record<string, string>} [env] */
function start(command, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, ...env, NO_COLOR: "1", CI: "1" },
    maxBuffer: 1 << 28,
    timeout: TIME_LIMIT_MS,
  });
  return { status, output: `${stderr ?? ""}${error?.message ?? ""}${stdout ?? ""}` };
}
