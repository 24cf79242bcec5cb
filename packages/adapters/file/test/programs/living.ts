import { writeSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { createStore, type TableType } from "@store/core";
import type { RepairReport } from "../../src/index.js";
import { live } from "./life.js";
import { livingAdapter } from "./living-adapter.js";
import { stateDigest } from "./state-digest.js";

// Opens a table, and says what it found. Of the states that it is told it takes the first that this is, and lives on from
// there, a number of steps, saying the number of each that has returned; closes it then. Until it is killed.
const [, , dataDir = "", type = "", autoSave = "", repair = "", writeBuffer = "", ...others] =
  process.argv;
const [count = "", done = "", ...digests] = others;
run().catch((error: unknown) => say(`failed ${error}`));

async function run(): Promise<void> {
  say("opening");
  const options = { dataDir, autoSave: Number(autoSave), repair: repair === "true" };
  const store = createStore({ adapter: livingAdapter(Number(writeBuffer)), options });
  const table = store.ensureTable("d", "t", { type: type as TableType });
  const digest = stateDigest(table);
  const report = table.info().details?.repair as RepairReport | undefined;
  say(`opened ${digest} ${report?.reason ?? "sound"}`);

  const last = Number(done) + digests.indexOf(digest);
  let runs = runsOf();
  for (let step = last + 1; digests.includes(digest) && step <= last + Number(count); step++) {
    live(table, step);
    say(String(step));
    const before = runs;
    runs = runsOf();
    if (runs !== before) say("compacting");
    // What goes on in the background has its turn.
    await setImmediate();
  }
  say("closing");
  store.close();
  say("closed");

  function runsOf(): number {
    return Number(table.info().details?.runs);
  }
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
