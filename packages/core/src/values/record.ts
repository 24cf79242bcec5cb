import { Refusal } from "../errors/errors.js";
import type { Key } from "./key.js";
import type { DeepReadonly } from "./readonly.js";

/** A tuple whose first element is its key. Positions are counted from 1, as in ETS: the key is element 1. */
export type StoreRecord = readonly [key: Key, ...elements: unknown[]];

/** The type of a record's key. */
export type KeyOf<R extends StoreRecord> = R[0];

/** What is taken for a key: also one whose tuples are read-only. */
export type KeyInput<R extends StoreRecord> = R[0] | DeepReadonly<R[0]>;

/**
 * A record as it is read. The array and the key in it are the reader's own. The elements may be frozen, and shared with
 * other readers: they are read-only, all the way down. `mutable(record)` copies one into a record that isn't.
 */
export type ReadRecord<R extends StoreRecord> = {
  [I in keyof R]: I extends KeyIndex ? R[I] : DeepReadonly<R[I]>;
};

/** What is taken for a record: one of type `R`, or one as it is read. */
export type RecordInput<R extends StoreRecord> =
  | Readonly<R>
  | {
      readonly [I in keyof R]: I extends KeyIndex ? R[I] | DeepReadonly<R[I]> : DeepReadonly<R[I]>;
    };

/** The key, as a mapped type and as an access by index names it. */
type KeyIndex = "0" | 0;

/**
 * The positions of the elements behind the key, counted from 1: `2 | 3` for a record of three. `number` for a record of
 * any length; in a union of records, the positions that any of them has.
 */
export type Position<R extends StoreRecord> = R extends unknown
  ? number extends R["length"]
    ? number
    : PositionOf<keyof [unknown, ...R]>
  : never;

type PositionOf<Index> = Index extends "0" | "1"
  ? never
  : Index extends `${infer P extends number}`
    ? P
    : never;

/** The type of a record's element at a position, counted from 1; `never` where there is none. */
export type ElementAt<R extends StoreRecord, P extends number> = R extends unknown
  ? number extends P
    ? R[number]
    : P extends unknown
      ? number extends R["length"]
        ? [unknown, ...R][P]
        : `${P}` extends keyof [unknown, ...R]
          ? [unknown, ...R][P]
          : never
      : never
  : never;

/** What is taken for an element: also one as it is read. */
export type ElementInput<R extends StoreRecord, P extends number> =
  | ElementAt<R, P>
  | DeepReadonly<ElementAt<R, P>>;

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
