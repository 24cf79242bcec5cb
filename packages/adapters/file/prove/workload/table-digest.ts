import { crc32 } from "node:zlib";
import type { StoreRecord, Table } from "@store/core";

/** A string that is longer counts by its length and checksum. */
const LONG = 64;

/**
 * A text that is the same for two tables of one type exactly if they hold the same: integers and strings, as
 * changes write them. The order of keys counts in an ordered_set only; that of the records of a key always.
 */
export function digestOf(table: Pick<Table<StoreRecord>, "type" | "records">): string {
  const texts = [...table.records()].map((record) => record.map(textOf).join(" "));
  if (table.type !== "ordered_set") {
    // The sort is stable, and the key comes first.
    texts.sort((a, b) => compare(keyIn(a), keyIn(b)));
  }
  return texts.join("\n");
}

function textOf(value: unknown): string {
  if (typeof value !== "string") return String(value);
  return value.length <= LONG ? `"${value}"` : `"${value.length} ${crc32(value)}"`;
}

function keyIn(text: string): string {
  return text.slice(0, text.indexOf(" "));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
