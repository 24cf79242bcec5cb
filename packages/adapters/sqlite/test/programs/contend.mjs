// @ts-check
/**
 * One of several processes that work on the same tables: `contend.mjs PATH WORKER TIMES`. Says when it is ready, begins
 * when it is told to, and says what it has won.
 */
import { createStore } from "@store/core";
import { sqliteAdapter } from "../../dist/index.js";

const [path = "", worker = "", count = ""] = process.argv.slice(2);
const times = Number(count);

process.once("message", () => {
  const store = createStore({ adapter: sqliteAdapter, options: { path, busyTimeout: 60_000 } });
  const table = store.ensureTable("d", "counters");
  const journal = store.ensureTable("d", "journal", { type: "ordered_set" });
  const bag = store.ensureTable("d", "bag", { type: "bag" });
  table.insertNew(["swapped", 0]);
  let won = 0;
  for (let index = 0; index < times; index++) {
    table.updateCounter("counted", 1, ["counted", 0]);
    if (table.insertNew([["new", index], worker])) won++;
    swap(table);
    journal.append(["by call"], worker);
    const batch = store.batch();
    batch.updateCounter(table, "in batches", 1, ["in batches", 0]);
    batch.append(journal, ["by batch"], worker);
    batch.insert(bag, ["all", worker, index]);
    if (!batch.commit()) throw new Error("a batch without conditions isn't done");
  }
  store.close();
  process.send?.({ won }, () => process.disconnect());
});
process.send?.("ready");

/** @param {import("@store/core").Table<[string, number]>} table */
function swap(table) {
  for (;;) {
    const [before] = table.lookup("swapped");
    if (before === undefined) throw new Error("the record that is swapped is gone");
    if (table.replace(before, ["swapped", before[1] + 1])) return;
  }
}
