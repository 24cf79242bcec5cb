import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { peersDirectory, workspaceDirectory } from "./paths.js";

/** The lock file, and Node's version, of what is installed: native code is built for one. */
const stamp = join(peersDirectory, "node_modules", ".installed");

/** Installs the peers, if they aren't there as the lock file says. Some are compiled: the first time takes minutes. */
export function installPeers(): void {
  const lock = readFileSync(join(peersDirectory, "pnpm-lock.yaml"), "utf8");
  const wanted = `${process.version}\n${lock}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error("Installing the peers; the first time takes some minutes …");
  const pnpm = join(workspaceDirectory, "node_modules", ".bin", "pnpm");
  const { status, stdout, error } = spawnSync(pnpm, ["install", "--frozen-lockfile"], {
    cwd: peersDirectory,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    throw new Error(
      `installing the peers in ${peersDirectory} failed (${error?.message ?? `exit code ${status}`}). It needs the npm ` +
        `registry, and for better-sqlite3 a compiler, or its prebuilt binary.\n${stdout}`,
    );
  }
  writeFileSync(stamp, wanted);
}
