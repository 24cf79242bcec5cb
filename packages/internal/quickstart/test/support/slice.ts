import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { onTestFinished } from "vitest";
import { type City, loadCities } from "../../src/atlas/cities.js";
import { importCities } from "../../src/atlas/import-cities.js";
import { Run } from "../../src/atlas/run.js";
import { openTables } from "../../src/atlas/tables.js";

const COUNTRIES = ["BR", "CN", "GB", "IS", "JP", "NZ"];

/** Real cities, few enough to be quick: those of six countries. */
export const slice = loadCities().filter(({ country }) => COUNTRIES.includes(country));

/** The slice as the keys of `cities` order it. */
export const byName = slice.toSorted(
  (a, b) => order(a.country, b.country) || order(a.name, b.name) || a.cityId - b.cityId,
);

/** The slice as the keys of `ranking` order it. */
export const byPopulation = slice.toSorted(
  (a, b) => a.population - b.population || a.cityId - b.cityId,
);

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function sumOf(cities: readonly City[]): number {
  return cities.reduce((sum, { population }) => sum + population, 0);
}

/** A new store with the tables of the job, closed when the test ends. */
export function openStore() {
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  return { store, tables: openTables(store) };
}

/** The same with the slice imported by the run `import-1`, which isn't finished yet. */
export function importSlice() {
  const { store, tables } = openStore();
  const run = Run.start(tables, "import-1", "cities");
  if (run === undefined) throw new Error("the claim was refused");
  const batches = [...importCities(tables, run, slice)];
  return { store, tables, run, batches };
}
