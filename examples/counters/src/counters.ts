import type { Store } from "@store/core";

type TotalRecord = [name: string, count: number];
type MinuteRecord = [at: [minute: number, name: string], count: number];

const MINUTES_ARE_KEPT_MS = 60 * 60 * 1_000;

/** The tables, for the server to write and for the dashboard to read. */
export function openTables(store: Store) {
  return {
    totals: store.ensureTable<TotalRecord>("counters", "totals", { type: "ordered_set" }),
    minutes: store.ensureTable<MinuteRecord>("counters", "minutes", {
      type: "ordered_set",
      expireAfter: MINUTES_ARE_KEPT_MS,
    }),
  };
}

export type Tables = ReturnType<typeof openTables>;

/** Counts in both tables or in none, and returns the total. */
export function count(store: Store, { totals, minutes }: Tables, name: string, by: number): number {
  const minute = Math.floor(Date.now() / 60_000);
  const batch = store
    .batch()
    .updateCounter(totals, name, by, [name, 0])
    .updateCounter(minutes, [minute, name], by, [[minute, name], 0]);
  batch.commit();
  return Number(batch.results?.[0]);
}

/** All totals, and what was counted in each of the last minutes. */
export function summary({ totals, minutes }: Tables, lastMinutes: number) {
  const since = Math.floor(Date.now() / 60_000) - lastMinutes;
  return {
    totals: Object.fromEntries([...totals.records()]),
    minutes: [...minutes.records({ gt: [since, "\uffff"] })].map(([[minute, name], n]) => ({
      at: new Date(minute * 60_000).toISOString(),
      name,
      count: n,
    })),
  };
}
