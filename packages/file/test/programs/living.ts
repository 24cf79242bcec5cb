import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { createStore, type TableType } from "@store/core";
import { fileAdapter } from "../../src/index.js";
import { live } from "./life.js";

// Lives on a table from a step on, and says the number of each step that has returned, until it is killed.
const [, , dataDir = "", type = "", from = "", autoSave = ""] = process.argv;
const store = createStore({
  adapter: fileAdapter,
  options: { dataDir, autoSave: Number(autoSave) },
});
const table = store.ensureTable("d", "t", { type: type as TableType });
void run();

async function run(): Promise<never> {
  for (let step = Number(from); ; step++) {
    live(table, step);
    writeSync(1, `${step}\n`);
    // What goes on in the background has its turn.
    await setImmediate();
  }
}
