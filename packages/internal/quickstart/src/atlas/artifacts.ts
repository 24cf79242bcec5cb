import type { Store, Table } from "@store/core";
import type { Tables } from "./tables.js";

export type ArtifactRecord = [key: [runId: string, file: string], text: string];

/** Keeps what a run came to as files in the domain `artifacts`, whichever adapter backs it. Returns their table. */
export function saveArtifacts(
  store: Store,
  { ranking, countries }: Tables,
  runId: string,
): Table<ArtifactRecord> {
  const files = store.ensureTable<ArtifactRecord>("artifacts", "files", { type: "ordered_set" });
  const largest = [...ranking.records({ reverse: true, limit: 100 })];
  const counted = [...countries.records()].map(([name, cities, people]) => [name, cities, people]);
  files.insertMany([
    [[runId, "largest.csv"], csv(largest.map(([[population], name]) => [name, population]))],
    [[runId, "countries.csv"], csv(counted)],
  ]);
  return files;
}

function csv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}
