import { createHash } from "node:crypto";
import type { StoreRecord, Table } from "@store/core";

/** The same for two tables in which the same records are, those of one key in the same order. */
export function stateDigest(table: Table<StoreRecord>): string {
  const hash = createHash("sha1");
  for (const record of sortedRecords(table)) hash.update(JSON.stringify(record));
  return hash.digest("hex");
}

/** By key; those of one key in their order. */
export function sortedRecords(table: Table<StoreRecord>): readonly StoreRecord[] {
  const named = [...table.records()].map((record) => ({ name: String(record[0]), record }));
  named.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return named.map(({ record }) => record);
}
