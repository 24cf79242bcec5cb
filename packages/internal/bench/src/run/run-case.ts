import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Measured, Task } from "../benchmark.js";
import { program, scratchDirectory } from "../paths.js";
import type { Case } from "./plan.js";

/** The first argument of a process that measures one case. */
export const CASE = "case";

/** Measures one case in a process of its own, which has a directory of its own. */
export async function runCase({
  benchmark,
  setup,
  count,
  workspace,
  warmUp,
}: Case): Promise<Measured> {
  mkdirSync(scratchDirectory, { recursive: true });
  const directory = mkdtempSync(join(scratchDirectory, "case-"));
  const task: Task = { directory, workspace, count, warmUp };
  try {
    return await new Promise((resolve, reject) => {
      const args = [CASE, benchmark.name, setup.title, JSON.stringify(task)];
      const child = fork(program, args, { execArgv: ["--expose-gc"] });
      let measured: Measured | undefined;
      child.on("message", (message) => {
        measured = message as Measured;
      });
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        if (code === 0 && measured !== undefined) resolve(measured);
        else reject(new Error(`${benchmark.name} of ${setup.title} ended with ${signal ?? code}`));
      });
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
