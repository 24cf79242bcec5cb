import { EXIT } from "./output/failure.js";
import type { Io } from "./output/io.js";
import { run } from "./run.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the command of this process, and sets its exit code; after Ctrl-C, and once all is in order, it ends by the signal. */
export async function main(): Promise<void> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort();
  };
  const io: Io = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    interruption() {
      for (const signal of SIGNALS) process.on(signal, onSignal);
      return controller.signal;
    },
  };
  // Who reads the output may go at any time: the writing call is told.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  const exitCode = await run(process.argv.slice(2), io);
  for (const signal of SIGNALS) process.off(signal, onSignal);
  process.exitCode = exitCode;
  // A shell that runs a script looks at how it ended.
  if (exitCode === EXIT.interrupted && received !== undefined) process.kill(process.pid, received);
}
