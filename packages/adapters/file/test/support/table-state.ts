import { inspect } from "node:util";
import type { StoreRecord, Table } from "@store/core";

/**
 * What a table holds, as a text: the same for two tables exactly if they hold the same. The order of keys counts in an
 * ordered_set only; that of the records of a key does in a bag.
 */
export function stateOf(table: Pick<Table<StoreRecord>, "type" | "records">): string {
  const records = [...table.records()];
  if (table.type !== "ordered_set") {
    const keys = new Map(records.map((record) => [record, show(record[0])]));
    const keyOf = (record: StoreRecord) => keys.get(record) ?? "";
    records.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  }
  return records.map(show).join("\n");
}

function show(value: unknown): string {
  return inspect(value, {
    depth: null,
    maxArrayLength: null,
    maxStringLength: null,
    breakLength: Number.POSITIVE_INFINITY,
    sorted: true,
  });
}
