import type { City } from "./cities.js";
import type { Run } from "./run.js";
import type { CityRecord, NameRecord, RankRecord, Tables } from "./tables.js";

const BATCH_SIZE = 5_000;

/** How many batches an import has: a call of its `onBatch` for each. */
export function batchCount(cities: readonly City[]): number {
  return 4 * Math.ceil(cities.length / BATCH_SIZE);
}

/** Fills the tables of the atlas, one after the other, as the steps of a run. */
export function importCities(
  tables: Tables,
  run: Run,
  cities: readonly City[],
  onBatch: (step: string) => void,
): void {
  step("cities", (batch) => tables.cities.insertMany(batch.map(cityRecord)));
  step("ranking", (batch) => tables.ranking.insertMany(batch.map(rankRecord)));
  step("names", (batch) => tables.names.insertMany(batch.map(nameRecord)));
  step("countries", (batch) => {
    for (const { country, population } of batch) {
      tables.countries.updateCounter(country, 1, [country, 0, 0]);
      tables.countries.updateCounter(country, [3, population]);
    }
  });

  function step(name: string, store: (batch: readonly City[]) => void): void {
    run.step(name, batchesOf(cities), (batch) => {
      store(batch);
      onBatch(name);
    });
  }
}

function* batchesOf(cities: readonly City[]): Generator<readonly City[]> {
  for (let from = 0; from < cities.length; from += BATCH_SIZE) {
    yield cities.slice(from, from + BATCH_SIZE);
  }
}

function cityRecord({
  country,
  name,
  cityId,
  population,
  featureCode,
  adminCode,
}: City): CityRecord {
  return [[country, name, cityId], population, featureCode, adminCode];
}

function rankRecord({ population, cityId, name, country }: City): RankRecord {
  return [[population, cityId], name, country];
}

function nameRecord({ name, country, population, cityId }: City): NameRecord {
  return [name, country, population, cityId];
}
