import type { Store } from "@store/core";
import type { StoreTicket } from "@store/worker";
import type { CityRecord } from "../atlas/tables.js";

/** What a thread found of a country, and which thread that was. */
export type FoundRecord = [country: string, cities: number, inhabitants: number, by: string];

/** What a thread that asks is told. */
export interface Task {
  readonly ticket: StoreTicket;
  readonly name: string;
  readonly countries: readonly string[];
}

/** Opens the shared tables: the same code in the thread that owns them, and in those that ask. */
export function openShared(store: Store) {
  return {
    cities: store.ensureTable<CityRecord>("atlas", "cities", { type: "ordered_set" }),
    found: store.ensureTable<FoundRecord>("answers", "found"),
    progress: store.ensureTable<[what: string, count: number]>("counters", "progress"),
  };
}
