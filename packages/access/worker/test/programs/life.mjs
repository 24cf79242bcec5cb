// @ts-check
/** Reads, writes, batches and counts without end, until it is terminated at any moment. */
import { parentPort, workerData } from "node:worker_threads";
import { attachStore } from "../../dist/index.js";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { ticket, id } = workerData;
const store = attachStore(ticket);
/** @type {any} */
const left = store.ensureTable("d", "left", { type: "ordered_set" });
/** @type {any} */
const right = store.ensureTable("d", "right", { type: "bag" });
/** @type {any} */
const counters = store.ensureTable("counters", "n");
port.postMessage("begun");
const long = "x".repeat(5_000);
for (let turn = 0; ; turn++) {
  const key = [id, turn % 50];
  const text = turn % 7 === 0 ? long : "short";
  store
    .batch()
    .insert(left, [key, turn, text])
    .deleteMany(right, [key])
    .insert(right, [key, turn, text])
    .commit();
  left.lookup(key);
  counters.updateCounter("all", 1);
  for (const each of left.keys({ limit: 20 })) if (!Array.isArray(each)) throw new Error("torn");
  if (turn % 5 === 0) store.batch().delete(left, key).delete(right, key).commit();
}
