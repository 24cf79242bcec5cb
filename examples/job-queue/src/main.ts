import { setTimeout as delay } from "node:timers/promises";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { openQueue } from "./queue.js";
import { type Handler, work } from "./work.js";

/** `npm start [dataDir]`: adds 40 jobs, and does what there is to do. Kill it anywhere and start it again. */
const [, , dataDir = "data"] = process.argv;
const leaseMs = 1_000;

/** Sends a mail, as it were. */
const send: Handler = async ({ id, job }) => {
  const { to } = job.payload as { to: string };
  console.log(`sending ${id}, attempt ${job.attempts}`);
  await delay(20);
  if (to.startsWith("flaky") && job.attempts === 1) throw new Error(`${to} is busy`);
  if (to.startsWith("nobody")) throw new Error(`there is no ${to}`);
  console.log(`sent ${id}`);
};

await using store = createStore({
  adapter: fileAdapter,
  options: { dataDir, autoSave: 1_000 },
  mode: "async",
});
const queue = await openQueue(store, "mail", {
  leaseMs,
  maxAttempts: 5,
  backoffMs: (attempts) => 20 * 2 ** attempts,
});

const names = ["ada", "flaky", "grace", "nobody"];
for (let index = 0; index < 40; index++) {
  await queue.add(`mail-${index}`, { to: `${names[index % names.length]}@example.com` });
}
await work(queue, send, { concurrency: 4, renewMs: leaseMs / 3, restMs: 100 });

const { done, dead } = queue.tables;
console.log(`${await done.size} done, ${await dead.size} dead:`);
for await (const [id, { attempts, error }] of dead.records()) {
  console.log(`  ${id} after ${attempts} attempts: ${error}`);
}
