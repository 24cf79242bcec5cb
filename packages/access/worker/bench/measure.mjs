// @ts-check
/**
 * `node bench/measure.mjs [records]`: what `@store/worker` costs, side by side in one run: reads from a worker against
 * `@store/memory` in one's own thread and a message round trip, several readers, proxied writes against a bare exchange by
 * `Atomics`, atomic counters, and memory.
 */
import { Worker } from "node:worker_threads";
import { encodeRecord } from "@store/codec";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { sharedAdapter, shareStore } from "../dist/index.js";
import { keysInOtherOrder, recordAt } from "./records.mjs";

const COUNT = Number(process.argv[2] ?? 200_000);
const ROUNDS = 5;

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
/** @type {Record<string, string>[]} */
const rows = [];
/** @param {string} what @param {string} measured @param {string} target @param {boolean} isReached */
const row = (what, measured, target, isReached) => {
  console.error(`${what}: ${measured}`);
  rows.push({ what, measured, target, reached: isReached ? "yes" : "no" });
};

/** @param {import("../dist/index.js").StoreTicket} ticket */
async function thread(ticket) {
  const worker = new Worker(new URL("worker.mjs", import.meta.url), { workerData: { ticket } });
  await new Promise((resolve) => worker.once("message", resolve));
  /** @param {string} task @param {object} [more] @returns {Promise<any>} */
  const run = (task, more = {}) =>
    new Promise((resolve) => {
      worker.once("message", resolve);
      worker.postMessage({ task, count: COUNT, ...more });
    });
  return { worker, run, end: () => worker.terminate() };
}

const store = createStore({ adapter: sharedAdapter });
store.configureDomain("counters", { adapter: sharedAdapter, options: { atomicCounters: true } });
const counters = store.ensureTable("counters", "counters");
counters.insert(["n", 0]);
const ticket = shareStore(store);

for (const type of /** @type {const} */ (["set", "ordered_set"])) {
  const before = counters.info().memoryBytes ?? 0;
  const table = store.ensureTable("bench", type, { type });
  let encoded = 0;
  for (let index = 0; index < COUNT; index++) {
    const record = recordAt(index);
    encoded += encodeRecord(record).length;
    table.insert(record);
  }
  const bytes = (table.info().memoryBytes ?? 0) - before;
  const most = 1.3 * encoded + 24 * COUNT;
  row(
    `memory, ${type}`,
    `${(bytes / 2 ** 20).toFixed(1)} MiB for ${(encoded / 2 ** 20).toFixed(1)} MiB encoded`,
    `at most ${(most / 2 ** 20).toFixed(1)} MiB`,
    bytes <= most,
  );
}

const memoryStore = createStore({ adapter: memoryAdapter });
const [a, b, c, d] = [
  await thread(ticket),
  await thread(ticket),
  await thread(ticket),
  await thread(ticket),
];

for (const type of /** @type {const} */ (["set", "ordered_set"])) {
  const mine = memoryStore.ensureTable("bench", type, { type });
  for (let index = 0; index < COUNT; index++) mine.insert(recordAt(index));
  const keys = keysInOtherOrder(COUNT);
  /** @type {number[]} */
  const own = [];
  /** @type {number[]} */
  const shared = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    for (const key of keys) mine.lookup(key);
    own.push(((performance.now() - begin) / COUNT) * 1e6);
    shared.push((await a.run("lookup", { table: type })).nanoseconds);
  }
  const ratio = median(shared) / median(own);
  row(
    `lookup from a worker, ${type}`,
    `${median(shared).toFixed(0)} ns; memory in one's own thread ${median(own).toFixed(0)} ns: ${ratio.toFixed(2)}x`,
    "at most 2x",
    ratio <= 2,
  );
  if (type === "set") {
    const message = await roundTrip(a);
    const times = message / median(shared);
    row(
      "message round trip instead",
      `${(message / 1e3).toFixed(1)} us: ${times.toFixed(0)}x of a lookup`,
      "at least 10x",
      times >= 10,
    );
  }
}

{
  /** @type {number[]} */
  const one = [];
  /** @type {number[]} */
  const two = [];
  /** @type {number[]} */
  const three = [];
  const timed = { table: "set", milliseconds: 700 };
  for (let round = 0; round < ROUNDS; round++) {
    one.push((await a.run("lookups", timed)).perSecond);
    two.push(sum(await Promise.all([a.run("lookups", timed), b.run("lookups", timed)])));
    const writing = c.run("writes", timed);
    three.push(sum(await Promise.all([a.run("lookups", timed), b.run("lookups", timed)])));
    await writing;
  }
  const ratio = median(two) / median(one);
  const beside = median(three) / median(one);
  row(
    "2 readers at once",
    `${million(two)} a second; one ${million(one)}: ${ratio.toFixed(2)}x`,
    "at least 1.8x",
    ratio >= 1.8,
  );
  row(
    "2 readers, a third thread writing",
    `${million(three)} a second: ${beside.toFixed(2)}x`,
    "at least 1.5x",
    beside >= 1.5,
  );
}

{
  /** @type {number[]} */
  const bare = [];
  /** @type {number[]} */
  const inserts = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await pingPong(a));
    inserts.push((await a.run("inserts", { table: "set", inserts: 10_000 })).nanoseconds);
  }
  const ratio = median(inserts) / median(bare);
  row(
    "insert through the owner",
    `${(median(inserts) / 1e3).toFixed(1)} us; bare exchange by Atomics ${(median(bare) / 1e3).toFixed(1)} us: ${ratio.toFixed(2)}x`,
    "at most 2x",
    ratio <= 2,
  );
}

{
  /** @type {number[]} */
  const rates = [];
  const timed = { table: "counters", milliseconds: 700 };
  for (let round = 0; round < ROUNDS; round++) {
    const all = [a, b, c, d].map(({ run }) => run("counts", timed));
    rates.push(sum(await Promise.all(all)));
  }
  row(
    "updateCounter, 4 threads, one atomic counter",
    `${million(rates)} a second in sum`,
    "at least 5 million",
    median(rates) >= 5e6,
  );
}

console.log(`Node ${process.version}, ${COUNT} records, medians of ${ROUNDS}`);
console.log("\n| what | measured | to reach | reached |\n|---|---|---|---|");
for (const { what, measured, target, reached } of rows) {
  console.log(`| ${what} | ${measured} | ${target} | ${reached} |`);
}
for (const each of [a, b, c, d]) await each.end();
store.close();

/** @param {{ perSecond: number }[]} results */
function sum(results) {
  return results.reduce((total, { perSecond }) => total + perSecond, 0);
}

/** @param {number[]} values */
function million(values) {
  return `${(median(values) / 1e6).toFixed(2)} million`;
}

/** @param {Awaited<ReturnType<typeof thread>>} other */
async function roundTrip({ worker }) {
  const times = 5_000;
  const begin = performance.now();
  for (let index = 0; index < times; index++) {
    const answer = new Promise((resolve) => worker.once("message", resolve));
    worker.postMessage({ task: "echo", key: index });
    await answer;
  }
  return ((performance.now() - begin) / times) * 1e6;
}

/** @param {Awaited<ReturnType<typeof thread>>} other */
async function pingPong({ run }) {
  const times = 10_000;
  const words = new Int32Array(new SharedArrayBuffer(8));
  const other = run("pong", { words, times });
  const begin = performance.now();
  for (let turn = 1; turn <= times; turn++) {
    Atomics.store(words, 0, turn);
    Atomics.notify(words, 0);
    while (Atomics.load(words, 1) !== turn) Atomics.wait(words, 1, turn - 1);
  }
  const nanoseconds = ((performance.now() - begin) / times) * 1e6;
  await other;
  return nanoseconds;
}
