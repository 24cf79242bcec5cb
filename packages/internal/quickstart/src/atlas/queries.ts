import { _ } from "@store/core";
import type { Row } from "../output/report.js";
import type { Tables } from "./tables.js";

/** A question to the tables. */
export interface Query {
  readonly question: string;
  /** The call that answers it, to print; the tests see to it that it is what {@link ask} does. */
  readonly call: string;
  ask(): Answer;
}

export interface Answer {
  readonly found: readonly unknown[];
  /** What was found, to print. */
  rows(): Row[];
}

export function queries({ cities, ranking, names, countries }: Tables): Query[] {
  return [
    query({
      question: "The first towns of Iceland, by name",
      call: `cities.records({ prefix: ["IS"], limit: 4 })`,
      answer: () => cities.records({ prefix: ["IS"], limit: 4 }),
      row: ([[, name], population]) => [name, population],
    }),
    query({
      question: "New Zealand, names from Wa to Wh",
      call: `cities.records({ gte: ["NZ", "Wa"], lt: ["NZ", "Wh"] })`,
      answer: () => cities.records({ gte: ["NZ", "Wa"], lt: ["NZ", "Wh"] }),
      row: ([[, name], population]) => [name, population],
    }),
    query({
      question: "The largest cities of the world",
      call: "ranking.records({ reverse: true, limit: 5 })",
      answer: () => ranking.records({ reverse: true, limit: 5 }),
      row: ([[population], name, country]) => [name, country, population],
    }),
    query({
      question: "Cities of two million and a little more",
      call: "ranking.records({ gte: [2_000_000], lt: [2_050_000] })",
      answer: () => ranking.records({ gte: [2_000_000], lt: [2_050_000] }),
      row: ([[population], name, country]) => [name, country, population],
    }),
    query({
      question: "The cities next to a million, a key that isn't there",
      call: "[ranking.prev([1_000_000, 0]), ranking.next([1_000_000, 0])]",
      answer: () => [ranking.prev([1_000_000, 0]), ranking.next([1_000_000, 0])],
      row: (key) => {
        const [rank] = key === undefined ? [] : ranking.lookup(key);
        return rank === undefined ? ["none"] : [rank[1], rank[2], rank[0][0]];
      },
    }),
    query({
      question: "Every Cambridge: a bag has many records of a key",
      call: `names.lookup("Cambridge")`,
      answer: () => names.lookup("Cambridge"),
      row: ([name, country, population]) => [name, country, population],
    }),
    query({
      question: "The capital of Japan: what is bound in front of the key is a range",
      call: `cities.matchObject([["JP", _, _], _, "PPLC", _])`,
      answer: () => cities.matchObject([["JP", _, _], _, "PPLC", _]),
      row: ([[, name], population]) => [name, population],
    }),
    query({
      question: "All capitals: with nothing bound in the key, all records are looked at",
      call: `cities.matchObject([_, _, "PPLC", _])`,
      answer: () => cities.matchObject([_, _, "PPLC", _]),
      row: ([[country, name], population]) => [name, country, population],
    }),
    query({
      question: "The counters of Brazil: cities, inhabitants",
      call: `countries.lookup("BR")`,
      answer: () => countries.lookup("BR"),
      row: ([country, cities, inhabitants]) => [country, cities, inhabitants],
    }),
    query({
      question: "All cities, as they were counted country by country",
      call: "countries.foldl(([, cities], sum) => sum + cities, 0)",
      answer: () => [countries.foldl(([, cities], sum) => sum + cities, 0)],
      row: (sum) => [sum],
    }),
  ];
}

function query<T>(asked: {
  question: string;
  call: string;
  answer: () => Iterable<T>;
  row: (found: T) => Row;
}): Query {
  const { question, call, answer, row } = asked;
  return {
    question,
    call,
    ask: () => {
      const found = [...answer()];
      return { found, rows: () => found.map(row) };
    },
  };
}
