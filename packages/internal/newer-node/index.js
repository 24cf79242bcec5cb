import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function nodeWithSqlite() {
  return process.getBuiltinModule("node:sqlite") === undefined ? installed() : process.execPath;
}

/** It is in a package for each platform, which npm and pnpm install where the platform is that. */
function installed() {
  const { resolve } = createRequire(import.meta.url);
  const platform = process.platform === "win32" ? "win" : process.platform;
  for (const prefix of ["node", "node-bin"]) {
    try {
      const manifest = resolve(`${prefix}-${platform}-${process.arch}/package.json`);
      const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
      return join(dirname(manifest), bin.node);
    } catch {
      // It has the other name, or there is none.
    }
  }
  return undefined;
}
