import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { hasRedis } from "../engines/served.js";
import { peersDirectory, workspaceDirectory } from "../paths.js";
import type { Extent } from "./plan.js";

/** What a run was done with. */
export interface RunSetup {
  readonly node: string;
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly date: string;
  readonly commit: string;
  readonly rounds: number;
  readonly peers: Readonly<Record<string, string>>;
  /** What a reader should know besides. */
  readonly notes: readonly string[];
}

export function runSetup(extent: Extent, erlang: string | undefined): RunSetup {
  const text = readFileSync(join(peersDirectory, "package.json"), "utf8");
  const { dependencies } = JSON.parse(text) as { readonly dependencies: Record<string, string> };
  return {
    node: process.version,
    platform: `${os.platform()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? "an unknown processor",
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    date: new Date().toISOString().slice(0, 10),
    commit: commitOf(workspaceDirectory),
    rounds: extent.rounds,
    peers: { ...dependencies, ...(erlang !== undefined && { "Erlang/OTP": erlang }) },
    notes: [
      ...(erlang === undefined ? ["ETS and DETS are left out: there is no `erl` here."] : []),
      ...(hasRedis ? [] : ["Redis is left out: there is no `redis-server` here."]),
    ],
  };
}

function commitOf(directory: string): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], {
      cwd: directory,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}
