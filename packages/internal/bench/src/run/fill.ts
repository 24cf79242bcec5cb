import type { Setup } from "../engine.js";
import { makeRecords } from "../records.js";
import { setupTitled } from "../setups.js";
import type { Filling } from "./filler.js";

const BATCH = 1_000;

/** Fills a table in this process, which ends after it. */
export async function fill(title: string, filling: Filling): Promise<void> {
  const engine = await (setupTitled(title) as Setup).open(filling);
  const records = makeRecords(filling.count);
  for (let time = 0; time < filling.times; time++) await engine.insertBatches?.(records, BATCH);
  if (filling.end === "kill") process.kill(process.pid, "SIGKILL");
  else await engine.close();
}
