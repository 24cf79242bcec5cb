import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type AnySetup, type Benchmark, isErlang, type Measured, type Task } from "../benchmark.js";
import type { Engine, Setup } from "../engine.js";
import { baseline } from "../engines/baseline.js";
import { classicLevel } from "../engines/level.js";
import { lmdb } from "../engines/lmdb.js";
import { sqliteNormal } from "../engines/sqlite.js";
import { fileOrderedSet, fileSet } from "../engines/store.js";
import { makeRecords } from "../records.js";
import { fillElsewhere } from "../run/filler.js";
import { timed } from "../stopwatch.js";
import { EVENT_LOOP_BENCHMARKS } from "./event-loop-benchmarks.js";
import { BATCH } from "./loop.js";

const MANY = 1_000_000;
/** Overwritten so often, more than half of a log is dead. */
const OVERWRITTEN = 3;

/** What is measured of a whole table. */
export const TABLE_BENCHMARKS: readonly Benchmark[] = [
  opening("close"),
  opening("kill"),
  {
    name: "memory per key",
    unit: "bytes",
    engines: [fileSet, fileOrderedSet],
    measure: (setup, task) => memoryPerKey(javaScript(setup), task),
  },
  ...EVENT_LOOP_BENCHMARKS,
  bytesPerRecord("bytes on disk", async (engine, { count }) => {
    await engine.insert?.(makeRecords(count));
  }),
  bytesPerRecord("bytes on disk, compacted", async (engine, { count }) => {
    const records = makeRecords(count);
    for (let time = 0; time < OVERWRITTEN; time++) await engine.insertBatches?.(records, BATCH);
    await engine.compact?.();
  }),
];

/** Milliseconds until the first record is read of a table that a process has closed, or left by dying. */
function opening(end: "close" | "kill"): Benchmark {
  return {
    name: end === "close" ? "open, closed before" : "open, killed before",
    unit: "ms",
    engines: [fileSet, fileOrderedSet, sqliteNormal, classicLevel, lmdb],
    records: MANY,
    async measure(anySetup, task) {
      const setup = javaScript(anySetup);
      const { keys } = makeRecords(1);
      // A small one first: what is measured isn't the loading of code.
      let lap = { milliseconds: 0, gcShare: 0 };
      for (const count of [1, task.count]) {
        const location = { ...task, count, directory: join(task.directory, String(count)) };
        mkdirSync(location.directory, { recursive: true });
        await fillElsewhere(setup, { ...location, times: 1, end });
        let engine: Engine | undefined;
        lap = await timed(async () => {
          engine = await setup.open(location);
          if ((await engine.lookup?.(keys)) === 0) throw new Error("the table is empty");
        });
        await engine?.close();
      }
      return { value: lap.milliseconds, gcShare: lap.gcShare };
    },
  };
}

/** Bytes of heap and buffers that an open table takes. */
async function memoryPerKey(setup: Setup, task: Task): Promise<Measured> {
  let bytes = 0;
  for (const count of [1, task.count]) {
    const location = { ...task, count, directory: join(task.directory, String(count)) };
    await fillElsewhere(setup, { ...location, times: 1, end: "close" });
    const before = await usedMemory();
    const engine = await setup.open(location);
    bytes = (await usedMemory()) - before;
    await engine.close();
  }
  return { value: bytes / task.count };
}

async function usedMemory(): Promise<number> {
  globalThis.gc?.();
  // Buffers are freed in the background: the next collection finds it done.
  await setImmediate();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes of all files of a table that was closed, per record. */
function bytesPerRecord(
  name: string,
  fill: (engine: Engine, task: Task) => Promise<void>,
): Benchmark {
  return {
    name,
    unit: "bytes",
    engines: [fileSet, baseline, sqliteNormal, classicLevel, lmdb],
    async measure(anySetup, task) {
      const setup = javaScript(anySetup);
      const engine = await setup.open(task);
      engine.prepare?.(makeRecords(task.count));
      await fill(engine, task);
      await engine.settle?.();
      await engine.close();
      // Some tidy up when they are opened.
      await (await setup.open(task)).close();
      return { value: bytesIn(task.directory) / task.count };
    },
  };
}

function bytesIn(directory: string): number {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function javaScript(setup: AnySetup): Setup {
  if (isErlang(setup)) throw new Error(`${setup.title} isn't measured here`);
  return setup;
}
