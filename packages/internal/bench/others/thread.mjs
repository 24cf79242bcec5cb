// @ts-check
/** A thread of the benchmarks: is given records, and does with them what it is told. */
import { parentPort, workerData } from "node:worker_threads";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { worker, ticket } = workerData;
/** @type {any} */
const table = ticket && (await import(worker)).attachStore(ticket).ensureTable("bench", "records");

/** @type {{ keys: string[], values: any[], shuffled: string[] }} */
let records = { keys: [], values: [], shuffled: [] };
/** @type {Map<string, any>} */
let map = new Map();

/** @type {Record<string, (task: any) => unknown>} */
const TASKS = {
  records(task) {
    records = task.records;
    return records.keys.length;
  },
  hold() {
    map = new Map(records.keys.map((key, index) => [key, records.values[index]]));
    return map.size;
  },
  lookup() {
    let sum = 0;
    for (const key of records.shuffled) sum += table.lookup(key)[0][1].note.length;
    return sum;
  },
  insert() {
    const { keys, values } = records;
    for (let index = 0; index < keys.length; index++) table.insert([keys[index], values[index]]);
    return keys.length;
  },
  find: ({ key }) => map.get(key),
  pong({ words, times }) {
    for (let turn = 1; turn <= times; turn++) {
      while (Atomics.load(words, 0) !== turn) Atomics.wait(words, 0, turn - 1);
      Atomics.store(words, 1, turn);
      Atomics.notify(words, 1);
    }
    return times;
  },
};

port.on("message", (task) => port.postMessage(TASKS[task.call]?.(task)));
