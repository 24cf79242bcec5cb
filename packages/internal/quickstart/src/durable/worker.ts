import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { loadCities } from "../atlas/cities.js";
import { importCities } from "../atlas/import-cities.js";
import { Run } from "../atlas/run.js";
import { openTables } from "../atlas/tables.js";

/**
 * `node worker.js <dataDir> <runId> <subject>`: imports the cities into files, and writes a line of JSON for each batch
 * when it is stored. The program that starts it kills it in the middle.
 */
const [, , dataDir = "", runId = "", subject = ""] = process.argv;

using store = createStore({ adapter: fileAdapter, options: { dataDir } });
const tables = openTables(store);
const run = Run.start(tables, runId, subject);
if (run === undefined) throw new Error(`${subject} is claimed already in ${dataDir}`);
for (const batch of importCities(tables, run, loadCities())) {
  // At once, and before the next batch: what was said is heard even if this process is killed now.
  writeSync(1, `${JSON.stringify(batch)}\n`);
  // What the tables do in the background has its turn.
  await setImmediate();
}
run.finish();
