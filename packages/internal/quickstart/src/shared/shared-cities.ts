import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createStore } from "@store/core";
import { sharedAdapter, shareStore } from "@store/worker";
import type { City } from "../atlas/cities.js";
import { BATCH_SIZE, cityRecord } from "../atlas/import-cities.js";
import type { Report } from "../output/report.js";
import { type FoundRecord, openShared, type Task } from "./shared-tables.js";

const ASKER = fileURLToPath(new URL("asker.js", import.meta.url));
const THREADS = ["thread A", "thread B"];

/** The cities in shared memory, and two threads that read them there. */
export async function shareCities(report: Report, cities: readonly City[]): Promise<void> {
  report.section("The cities in shared memory: two threads ask");
  using store = createStore({ adapter: sharedAdapter });
  store.configureDomain("counters", { adapter: sharedAdapter, options: { atomicCounters: true } });
  const tables = openShared(store);
  tables.progress.insert(["countries", 0]);
  report.call("const store = createStore({ adapter: sharedAdapter });");
  report.timed("cities.insertMany(batch) …", () => {
    for (let from = 0; from < cities.length; from += BATCH_SIZE) {
      tables.cities.insertMany(cities.slice(from, from + BATCH_SIZE).map(cityRecord));
    }
  });
  report.call("new Worker(program, { workerData: shareStore(store) });");
  report.gap();
  report.note("In the threads, without a message, in the memory that all have:");
  report.call("const store = attachStore(workerData);");
  report.call("for (const [key, people] of cities.records({ prefix: [country] })) …");
  report.call(`progress.updateCounter("countries", 1);`);
  report.note("And what this thread does for them, since it alone writes:");
  report.call("found.insert([country, count, inhabitants, name]);");
  report.gap();

  const ticket = shareStore(store);
  const countries = [...new Set(cities.map(({ country }) => country))];
  const began = performance.now();
  const threads = THREADS.map((name, index) => {
    const own = countries.filter((_, at) => at % THREADS.length === index);
    const workerData: Task = { ticket, name, countries: own };
    return new Worker(ASKER, { workerData });
  });
  await Promise.all(threads.map((thread) => once(thread, "exit")));
  const milliseconds = Math.round(performance.now() - began);

  const found = [...tables.found.records()];
  report.rows(
    THREADS.map((name) => {
      const own = found.filter(([, , , by]) => by === name);
      return [name, own.length, sum(own, 1), sum(own, 2)];
    }),
    { headings: ["who", "countries", "cities", "inhabitants"] },
  );
  check(cities, found, tables.progress.lookupElement("countries", 2) as number, countries.length);
  report.note(`Together they found every city and every inhabitant, in ${milliseconds} ms.`);
}

function check(
  cities: readonly City[],
  found: readonly FoundRecord[],
  counted: number,
  countries: number,
): void {
  const people = cities.reduce((total, { population }) => total + population, 0);
  const isRight = sum(found, 1) === cities.length && sum(found, 2) === people;
  if (!isRight || counted !== countries) {
    throw new Error("the threads haven't found what this one has written");
  }
}

function sum(records: readonly FoundRecord[], element: 1 | 2): number {
  return records.reduce((total, record) => total + record[element], 0);
}
