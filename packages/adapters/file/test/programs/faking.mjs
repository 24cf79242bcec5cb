/**
 * Opens a table after time was faked, as test libraries do it; prints, as JSON, by how many milliseconds its heartbeat has
 * moved on in more than the time from one to the next, and how old it was then. Argument: the data directory.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";

const [, , dataDir] = process.argv;
const { now } = Date;
globalThis.Date = class extends Date {
  static now = () => 0;
};
performance.now = () => 0;
globalThis.setTimeout = () => ({ unref() {} });

const store = createStore({ adapter: fileAdapter, options: { dataDir } });
store.ensureTable("d", "t");
const lock = join(dataDir, "E000001", "lock");
const before = statSync(lock).mtimeMs;
await sleep(3_500);
const after = statSync(lock).mtimeMs;
store.close();
console.log(JSON.stringify({ beaten: after - before, age: now() - after }));
