// @ts-check
/** The runtimes of `package.json` here, in a workspace of its own: installed by `npm run test:runtimes` alone. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../workspace.mjs";

/** What starts a program: `[...command, program, ...arguments]`.
 * @typedef {{ title: string, command: string[] }} Runtime
 */

const here = fileURLToPath(new URL(".", import.meta.url));
const stamp = join(here, "node_modules", ".installed");
const suffix = process.platform === "win32" ? ".exe" : "";

export function installRuntimes() {
  const lock = readFileSync(join(here, "pnpm-lock.yaml"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.error("Installing the runtimes, some 100 MB …");
  if (run("pnpm", ["install", "--frozen-lockfile"], { cwd: here, quiet: true }) !== 0) {
    console.error("\nInstalling the runtimes failed (see above). It needs the npm registry.");
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** @returns {Runtime} */
export function node() {
  return { title: `Node ${process.versions.node}`, command: [process.execPath] };
}

/** @returns {Runtime} */
export function bun() {
  const executable = find("bun", "@oven", `bin/bun${suffix}`);
  return { title: `Bun ${versionOf(executable)}`, command: [executable] };
}

/** @returns {Runtime} with all permissions: the last word of its command */
export function deno() {
  const executable = find("deno", "@deno", `deno${suffix}`);
  return { title: `Deno ${versionOf(executable)}`, command: [executable, "run", "-A"] };
}

/**
 * The binary of a runtime: npm has it in a package of its own for each platform, beside that which is asked for. The
 * install script, which would put it elsewhere, doesn't run.
 * @param {string} name @param {string} scope @param {string} file
 */
function find(name, scope, file) {
  const scoped = join(dirname(realpathSync(join(here, "node_modules", name))), scope);
  const platforms = existsSync(scoped) ? readdirSync(scoped) : [];
  const found = platforms
    .map((platform) => join(scoped, platform, file))
    .find((f) => existsSync(f));
  if (found === undefined) throw new Error(`${name} has no binary for this platform in ${scoped}`);
  return found;
}

/** @param {string} executable */
function versionOf(executable) {
  const { stdout } = spawnSync(executable, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "of no version";
}
