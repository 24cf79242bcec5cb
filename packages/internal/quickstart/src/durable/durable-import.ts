import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { _, createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import type { City } from "../atlas/cities.js";
import { BATCH_SIZE, batchCount, importCities } from "../atlas/import-cities.js";
import { takeInventory } from "../atlas/inventory.js";
import { queries } from "../atlas/queries.js";
import { Run } from "../atlas/run.js";
import { reportSteps } from "../atlas/run-report.js";
import { openTables, type Tables } from "../atlas/tables.js";
import { newDataDirectory, shown } from "../data-directory.js";
import { formatBytes } from "../output/measure.js";
import { ProgressBar } from "../output/progress.js";
import type { Report } from "../output/report.js";
import { dataFiles } from "./data-files.js";
import { type KilledWorker, killWorker } from "./killed-worker.js";

const WORKER = fileURLToPath(new URL("worker.js", import.meta.url));
const RUN = "import-2";
/** Which share of the batches the worker gets to: a step is done then, one is under way, the others aren't begun. */
const SHARE = 0.45;

/**
 * The import into files, by a process that is killed: what it leaves, how another finishes it, and the files.
 * @param answers what the same import in memory answered to the questions
 */
export async function importIntoFiles(
  report: Report,
  subject: string,
  cities: readonly City[],
  answers: readonly unknown[],
): Promise<void> {
  const dataDir = newDataDirectory("import");
  const openStore = () => createStore({ adapter: fileAdapter, options: { dataDir } });
  const worker = await kill(report, [dataDir, RUN, subject], cities);

  using store = openStore();
  report.section("What it left: every record that it had acknowledged");
  const tables = report.timed("const tables = openTables(store);", () => openTables(store));
  report.note("Nobody waits for its locks to expire: this machine knows that it is dead.");
  showOwner(report, tables, subject);
  showInventory(report, tables, cities, worker);
  finish(report, tables, subject, cities);
  compare(report, tables, answers);

  const records = new Map(Object.values(tables).map(({ name, size }) => [name, size]));
  store.close();
  showFiles(report, dataDir, records);
  report.gap();
  using again = openStore();
  report.timed("openTables(createStore({ adapter: fileAdapter, options }));", () => {
    openTables(again);
  });
}

async function kill(
  report: Report,
  args: readonly string[],
  cities: readonly City[],
): Promise<KilledWorker> {
  report.section("The same import into files, by a process that is killed");
  const total = batchCount(cities);
  const killAfter = Math.floor(SHARE * total);
  report.call("const store = createStore({ adapter: fileAdapter, options });");
  report.note(
    "With this store and the same code, a worker process does what section 3 did.",
    `It acknowledges each batch that is stored. After ${killAfter} of ${total} it is killed.`,
  );
  report.gap();
  const progress = new ProgressBar(process.stdout, total);
  const worker = await killWorker(WORKER, args, killAfter, ({ step }) => {
    progress.advance(step);
  });
  progress.clear();
  report.rows([[`process ${worker.pid}`, worker.acknowledged.length, "SIGKILL"]], {
    headings: ["worker", "acknowledged batches", "ended by"],
  });
  return worker;
}

/** Prints who had the subject: it is on record. */
function showOwner(report: Report, { claims, runs }: Tables, subject: string): void {
  report.gap();
  report.call(`claims.lookup("${subject}")`);
  report.rows(claims.lookup(subject));
  report.call(`runs.lookup("${RUN}")`);
  report.rows(runs.lookup(RUN).map(([id, status, { pid }]) => [id, status, `process ${pid}`]));
}

function showInventory(
  report: Report,
  tables: Tables,
  cities: readonly City[],
  { acknowledged }: KilledWorker,
): void {
  const inventories = takeInventory(tables, cities, acknowledged);
  report.gap();
  report.rows(
    inventories.map(({ table, acknowledged, missing, stored }) => {
      return [table, acknowledged, missing, stored];
    }),
    { headings: ["table", "cities acknowledged", "missing", "stored"] },
  );
  const ahead = inventories.filter(({ acknowledged, stored }) => stored !== acknowledged);
  const isWhole = ahead.every(({ acknowledged, stored }) => {
    return stored === Math.min(acknowledged + BATCH_SIZE, cities.length);
  });
  if (inventories.some(({ missing }) => missing > 0) || ahead.length > 1 || !isWhole) {
    throw new Error("the tables don't hold what was acknowledged, and at most one batch more");
  }
  report.note(
    ahead.length === 0
      ? "All that was acknowledged is there. Of the batch under way nothing is."
      : "All that was acknowledged is there. The batch under way is there, too: whole.",
  );
}

function finish(report: Report, tables: Tables, subject: string, cities: readonly City[]): void {
  const { events } = tables;
  report.section("The rest, from where the journal says");
  report.note(
    "No write here spans two tables: a batch is stored, then the journal is told.",
    "What it wasn't told is done, perhaps once more; that changes nothing.",
  );
  report.gap();
  reportSteps(report, tables, RUN);
  report.gap();
  report.call(`const run = Run.resume(tables, "${subject}");`);
  report.call("for (const { step } of importCities(tables, run, cities)) …");
  const run = Run.resume(tables, subject);
  if (run === undefined) throw new Error(`the run ${RUN} can't be resumed`);
  const told = events.matchObject([_, RUN, _, "stored", _, _]).length;
  const progress = new ProgressBar(process.stdout, batchCount(cities) - told);
  for (const { step } of importCities(tables, run, cities)) progress.advance(step);
  progress.clear();
  run.finish();
  reportSteps(report, tables, RUN);
  report.gap();
  const ofRun = report.timed(`events.matchObject([_, "${RUN}", 0, _, _, _])`, () =>
    events.matchObject([_, RUN, 0, _, _, _]),
  );
  report.rows(
    ofRun.map(([sequence, , , what, records]) => [sequence, what, records]),
    { headings: ["sequence", "what", "cities"] },
  );
  report.gap();
}

function compare(report: Report, tables: Tables, answers: readonly unknown[]): void {
  const found = queries(tables).map((query) => query.ask().found);
  const alike = found.filter((answer, index) => isDeepStrictEqual(answer, answers[index]));
  report.note(
    `Of the ${answers.length} questions of section 6, ${alike.length} have the same answers as in memory.`,
  );
  if (alike.length < answers.length) throw new Error("the two imports differ");
}

function showFiles(report: Report, dataDir: string, records: ReadonlyMap<string, number>): void {
  report.section("The files");
  report.rows([...records], { headings: ["table", "records"] });
  report.gap();
  const files = dataFiles(dataDir);
  report.rows(
    [...files].map(([file, bytes]) => [file, formatBytes(bytes)]),
    { headings: ["file", "bytes"] },
  );
  const count = sum(records.values());
  report.note(
    `They are in ${shown(dataDir)} until the next start: ${formatBytes(sum(files.values()))}`,
    `for ${count.toLocaleString("en")} records. All tables are in them together, sorted by key.`,
  );
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
