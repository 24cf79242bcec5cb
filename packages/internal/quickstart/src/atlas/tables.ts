import type { Store } from "@store/core";

/** `pid` is the process that works on it, or did last. */
export type RunRecord = [
  id: string,
  status: RunStatus,
  run: { subject: string; startedAt: number; pid: number },
];
export type RunStatus = "running" | "done" | "cancelled";

/** How far a step is, and how long was worked on it. */
export type StepRecord = [
  key: [runId: string, number: number],
  name: string,
  status: "running" | "done",
  records: number,
  milliseconds: number,
];

/** Who works on a subject: the run that came first. */
export type ClaimRecord = [subject: string, runId: string];

/** Something that happened in a run. `step` is 0 where it concerns the run as a whole. */
export type EventRecord = [
  sequence: number,
  runId: string,
  step: number,
  what: "started" | "resumed" | "stored" | "done",
  records: number,
  at: number,
];

export type CityRecord = [
  key: [country: string, name: string, id: number],
  population: number,
  featureCode: string,
  adminCode: string,
];

export type RankRecord = [key: [population: number, id: number], name: string, country: string];

export type NameRecord = [name: string, country: string, population: number, id: number];

/**
 * What was counted of a country, and how far: `upTo` is the place in the list, from 1, of the last city that counts in
 * it. They are in one record, so that they change together: whoever goes through the list again counts no city twice.
 */
export type CountryRecord = [country: string, cities: number, inhabitants: number, upTo: number];

/** Opens the tables of the job. Which adapter backs their domains is for the caller of `configureDomain` to say. */
export function openTables(store: Store) {
  return {
    runs: store.ensureTable<RunRecord>("runs", "runs"),
    steps: store.ensureTable<StepRecord>("runs", "steps", { type: "ordered_set" }),
    claims: store.ensureTable<ClaimRecord>("runs", "claims"),
    events: store.ensureTable<EventRecord>("journal", "events", { type: "ordered_set" }),
    cities: store.ensureTable<CityRecord>("atlas", "cities", { type: "ordered_set" }),
    ranking: store.ensureTable<RankRecord>("atlas", "ranking", { type: "ordered_set" }),
    names: store.ensureTable<NameRecord>("atlas", "names", { type: "bag" }),
    countries: store.ensureTable<CountryRecord>("atlas", "countries"),
  };
}

export type Tables = ReturnType<typeof openTables>;
