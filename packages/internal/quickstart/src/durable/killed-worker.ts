import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Batch } from "../atlas/run.js";

/** A worker that is dead. */
export interface KilledWorker {
  readonly pid: number | undefined;
  /** Every batch that it said was stored. */
  readonly acknowledged: readonly Batch[];
}

/**
 * Starts a program of Node's, and kills it with SIGKILL, which no process can catch, when it has acknowledged `killAfter`
 * batches: a line of JSON each. Returns when it is gone and all that it had said was heard. Throws an Error with what it
 * complained of if it ends before.
 */
export async function killWorker(
  program: string,
  args: readonly string[],
  killAfter: number,
  onBatch: (batch: Batch) => void,
): Promise<KilledWorker> {
  const worker = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const acknowledged: Batch[] = [];
  const listen = async () => {
    for await (const line of createInterface({ input: worker.stdout })) {
      const batch: Batch = JSON.parse(line);
      acknowledged.push(batch);
      onBatch(batch);
      if (acknowledged.length === killAfter) worker.kill("SIGKILL");
    }
  };
  const [[code, signal], complaints] = await Promise.all([
    once(worker, "close"),
    text(worker.stderr),
    listen(),
  ]);
  if (signal === "SIGKILL" && acknowledged.length >= killAfter) {
    return { pid: worker.pid, acknowledged };
  }
  throw new Error(`the worker ended by itself, with ${code ?? signal}:\n${complaints}`);
}
