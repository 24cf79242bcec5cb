import { expect, test } from "vitest";
import { batchCount } from "../../src/atlas/import-cities.js";
import { byName, byPopulation, importSlice, slice, sumOf } from "../support/slice.js";

test("every city is in the ordered tables once, in the order of their keys", () => {
  const { cities, ranking } = importSlice().tables;

  expect([...cities.records()]).toEqual(
    byName.map((c) => [[c.country, c.name, c.cityId], c.population, c.featureCode, c.adminCode]),
  );
  expect([...ranking.records()]).toEqual(
    byPopulation.map((c) => [[c.population, c.cityId], c.name, c.country]),
  );
});

test("the bag has every city under its name, namesakes in the order of the data", () => {
  const { names } = importSlice().tables;

  expect(names.size).toBe(slice.length);
  const namesakes = slice.filter((c) => c.name === "Richmond");
  expect(namesakes.length).toBeGreaterThan(1);
  expect(names.lookup("Richmond")).toEqual(
    namesakes.map((c) => [c.name, c.country, c.population, c.cityId]),
  );
});

test("the counters of a country are its cities and their inhabitants", () => {
  const { countries } = importSlice().tables;

  expect([...countries.keys()].sort()).toEqual(["BR", "CN", "GB", "IS", "JP", "NZ"]);
  for (const [country, cities, inhabitants] of countries.records()) {
    const expected = slice.filter((c) => c.country === country);
    expect([country, cities, inhabitants]).toEqual([country, expected.length, sumOf(expected)]);
  }
});

test("each step is on record, done with every city", () => {
  const { tables, run } = importSlice();

  expect([...tables.steps.records({ prefix: [run.id] })]).toEqual(
    ["cities", "ranking", "names", "countries"].map((name, index) => {
      return [["import-1", index + 1], name, "done", slice.length, expect.any(Number)];
    }),
  );
});

test("every batch is told of and is an event, and events are numbered without a gap", () => {
  const { tables, run, batches } = importSlice();
  const events = [...tables.events.records()];
  const stored = events.filter(([, , , what]) => what === "stored");

  expect(batches).toHaveLength(batchCount(slice));
  expect(stored).toHaveLength(batches.length);
  expect(stored.reduce((sum, [, , , , records]) => sum + records, 0)).toBe(4 * slice.length);
  expect(events.map(([sequence]) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.every(([, runId]) => runId === run.id)).toBe(true);
});
