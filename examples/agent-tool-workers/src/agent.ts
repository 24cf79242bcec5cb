import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { createStore } from "@store/core";
import { sharedAdapter, shareStore } from "@store/worker";
import { openTables } from "./tables.js";

const THREADS = 2;

// The agent owns the tables: it writes them, and serves the writes of its tools while its event loop turns.
const store = createStore({ adapter: sharedAdapter });
store.configureDomain("metrics", { adapter: sharedAdapter, options: { atomicCounters: true } });
const { jobs, answers, facts, uses } = openTables(store);

facts.insertMany([
  ["ets", { text: "tables that an owner writes and every process reads" }],
  ["dets", { text: "the same on disk" }],
]);
uses.insertMany([
  ["recall", 0],
  ["shout", 0],
]);
for (let n = 0; n < 20; n++) {
  jobs.append(null, { tool: "recall", argument: n % 2 === 0 ? "ets" : "dets" });
  jobs.append(null, { tool: "shout", argument: `step ${n}` });
}

const ticket = shareStore(store);
const tools = Array.from({ length: THREADS }, () => {
  return new Worker(new URL("tool-worker.js", import.meta.url), { workerData: { ticket } });
});
await Promise.all(tools.map((tool) => once(tool, "exit")));

console.log(`${answers.size} answers, ${jobs.size} jobs left`);
for (const [n, { tool, result }] of answers.records({ limit: 2 })) console.log(n, tool, result);
for (const tool of ["recall", "shout"]) console.log(`${tool}: ${uses.lookup(tool)[0]?.[1]} uses`);
store.close();
