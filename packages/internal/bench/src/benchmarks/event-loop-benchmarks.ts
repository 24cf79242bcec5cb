import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Benchmark, Task } from "../benchmark.js";
import type { Setup } from "../engine.js";
import { fileSet, openAsyncTable, openFileTable } from "../engines/store.js";
import { keyAt, objectAt } from "../records.js";
import { fillElsewhere } from "../run/filler.js";
import { timed } from "../stopwatch.js";

/** 100 MB. */
const RECORDS = 1_000_000;
/** In milliseconds: some of it is always on its way. */
const AUTO_SAVE = 100;
/** So many writes tell the full rate. */
const RATED = 50_000;
/** Writes in a turn of the event loop: it isn't the program's own loop that is measured. */
const MOST_AT_ONCE = 50;
/** Milliseconds of writes. */
const BUSY = 60_000;
/** How often the delay is looked at, in milliseconds. */
const RESOLUTION = 1;
/** Milliseconds of awaited calls. */
const AWAITED = 3_000;
/** Turns of a loop in which nothing happens, to compare with. */
const IDLE_TURNS = 3_000;

/** The same loop without a table: what the machine and its other work do to it. */
const idle: Setup = {
  title: "an idle loop",
  acknowledged: "in memory",
  open: () => ({ close() {} }),
};

/** Calls of an async store over a sync adapter, each awaited before the next: nothing else makes them let go. */
const memoryAsync: Setup = {
  title: "@store/memory, async",
  acknowledged: "in memory",
  open: () => ({ close() {} }),
};

/** Milliseconds that timers were late while a table was written, synced and compacted in the background. */
export const EVENT_LOOP_BENCHMARKS: readonly Benchmark[] = [
  lateness("event loop, p99", (histogram) => histogram.percentile(99)),
  lateness("event loop, longest", (histogram) => histogram.max),
  lateness("event loop, awaited calls, longest", (histogram) => histogram.max, memoryAsync),
];

function lateness(
  name: string,
  figure: (histogram: IntervalHistogram) => number,
  engine: Setup = fileSet,
): Benchmark {
  return {
    name,
    unit: "ms",
    engines: [engine, idle],
    records: RECORDS,
    async measure(setup, task) {
      const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
      if (setup === idle) await turnIdly(histogram);
      else if (setup === memoryAsync) await lookUpBusily(task, histogram);
      else await compactBusily(task, histogram);
      return { value: Math.max(0, figure(histogram) / 1e6 - RESOLUTION) };
    },
  };
}

async function turnIdly(histogram: IntervalHistogram): Promise<void> {
  histogram.enable();
  for (let turn = 0; turn < IDLE_TURNS; turn++) await setTimeout(1);
  histogram.disable();
}

async function lookUpBusily(task: Task, histogram: IntervalHistogram): Promise<void> {
  const { table, close } = await openAsyncTable(task);
  await table.insert(["key", 1]);
  histogram.enable();
  const end = performance.now() + AWAITED;
  while (performance.now() < end) await table.lookup("key");
  histogram.disable();
  await close();
}

/**
 * Writes for a minute at half of the full rate, while flushes and compactions go on. Records are made as they are written:
 * a million objects of the program's own would make each collection of garbage long.
 */
async function compactBusily(task: Task, histogram: IntervalHistogram): Promise<void> {
  await fillElsewhere(fileSet, { ...task, times: 1, end: "close" });
  const engine = await openFileTable(task, "set", { autoSave: AUTO_SAVE });
  let at = 0;
  const write = (count: number): void => {
    for (const end = at + count; at < end; at++) {
      const which = at % task.count;
      engine.table.insert([keyAt(which), objectAt(which)]);
    }
  };
  const perMillisecond = RATED / (await timed(() => write(RATED))).milliseconds;
  globalThis.gc?.();
  histogram.enable();
  const begin = performance.now();
  const first = at;
  for (let now = begin; now < begin + BUSY; now = performance.now()) {
    const due = Math.floor(((now - begin) * perMillisecond) / 2) - (at - first);
    write(Math.min(Math.max(0, due), MOST_AT_ONCE));
    await setTimeout(1);
  }
  histogram.disable();
  engine.close();
}
