// @ts-check
/**
 * Runs the conformance kit on Bun and on Deno, which come from npm, and in a Chromium, if there is one; and hands data
 * directories on from runtime to runtime. `npm run test:runtimes`, or some of it:
 * `npm run test:runtimes -- bun deno browser files`. Node itself is tested by `npm test` and `npm run test:nodes`.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, runInBrowser } from "./runtimes/browser.mjs";
import { bun, deno, installRuntimes, node } from "./runtimes/install.mjs";
import { root } from "./workspace.mjs";

/** @typedef {import("./runtimes/install.mjs").Runtime} Runtime */
/** @typedef {{ passed: number, failed: number }} Results */

const KIT_TIME_LIMIT_MS = 30 * 60_000;
const FAILED = { passed: 0, failed: 1 };

/** Each ordered pair of the three, so that each reads what each of the others wrote. */
const ROUTE = ["node", "bun", "deno", "node", "deno", "bun", "node"];

const PARTS = { bun: runBun, deno: runDeno, browser: runBrowser, files: handFilesOn };

/** @type {string[]} */
const lines = [];
let failed = 0;

const asked = process.argv.slice(2);
const unknown = asked.filter((part) => !Object.hasOwn(PARTS, part));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(", ")}, only ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}
installRuntimes();
const runtimes = { node: node(), bun: bun(), deno: deno() };
for (const [part, runPart] of Object.entries(PARTS)) {
  if (asked.length === 0 || asked.includes(part)) await runPart();
}
console.log(`\n${lines.join("\n")}`);
process.exitCode = failed === 0 ? 0 : 1;

function runBun() {
  report(runtimes.bun.title, "memory", program(runtimes.bun, ["kit.mjs", "memory"]));
  report(runtimes.bun.title, "file", program(runtimes.bun, ["kit.mjs", "file"]));
  report(runtimes.bun.title, "worker", program(runtimes.bun, ["worker-kit.mjs"]));
}

function runDeno() {
  const all = runtimes.deno;
  report(all.title, "memory", program(all, ["kit.mjs", "memory"]));
  report(all.title, "file", program(all, ["kit.mjs", "file"]));
  report(all.title, "worker", program(all, ["worker-kit.mjs"]));
  // What reads the programs themselves, and nothing else.
  const none = {
    ...all,
    command: [...all.command.slice(0, -1), "--no-prompt", `--allow-read=${root}`],
  };
  report(all.title, "memory, no permissions", program(none, ["kit.mjs", "memory"]));
  report(all.title, "file, refused", program(none, ["permissions.mjs"]));
}

async function runBrowser() {
  const chromium = findChromium();
  if (chromium === undefined) {
    lines.push(line("Chromium", "memory", "skipped: none here; CHROMIUM names one"));
    return;
  }
  const { agent, failures, ...results } = await runInBrowser(chromium);
  for (const failure of failures) console.error(failure);
  report(`Chromium ${/Chrome\/([\d.]+)/.exec(agent)?.[1] ?? "?"}`, "memory", results);
}

function handFilesOn() {
  for (const ending of ["close", "kill"]) {
    const directory = mkdtempSync(join(tmpdir(), "store-runtimes-"));
    /** @type {Results} */
    const results = { passed: 0, failed: 0 };
    for (const [index, name] of ROUTE.entries()) {
      const runtime = runtimes[/** @type {keyof typeof runtimes} */ (name)];
      const turn = [String(index + 1), ending];
      const { status, signal, output } = start(runtime, ["handover.mjs", directory, ...turn]);
      const ended = ending === "kill" ? signal === "SIGKILL" || status === 137 : status === 0;
      if (ended && output.includes('"records"')) results.passed += 1;
      else {
        results.failed += 1;
        console.error(
          `✗ turn ${index + 1}, ${runtime.title}, ${ending}: ${status ?? signal}\n${output}`,
        );
      }
    }
    rmSync(directory, { recursive: true });
    report("Node, Bun, Deno by turns", `files, ${ending}`, results);
  }
}

/** The results that a program prints as its last line. @param {Runtime} runtime @param {string[]} args */
function program(runtime, args) {
  const { status, output } = start(runtime, args);
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const results = last.startsWith('{"passed"') ? JSON.parse(last) : FAILED;
  if (status === 0 && results.failed === 0) return results;
  console.error(output);
  return results.failed === 0 ? FAILED : results;
}

/** @param {Runtime} runtime @param {string[]} args */
function start({ title, command: [executable = "", ...flags] }, [name = "", ...args]) {
  console.error(`${title}: ${[name, ...args].join(" ")} …`);
  const { status, signal, stdout, stderr, error } = spawnSync(
    executable,
    [...flags, join(root, "scripts/runtimes", name), ...args],
    {
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      maxBuffer: 1 << 28,
      timeout: KIT_TIME_LIMIT_MS,
    },
  );
  return { status, signal, output: `${stderr ?? ""}${error?.message ?? ""}${stdout ?? ""}` };
}

/** @param {string} title @param {string} part @param {Results} results */
function report(title, part, results) {
  failed += results.failed;
  lines.push(line(title, part, `${results.passed} passed, ${results.failed} failed`));
}

/** @param {string} title @param {string} part @param {string} result */
function line(title, part, result) {
  return `${title.padEnd(24)} ${part.padEnd(24)} ${result}`;
}
