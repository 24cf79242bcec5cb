// @ts-check
/** What the scripts share: where the workspace is, what is in it, and how to run a tool of it. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} file */
export const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** The packages that pnpm-workspace.yaml names. */
export function packages() {
  const yaml = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const patterns = [...yaml.matchAll(/^ {2}- (\S+\*)$/gm)].map((match) => match[1] ?? "");
  return patterns
    .flatMap(directoriesOf)
    .filter((directory) => existsSync(join(directory, "package.json")))
    .map((directory) => ({ directory, manifest: readJson(join(directory, "package.json")) }));
}

/** @param {string} pattern a path from the root whose parts may be `*` */
function directoriesOf(pattern) {
  return pattern
    .split("/")
    .reduce(
      (directories, part) =>
        directories.flatMap((directory) =>
          part === "*" ? directoriesIn(directory) : [join(directory, part)],
        ),
      [root],
    );
}

/** @param {string} directory */
function directoriesIn(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(directory, name));
}

const environment = {
  ...process.env,
  PATH: [join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
  // A cached result counts only for the Node that gave it (turbo.json), and tooling/expect-node.ts
  // checks that the tests run on it.
  STORE_NODE_VERSION: process.version,
  DO_NOT_TRACK: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  ...(process.stdout.isTTY ? {} : { NO_COLOR: "1" }),
};

/**
 * Runs a command with the workspace's tools on its path and returns its exit code. Quiet: shows
 * what it printed only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, quiet?: boolean, env?: NodeJS.ProcessEnv }} [options]
 */
export function run(command, args, { cwd = root, quiet = false, env = {} } = {}) {
  const result = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...environment, ...env },
    maxBuffer: 1 << 28,
    shell: process.platform === "win32",
    stdio: quiet ? ["ignore", "pipe", "pipe"] : "inherit",
  });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  if (quiet && result.status !== 0) process.stderr.write(`${result.stdout}${result.stderr}`);
  return result.status ?? 1;
}
