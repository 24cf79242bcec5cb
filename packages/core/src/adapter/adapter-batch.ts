import type { CounterStep } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { AdapterTable, Moments, ScanRange } from "./adapter-table.js";
import type { Mode } from "./mode.js";

/** What is left to do of a batch once it is planned: a change of one table. */
export type TableChange<M extends Mode = Mode> = { readonly table: AdapterTable<M> } & (
  | {
      /** As {@link AdapterTable.insertMany}. */
      readonly kind: "insert";
      readonly records: readonly StoreRecord[];
      readonly expiresAt: Moments | undefined;
    }
  /** As {@link AdapterTable.delete} of each. */
  | { readonly kind: "delete"; readonly keys: readonly Key[] }
  /** As {@link AdapterTable.deleteObjects}. */
  | { readonly kind: "deleteObjects"; readonly records: readonly StoreRecord[] }
  /** As {@link AdapterTable.deleteAllObjects}. */
  | { readonly kind: "deleteAllObjects" }
);

/** A batch, planned. */
export interface BatchPlan<M extends Mode = Mode> {
  readonly changes: readonly TableChange<M>[];
  /** What each operation comes to. */
  readonly results: readonly unknown[];
}

/** What an operation of a batch stores for a record that it computed; throws to refuse it. Set for tables with a schema. */
export type Revise = ((record: StoreRecord) => StoreRecord) | undefined;

/** An operation of a batch, its arguments checked and copied. The comment beside each kind is what it comes to. */
export type BatchOperation<M extends Mode = Mode> = { readonly table: AdapterTable<M> } & (
  | {
      /** undefined */
      readonly kind: "insert";
      readonly records: readonly StoreRecord[];
      readonly expiresAt: number | undefined;
    }
  | {
      /** A condition: none of the keys is there. In a set the keys differ. true */
      readonly kind: "insertNew";
      readonly records: readonly StoreRecord[];
      readonly expiresAt: number | undefined;
    }
  | {
      /** A condition: the stored record equals `expected`, whose key `record` has. true */
      readonly kind: "replace";
      readonly expected: StoreRecord;
      readonly record: StoreRecord;
      readonly expiresAt: number | undefined;
    }
  | {
      /** A condition: the stored record equals `expected`; undefined: there is none. true */
      readonly kind: "check";
      readonly key: Key;
      readonly expected: StoreRecord | undefined;
    }
  | {
      /** Whether the key was there. */
      readonly kind: "updateElement";
      readonly key: Key;
      readonly changes: readonly ElementChange[];
      /** Undefined: a key that isn't there stays so. */
      readonly initial: StoreRecord | undefined;
      readonly initialExpiresAt: number | undefined;
      readonly revise: Revise;
    }
  | {
      /** The new values, one for each step. A key that isn't there, without `initial`, is `STORE_KEY_NOT_FOUND`. */
      readonly kind: "updateCounter";
      readonly key: Key;
      readonly steps: readonly CounterStep[];
      readonly initial: StoreRecord | undefined;
      readonly initialExpiresAt: number | undefined;
      readonly revise: Revise;
    }
  | {
      /** The key. */
      readonly kind: "append";
      /** null: the key is the number itself. */
      readonly prefix: readonly Key[] | null;
      readonly elements: readonly unknown[];
      readonly expiresAt: number | undefined;
      readonly revise: Revise;
    }
  /** undefined */
  | { readonly kind: "delete"; readonly key: Key }
  /** How many records went. */
  | { readonly kind: "deleteMany"; readonly keys: readonly Key[] }
  /** How many records went. */
  | { readonly kind: "deleteObjects"; readonly records: readonly StoreRecord[] }
  /** How many records went. */
  | { readonly kind: "deleteRange"; readonly range: ScanRange }
  /** undefined */
  | { readonly kind: "deleteAllObjects" }
);

/** An element that a record gets: its position, counted from 1, and the value. */
export interface ElementChange {
  readonly position: number;
  readonly value: unknown;
}
