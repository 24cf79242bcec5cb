import type { StoreRecord } from "@store/core";
import { TermError } from "../term/term-error.js";
import type { Collisions } from "./collisions.js";
import { type KeyStyle, keyOf, termOfKey } from "./key.js";
import { plainValue } from "./plain-value.js";

/** How elements that aren't the key are told: exactly, or as plain values that no longer say which term they were. */
export type ValueStyle = "exact" | "plain";

/** From the elements of an object to a record, whose key comes first. */
export interface RecordMapping {
  readonly keyPosition: number;
  readonly keys: KeyStyle;
  readonly values: ValueStyle;
  readonly collisions: Collisions | undefined;
}

/** The record of an object, and whether its key had to say which term it was. */
export function recordOf(
  elements: readonly unknown[],
  { keyPosition, keys, values, collisions }: RecordMapping,
): readonly [record: StoreRecord, collides: boolean] {
  const term = elements[keyPosition - 1];
  const [key, collides] = collisions?.keyFor(term) ?? [keyOf(term, keys), false];
  const others = elements.filter((_, index) => index !== keyPosition - 1);
  return [[key, ...(values === "plain" ? others.map(plainValue) : others)], collides];
}

/** The elements of the object that a record is, its key where the table has it. */
export function elementsOf(record: StoreRecord, keyPosition: number): unknown[] {
  const [key, ...others] = record;
  if (others.length < keyPosition - 1)
    throw new TermError(
      `has ${record.length} elements, so that none can be the key at ${keyPosition}`,
      "STORE_INVALID_RECORD",
    );
  others.splice(keyPosition - 1, 0, termOfKey(key));
  return others;
}
