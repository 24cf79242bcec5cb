import { encodeKey } from "@store/codec";
import type { Key, Toolkit } from "@store/core";
import type { RowEncoder } from "./rows.js";

/** The bytes of a key that `append` makes: those before its number, and those behind it. */
export interface AppendPlace {
  readonly lead: Uint8Array;
  readonly tail: Uint8Array;
}

/** The bytes of the shortest number: its tag, and four times the number. */
const SHORTEST_NUMBER_BYTES = 2;

/** Where the number stands in the keys under a prefix; a tuple ends with a byte of its own. */
export function appendPlace(prefix: readonly Key[] | null, rows: RowEncoder): AppendPlace {
  if (prefix === null) return { lead: new Uint8Array(), tail: new Uint8Array() };
  const bytes = encodeKey(prefix);
  rows.checkKey(bytes.length + SHORTEST_NUMBER_BYTES);
  return { lead: bytes.subarray(0, -1), tail: bytes.subarray(-1) };
}

/** The key with a number. */
export function keyWithNumber(prefix: readonly Key[] | null, number: number): Key {
  return prefix === null ? number : [...prefix, number];
}

/** Why there is no next number. */
export function noNextNumber(toolkit: Toolkit): Error {
  const last = Number.MAX_SAFE_INTEGER;
  return toolkit.error(
    "STORE_COUNTER_OVERFLOW",
    `the last number is ${last}, the last safe integer`,
  );
}
