import type { City } from "./cities.js";
import type { Batch, Run, Step } from "./run.js";
import type { CityRecord, CountryRecord, NameRecord, RankRecord, Tables } from "./tables.js";

/** How many cities are stored at once. */
export const BATCH_SIZE = 5_000;

/** How many batches an import has. */
export function batchCount(cities: readonly City[]): number {
  return 4 * Math.ceil(cities.length / BATCH_SIZE);
}

/**
 * Fills the tables of the atlas, one after the other, as the steps of a run; comes by after each batch. With a run that
 * was resumed it does what is left.
 *
 * A batch that comes again, because the process died before the journal had it, changes nothing: in an ordered_set the
 * records replace equal ones, in a bag an equal record is left out, and a country says how far it has counted.
 */
export function* importCities(
  { cities, ranking, names, countries }: Tables,
  run: Run,
  items: readonly City[],
  batchSize = BATCH_SIZE,
): Generator<Batch, void> {
  const step = (table: Step<City>["table"], store: Step<City>["store"]) =>
    run.step({ table, items, batchSize, store });
  yield* step(cities, (batch) => cities.insertMany(batch.map(cityRecord)));
  yield* step(ranking, (batch) => ranking.insertMany(batch.map(rankRecord)));
  yield* step(names, (batch) => names.insertMany(batch.map(nameRecord)));
  yield* step(countries, (batch, from) => count(countries, batch, from));
}

/** Counts cities country by country, those from place `from` of the list on, in one call that happens whole or not. */
function count(countries: Tables["countries"], batch: readonly City[], from: number): void {
  const counted = new Map<string, CountryRecord>();
  for (const [index, { country, population }] of batch.entries()) {
    const record = counted.get(country) ?? countries.lookup(country)[0] ?? [country, 0, 0, 0];
    const [, cities, inhabitants, upTo] = record;
    const place = from + index + 1;
    if (place > upTo) counted.set(country, [country, cities + 1, inhabitants + population, place]);
  }
  countries.insertMany(counted.values());
}

export function cityRecord({
  country,
  name,
  cityId,
  population,
  featureCode,
  adminCode,
}: City): CityRecord {
  return [[country, name, cityId], population, featureCode, adminCode];
}

export function rankRecord({ population, cityId, name, country }: City): RankRecord {
  return [[population, cityId], name, country];
}

export function nameRecord({ name, country, population, cityId }: City): NameRecord {
  return [name, country, population, cityId];
}
