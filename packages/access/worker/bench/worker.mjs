// @ts-check
/** A thread of the benchmarks: does what it is told, and says how long that took. */
import { parentPort, workerData } from "node:worker_threads";
import { attachStore } from "../dist/index.js";
import { keyAt, keysInOtherOrder, recordAt } from "./records.mjs";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const store = attachStore(workerData.ticket);
const echo = { found: true };

/** @type {Map<number, string[]>} */
const keys = new Map();
/** @param {number} count */
function keysOf(count) {
  const known = keys.get(count) ?? keysInOtherOrder(count);
  keys.set(count, known);
  return known;
}

/** @type {Record<string, (task: any) => object>} */
const TASKS = {
  echo: () => echo,
  lookup({ table, count }) {
    const opened = store.ensureTable("bench", table);
    const all = keysOf(count);
    const begin = performance.now();
    for (const key of all) opened.lookup(key);
    return { nanoseconds: ((performance.now() - begin) / count) * 1e6 };
  },
  lookups: ({ table, count, milliseconds }) => {
    const opened = store.ensureTable("bench", table);
    const all = keysOf(count);
    return rate(milliseconds, (index) => opened.lookup(all[index % count]));
  },
  writes: ({ table, count, milliseconds }) => {
    const opened = store.ensureTable("bench", table);
    return rate(milliseconds, (index) => opened.insert(recordAt((index * 31) % count)), 1);
  },
  inserts({ table, inserts }) {
    const opened = store.ensureTable("bench", table);
    const begin = performance.now();
    for (let index = 0; index < inserts; index++) opened.insert(recordAt(index));
    return { nanoseconds: ((performance.now() - begin) / inserts) * 1e6 };
  },
  counts: ({ table, milliseconds }) => {
    const opened = store.ensureTable("counters", table);
    return rate(milliseconds, () => opened.updateCounter("n", 1));
  },
  pong({ words, times }) {
    for (let turn = 1; turn <= times; turn++) {
      while (Atomics.load(words, 0) !== turn) Atomics.wait(words, 0, turn - 1);
      Atomics.store(words, 1, turn);
      Atomics.notify(words, 1);
    }
    return {};
  },
};

/** @param {number} milliseconds @param {(index: number) => unknown} call */
function rate(milliseconds, call, atOnce = 200) {
  const begin = performance.now();
  let count = 0;
  let now = begin;
  while (now - begin < milliseconds) {
    for (let index = 0; index < atOnce; index++) call(count++);
    now = performance.now();
  }
  return { perSecond: (count / (now - begin)) * 1_000 };
}

port.on("message", (task) => port.postMessage(TASKS[task.task]?.(task)));
port.postMessage(keyAt(0));
