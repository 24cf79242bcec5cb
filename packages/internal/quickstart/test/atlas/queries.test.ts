import { _ } from "@store/core";
import { expect, test } from "vitest";
import type { City } from "../../src/atlas/cities.js";
import { queries } from "../../src/atlas/queries.js";
import type { Row } from "../../src/output/report.js";
import { byName, byPopulation, importSlice, slice, sumOf } from "../support/slice.js";

const named = ({ name, population }: City): Row => [name, population];
const ranked = ({ name, country, population }: City): Row => [name, country, population];
const inCountry = (country: string) => byName.filter((city) => city.country === country);

/** What each question must be answered with, computed from the plain array. */
const EXPECTED: Record<string, readonly Row[]> = {
  "The first towns of Iceland, by name": inCountry("IS").slice(0, 4).map(named),
  "New Zealand, names from Wa to Wh": inCountry("NZ")
    .filter(({ name }) => name >= "Wa" && name < "Wh")
    .map(named),
  "The largest cities of the world": byPopulation.toReversed().slice(0, 5).map(ranked),
  "Cities of two million and a little more": byPopulation
    .filter(({ population }) => population >= 2_000_000 && population < 2_050_000)
    .map(ranked),
  "The cities next to a million, a key that isn't there": [
    ...byPopulation.filter(({ population }) => population < 1_000_000).slice(-1),
    ...byPopulation.filter(({ population }) => population >= 1_000_000).slice(0, 1),
  ].map(ranked),
  "Every Cambridge: a bag has many records of a key": slice
    .filter(({ name }) => name === "Cambridge")
    .map(ranked),
  "The capital of Japan: what is bound in front of the key is a range": inCountry("JP")
    .filter(({ featureCode }) => featureCode === "PPLC")
    .map(named),
  "All capitals: with nothing bound in the key, all records are looked at": byName
    .filter(({ featureCode }) => featureCode === "PPLC")
    .map(ranked),
  "The counters of Brazil: cities, inhabitants": [
    ["BR", inCountry("BR").length, sumOf(inCountry("BR"))],
  ],
  "All cities, as they were counted country by country": [[slice.length]],
};

const QUESTIONS = Object.keys(EXPECTED);

test("the questions are those that the tests know the answers of", () => {
  const asked = queries(importSlice().tables).map(({ question }) => question);
  expect(asked).toEqual(QUESTIONS);
});

test.each(QUESTIONS)("%s: answered as the plain array is", (question) => {
  const query = queries(importSlice().tables).find((query) => query.question === question);
  const rows = query?.ask().rows();

  expect(rows?.length).toBeGreaterThan(0);
  expect(rows).toEqual(EXPECTED[question]);
});

test("the call that is printed is the call that is made", () => {
  const { tables } = importSlice();
  const names = [...Object.keys(tables), "_"];
  const values = [...Object.values(tables), _];

  for (const { call, ask } of queries(tables)) {
    const returned: unknown = new Function(...names, `return ${call};`)(...values);
    const found = Symbol.iterator in Object(returned) ? [...(returned as unknown[])] : [returned];
    expect(found, call).toEqual(ask().found);
  }
});
