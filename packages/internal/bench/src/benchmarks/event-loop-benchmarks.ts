import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Benchmark, Task } from "../benchmark.js";
import type { Setup } from "../engine.js";
import { fileSet, openAsyncTable, openFileTable } from "../engines/store.js";
import { fillElsewhere } from "../filler.js";
import { makeRecords } from "../records.js";

/** Written twice, 200 MB. */
const RECORDS = 1_000_000;
/** In milliseconds: some of it is always on its way. */
const AUTO_SAVE = 100;
/** Writes in a turn of the event loop. */
const PACE = 20;
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

async function compactBusily(task: Task, histogram: IntervalHistogram): Promise<void> {
  // A table that is closed in order may be compacted by that.
  await fillElsewhere(fileSet, { ...task, times: 2, end: "kill" });
  const { keys, values } = makeRecords(task.count);
  const engine = await openFileTable(task, "set", { autoSave: AUTO_SAVE });
  const { table } = engine;
  const before = table.info().diskBytes ?? 0;
  globalThis.gc?.();
  histogram.enable();
  for (let at = 0; (table.info().diskBytes ?? 0) > 0.75 * before; at += PACE) {
    for (let index = at; index < at + PACE; index++) {
      const which = index % keys.length;
      table.insert([keys[which] as string, values[which] as string]);
    }
    await setTimeout(1);
  }
  histogram.disable();
  engine.close();
}
