import { setTimeout as delay } from "node:timers/promises";
import type { Claim, Queue } from "./queue.js";

/** Does a job. `signal` is aborted when the lease is lost: somebody else may be doing it already. */
export type Handler = (claim: Claim, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** How many jobs at once. */
  readonly concurrency: number;
  /** How often to renew a lease; a third of it leaves room for a slow moment. */
  readonly renewMs: number;
  /** How long to rest, at most, when no job is due. */
  readonly restMs: number;
}

/** Works until no job is left, now or later. */
export async function work(queue: Queue, handler: Handler, options: WorkOptions): Promise<void> {
  const lane = async () => {
    for (;;) {
      const claim = await queue.claim();
      if (claim !== undefined) {
        await attempt(queue, claim, handler, options.renewMs);
        continue;
      }
      const due = await queue.nextDue();
      if (due === undefined) return;
      // One that is due already is in other hands, and is looked for again in case they let go of it.
      const wait = due - Date.now();
      await delay(wait > 0 ? Math.min(wait, options.restMs) : options.restMs);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, lane));
}

async function attempt(queue: Queue, claim: Claim, handler: Handler, renewMs: number) {
  const lost = new AbortController();
  const timer = setInterval(() => {
    queue.renew(claim).then(
      (isHeld) => isHeld || lost.abort(new Error("the lease has run out")),
      (error) => lost.abort(error),
    );
  }, renewMs);
  try {
    await handler(claim, lost.signal);
  } catch (error) {
    await queue.fail(claim, error instanceof Error ? error.message : String(error));
    return;
  } finally {
    clearInterval(timer);
  }
  await queue.complete(claim);
}
