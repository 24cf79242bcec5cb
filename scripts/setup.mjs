// @ts-check
/**
 * Makes `npm test` and the other commands work on a machine that has only Node and npm: installs
 * the dependencies when they are missing or when a manifest changed since, else does nothing.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packages, readJson, root, run } from "./workspace.mjs";

const stamp = join(root, "node_modules", ".store-setup");

function manifestsHash() {
  const files = ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml"].map((f) => join(root, f));
  files.push(...packages().map(({ directory }) => join(directory, "package.json")));
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

export function setUp() {
  const hash = manifestsHash();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;

  const pnpm = readJson(join(root, "package.json")).packageManager;
  console.error(`Installing the dependencies with ${pnpm} …`);
  if (run("npx", ["--yes", pnpm, "install", "--frozen-lockfile"], { quiet: true }) !== 0) {
    console.error(
      `\nSetting up failed: \`npx ${pnpm} install --frozen-lockfile\` (its output is above).\n` +
        "It needs the npm registry. After a change of a package.json, bring pnpm-lock.yaml up to\n" +
        `date with \`npx ${pnpm} install\`.`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, hash);
}
