// @ts-check
/**
 * A process that writes until it is killed: `load.mjs PATH WORKER`. Each step is a batch over three tables, and is
 * acknowledged, when it has returned, by a byte on standard output, which the system has then.
 */
import { writeSync } from "node:fs";
import { createStore } from "@store/core";
import { sqliteAdapter } from "../../dist/index.js";

const [path = "", worker = ""] = process.argv.slice(2);
const store = createStore({ adapter: sqliteAdapter, options: { path, busyTimeout: 60_000 } });
const totals = store.ensureTable("d", "totals");
const journal = store.ensureTable("d", "journal", { type: "ordered_set" });
const bag = store.ensureTable("d", "bag", { type: "bag" });

for (;;) {
  const batch = store.batch();
  batch.updateCounter(totals, worker, 1, [worker, 0]);
  batch.updateCounter(totals, "all", 1, ["all", 0]);
  batch.append(journal, [worker], "x".repeat(200));
  batch.insert(bag, [worker, (totals.lookup(worker)[0]?.[1] ?? 0) + 1]);
  batch.commit();
  writeSync(1, ".");
}
