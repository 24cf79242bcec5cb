import { fork } from "node:child_process";
import type { Task } from "../benchmark.js";
import type { Setup } from "../engine.js";
import { program } from "../paths.js";

/** The first argument of a process that fills a table. */
export const FILL = "fill";

/** What a process is to leave behind. */
export interface Filling extends Task {
  /** How often the records are written; all but the last time they are overwritten. */
  readonly times: number;
  /** "kill": the process dies without closing anything. */
  readonly end: "close" | "kill";
}

/** Fills a table in a process of its own. */
export function fillElsewhere(setup: Setup, filling: Filling): Promise<void> {
  const child = fork(program, [FILL, setup.title, JSON.stringify(filling)]);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (filling.end === "kill" ? signal === "SIGKILL" : code === 0) resolve();
      else reject(new Error(`filling a table of ${setup.title} ended with ${signal ?? code}`));
    });
  });
}
