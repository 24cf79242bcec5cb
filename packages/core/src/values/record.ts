import { Refusal } from "../errors/errors.js";
import type { Key } from "./key.js";

/** A tuple whose first element is its key. Positions are counted from 1, as in ETS: the key is element 1. */
export type StoreRecord = readonly [key: Key, ...elements: unknown[]];

/** The type of a record's key. */
export type KeyOf<R extends StoreRecord> = R[0];

/** The type of a record's element at a position, counted from 1. */
export type ElementAt<R extends StoreRecord, P extends number> = number extends P
  ? R[number]
  : [unknown, ...R][P];

/** Refuses a position past the end of `record`. */
export function checkElement(record: StoreRecord, position: number): void {
  if (position > record.length) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `the record has ${record.length} element${record.length === 1 ? "" : "s"}, there is no position ${position}`,
    );
  }
}

/** `record` with the element at a position replaced. */
export function withElementAt(record: StoreRecord, position: number, value: unknown): StoreRecord {
  const changed = record.slice();
  changed[position - 1] = value;
  return changed as unknown as StoreRecord;
}
