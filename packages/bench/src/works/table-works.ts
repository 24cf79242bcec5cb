import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Contender, Setup } from "../contender.js";
import { floor } from "../contenders/floor.js";
import { classicLevel } from "../contenders/level.js";
import { lmdb } from "../contenders/lmdb.js";
import { sqliteNormal } from "../contenders/sqlite.js";
import { fileOrderedSet, fileSet } from "../contenders/store.js";
import { fillElsewhere } from "../filler.js";
import { makeRecords } from "../records.js";
import { timed } from "../stopwatch.js";
import { type AnySetup, isErlang, type Measured, type Task, type Work } from "../work.js";
import { EVENT_LOOP_WORKS } from "./event-loop-works.js";
import { BATCH } from "./loop.js";

const MANY = 1_000_000;
/** Overwritten so often, more than half of a log is dead. */
const OVERWRITTEN = 3;

/** What is measured of a whole table. */
export const TABLE_WORKS: readonly Work[] = [
  opening("close"),
  opening("kill"),
  {
    name: "memory per key",
    unit: "bytes",
    contenders: [fileSet, fileOrderedSet],
    measure: (setup, task) => memoryPerKey(javaScript(setup), task),
  },
  ...EVENT_LOOP_WORKS,
  bytesPerRecord("bytes on disk", async (contender, { count }) => {
    await contender.insert?.(makeRecords(count));
  }),
  bytesPerRecord("bytes on disk, compacted", async (contender, { count }) => {
    const records = makeRecords(count);
    for (let time = 0; time < OVERWRITTEN; time++) await contender.insertBatches?.(records, BATCH);
    await contender.compact?.();
  }),
];

/** Milliseconds until the first record is read of a table that a process has closed, or left by dying. */
function opening(end: "close" | "kill"): Work {
  return {
    name: end === "close" ? "open, closed before" : "open, killed before",
    unit: "ms",
    contenders: [fileSet, fileOrderedSet, sqliteNormal, classicLevel, lmdb],
    records: MANY,
    async measure(anySetup, task) {
      const setup = javaScript(anySetup);
      const { keys } = makeRecords(1);
      // A small one first: what is measured isn't the loading of code.
      let lap = { milliseconds: 0, gcShare: 0 };
      for (const count of [1, task.count]) {
        const place = { ...task, count, directory: join(task.directory, String(count)) };
        mkdirSync(place.directory, { recursive: true });
        await fillElsewhere(setup, { ...place, times: 1, end });
        let contender: Contender | undefined;
        lap = await timed(async () => {
          contender = await setup.open(place);
          if ((await contender.lookup?.(keys)) === 0) throw new Error("the table is empty");
        });
        await contender?.close();
      }
      return { value: lap.milliseconds, gcShare: lap.gcShare };
    },
  };
}

/** Bytes of heap and buffers that an open table takes. */
async function memoryPerKey(setup: Setup, task: Task): Promise<Measured> {
  let bytes = 0;
  for (const count of [1, task.count]) {
    const place = { ...task, count, directory: join(task.directory, String(count)) };
    await fillElsewhere(setup, { ...place, times: 1, end: "close" });
    const before = usedMemory();
    const contender = await setup.open(place);
    bytes = usedMemory() - before;
    await contender.close();
  }
  return { value: bytes / task.count };
}

function usedMemory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes of all files of a table that was closed, per record. */
function bytesPerRecord(
  name: string,
  fill: (contender: Contender, task: Task) => Promise<void>,
): Work {
  return {
    name,
    unit: "bytes",
    contenders: [fileSet, floor, sqliteNormal, classicLevel, lmdb],
    async measure(anySetup, task) {
      const setup = javaScript(anySetup);
      const contender = await setup.open(task);
      contender.prepare?.(makeRecords(task.count));
      await fill(contender, task);
      await contender.settle?.();
      await contender.close();
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
