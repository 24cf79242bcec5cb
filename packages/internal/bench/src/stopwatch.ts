import { PerformanceObserver, performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";

/** What something took. */
export interface Lap {
  readonly milliseconds: number;
  /** The part of it in which the garbage collector had the main thread: 0 to 1. */
  readonly gcShare: number;
}

/** Measures what `run` takes. The heap is clean before, with `--expose-gc`. */
export async function timed(run: () => unknown): Promise<Lap> {
  globalThis.gc?.();
  let collecting = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) {
      if (startTime >= begin) collecting += duration;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  const begin = performance.now();
  await run();
  const milliseconds = performance.now() - begin;
  // What was observed is told a turn later.
  await setImmediate();
  await setImmediate();
  observer.disconnect();
  return { milliseconds, gcShare: Math.min(1, collecting / milliseconds) };
}
