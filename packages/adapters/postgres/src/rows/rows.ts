import { createHash } from "node:crypto";
import { decodeKey, encodeKey, encodeRecord } from "@store/codec";
import type { Bound, Key, Moments, ScanRange, StoreRecord, Toolkit } from "@store/core";
import { encodeBody, fingerprintIn } from "./body.js";

/** The longest key, in bytes of `encodeKey`: an entry of an index has at most 2,704, and holds other things besides. */
export const MAX_KEY_BYTES = 2_560;

/** The longest record, in bytes of `encodeRecord`. */
export const MAX_RECORD_BYTES = 2 ** 26;

/** A record as it is stored. */
export interface StoredRow {
  readonly key: Uint8Array;
  readonly body: Uint8Array;
  /** From when it isn't there any more; null: never. */
  readonly moment: number | null;
}

/** The bytes of a range, from `lower` on and below `upper`. */
export interface BytesBetween {
  readonly lower: Uint8Array;
  readonly upper: Uint8Array;
}

/** Before and behind all keys, whose first byte is at most 60 in hexadecimal. */
const BEFORE_ALL = new Uint8Array();
const BEHIND_ALL = Uint8Array.of(0xff);

/** Turns keys and records into bytes, and refuses what is too long. */
export class RowEncoder {
  readonly #toolkit: Toolkit;

  constructor(toolkit: Toolkit) {
    this.#toolkit = toolkit;
  }

  /** A key to be looked for: one that is too long to be stored isn't there. */
  key(key: Key): Uint8Array {
    return encodeKey(key);
  }

  /** The bytes of an element's key that is to be stored. */
  storedKey(key: Key): Uint8Array {
    const bytes = encodeKey(key);
    this.checkKey(bytes.length);
    return bytes;
  }

  /** Refuses a key of more bytes than can be stored. */
  checkKey(length: number): void {
    if (length > MAX_KEY_BYTES) {
      throw this.#toolkit.error(
        "STORE_INVALID_KEY",
        `the key takes ${length} bytes; at most ${MAX_KEY_BYTES} can be stored`,
      );
    }
  }

  /** What is stored of a record. */
  row(record: StoreRecord, moment: number | undefined): StoredRow {
    return {
      key: this.storedKey(record[0]),
      body: this.body(record),
      moment: moment ?? null,
    };
  }

  /** The body of a record that is to be stored. */
  body(record: StoreRecord): Uint8Array {
    const body = encodeBody(record);
    // The key is not in it, but it has other things besides: near the limit the size is computed.
    if (body.length <= MAX_RECORD_BYTES - MAX_KEY_BYTES * 4) return body;
    const { length } = encodeRecord(record);
    if (length > MAX_RECORD_BYTES) {
      throw this.#toolkit.error(
        "STORE_INVALID_RECORD",
        `the record takes ${length} bytes; at most ${MAX_RECORD_BYTES} can be stored`,
      );
    }
    return body;
  }

  /** The rows of records in the order of their keys: in that order they are locked, so that writers don't deadlock. */
  sortedRows(records: readonly StoreRecord[], moments: Moments | undefined): StoredRow[] {
    return sortByKey(records.map((record, index) => this.row(record, moments?.[index])));
  }
}

/** In the order of the keys; those of one key stay in theirs. */
export function sortByKey<T extends { readonly key: Uint8Array }>(rows: T[]): T[] {
  return rows.sort((a, b) => Buffer.compare(a.key, b.key));
}

/** Of rows in the order of their keys the last one of each key: what a set keeps. */
export function lastOfEachKey(rows: readonly StoredRow[]): StoredRow[] {
  return rows.filter((row, index) => {
    const next = rows[index + 1];
    return next === undefined || Buffer.compare(row.key, next.key) !== 0;
  });
}

/** A row of a bag, with the digest by which equal ones are found. */
export interface StoredItem extends StoredRow {
  readonly digest: Uint8Array;
}

/** The rows of a bag; where `once`, of equal ones the first, with the moment of the last. */
export function itemsOf(rows: readonly StoredRow[], once: boolean): StoredItem[] {
  const items = rows.map((row) => ({ ...row, digest: digestOf(fingerprintIn(row.body)) }));
  if (!once) return items;
  const known = new Map<string, StoredItem>();
  for (const item of items) {
    known.set(
      `${Buffer.from(item.key).toString("latin1")}/${item.digest.toString("latin1")}`,
      item,
    );
  }
  return [...known.values()];
}

/** Stands for a fingerprint, which may be longer than an index takes. */
export function digestOf(fingerprint: Uint8Array): Buffer {
  return createHash("sha256").update(fingerprint).digest();
}

/** The bytes of the keys in a range. */
export function bytesBetween({ lower, upper }: Pick<ScanRange, "lower" | "upper">): BytesBetween {
  return {
    lower: lower === undefined ? BEFORE_ALL : boundOf(lower, lower.inclusive),
    upper: upper === undefined ? BEHIND_ALL : boundOf(upper, !upper.inclusive),
  };
}

/** The key's bytes; or the next ones, as no key begins with the bytes of another. */
function boundOf({ key }: Bound, itself: boolean): Uint8Array {
  const bytes = encodeKey(key);
  return itself ? bytes : after(bytes);
}

/** The first bytes behind those of a key. */
export function after(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.of(0)]);
}

/** The key in a column. */
export function keyOf(bytes: unknown): Key {
  return decodeKey(bytes as Uint8Array);
}
