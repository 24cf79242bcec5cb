import { mkdirSync } from "node:fs";
import { type Benchmark, isErlang, type Measured, type Task } from "../benchmark.js";
import type { Engine, Setup } from "../engine.js";
import { hasRedis, redis, served } from "../engines/served.js";
import { memorySet } from "../engines/store.js";
import { exchange, messages, sharedReader, sharedWriter } from "../engines/threads.js";
import { makeRecords, type Records } from "../records.js";
import { insertAll, LEAST, lookupAll, loop } from "./loop.js";

const SERVERS = hasRedis ? [served, redis] : [served];
/** What wakes another thread, or process, takes too long for more. */
const FEW = 20_000;
/** Lone calls, and those before them that don't count. */
const LONE_CALLS = 5_000;
const LONE_WARM_UP = 2_000;

const insert = async (engine: Engine, records: Records) => {
  await engine.insert?.(records);
};

/** What other threads and processes do with a table. */
export const ACCESS_BENCHMARKS: readonly Benchmark[] = [
  loop({
    name: "thread lookup",
    engines: [sharedReader, memorySet, messages],
    prepare: insert,
    run: lookupAll,
    least: LEAST,
  }),
  loop({
    name: "thread insert",
    engines: [sharedWriter, exchange],
    records: FEW,
    run: insertAll,
  }),
  loop({
    name: "server lookup, pipelined",
    kind: "texts",
    engines: SERVERS,
    records: FEW,
    prepare: insert,
    run: lookupAll,
    least: 90,
  }),
  {
    name: "server lookup, lone call",
    unit: "ns",
    engines: SERVERS,
    records: FEW,
    async measure(setup, task) {
      if (isErlang(setup)) throw new Error(`${setup.title} isn't measured here`);
      return { value: await loneCall(setup, task) };
    },
  },
];

/** The median time of a call that nobody else's keeps company. */
async function loneCall(setup: Setup, task: Task): Promise<Measured["value"]> {
  mkdirSync(task.directory, { recursive: true });
  const engine = await setup.open(task);
  const records = makeRecords(task.count, "texts");
  await insert(engine, records);
  const times: bigint[] = [];
  for (let call = 0; call < LONE_WARM_UP + LONE_CALLS; call++) {
    const key = records.shuffled[call % records.shuffled.length] as string;
    const from = process.hrtime.bigint();
    await engine.lookup?.([key]);
    if (call >= LONE_WARM_UP) times.push(process.hrtime.bigint() - from);
  }
  await engine.close();
  times.sort((a, b) => Number(a - b));
  return Number(times[times.length >> 1]);
}
