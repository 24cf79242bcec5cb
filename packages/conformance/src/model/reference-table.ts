import type { CounterOp, Key, StoreRecord, TableType, WriteOptions } from "@store/core";
import { equal } from "./equality.js";
import { Expected } from "./expected.js";
import { inKeyOrder, sameKey } from "./key-order.js";
import { matches } from "./pattern.js";
import { type AnyRange, select } from "./range.js";
import { countedRecord } from "./reference-counter.js";

/**
 * The semantics of a table, implemented as one array of records and scans of it, so simple that it is seen to be right.
 * The records are in key order, those of one key in the order of insertion; tables without an order are compared by their
 * sorted content.
 *
 * Inserted records are kept as they are, not copied: the kit never changes one. Moments are either past when they are
 * given, or so far ahead that they don't come while a test runs.
 */
export class ReferenceTable {
  readonly type: TableType;
  #records: readonly StoreRecord[] = [];
  /** The moments of those records that have one. */
  #moments: ReadonlyMap<StoreRecord, number> = new Map();

  constructor(type: TableType) {
    this.type = type;
  }

  get isUnique(): boolean {
    return this.type === "set" || this.type === "ordered_set";
  }

  /** All records, in key order. */
  get records(): readonly StoreRecord[] {
    return this.#records;
  }

  /** All keys, in order, each once. */
  get keys(): Key[] {
    return this.#records
      .map(([key]) => key)
      .filter((key, index, all) => index === 0 || !sameKey(key, all[index - 1] as Key));
  }

  /** What it holds. Never changes. */
  get state(): TableState {
    return { records: this.#records, moments: this.#moments };
  }

  /** Back to a {@link state} that it had. */
  restore({ records, moments }: TableState): void {
    this.#records = records;
    this.#moments = moments;
  }

  insertMany(records: readonly StoreRecord[], { expiresAt }: WriteOptions = {}): void {
    for (const record of records) this.#put(record, expiresAt?.valueOf());
  }

  insertNewMany(records: readonly StoreRecord[], options?: WriteOptions): boolean {
    const twice = records.some(([key], index) =>
      records.slice(0, index).some(([other]) => sameKey(key, other)),
    );
    if ((this.isUnique && twice) || records.some(([key]) => this.member(key))) return false;
    this.insertMany(records, options);
    return true;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#records.filter((record) => sameKey(record[0], key));
  }

  member(key: Key): boolean {
    return this.lookup(key).length > 0;
  }

  take(key: Key): StoreRecord[] {
    const taken = this.lookup(key);
    this.delete(key);
    return taken;
  }

  delete(key: Key): void {
    this.#remove((record) => sameKey(record[0], key));
  }

  deleteMany(keys: readonly Key[]): number {
    return this.#remove(([key]) => keys.some((gone) => sameKey(gone, key)));
  }

  deleteRange(range: AnyRange): number {
    this.#checkOrdered();
    const gone = this.recordsIn(range);
    return this.#remove((record) => gone.includes(record));
  }

  append(prefix: readonly Key[] | null, elements: readonly unknown[]): Key {
    this.#checkOrdered();
    const numbers = this.keys.flatMap((key) => numberUnder(prefix, key));
    const last = Math.max(0, ...numbers);
    if (last === Number.MAX_SAFE_INTEGER) throw new Expected("STORE_COUNTER_OVERFLOW");
    const [key] = normalized([prefix === null ? last + 1 : [...prefix, last + 1]]);
    this.insertMany([[key, ...elements]]);
    return key;
  }

  /** A key with its records. */
  at(key: Key | undefined): [Key, StoreRecord[]] | undefined {
    return key === undefined ? undefined : [key, this.lookup(key)];
  }

  deleteObject(record: StoreRecord): number {
    return this.#remove((other) => sameRecord(other, record));
  }

  deleteAllObjects(): void {
    this.#records = [];
  }

  /** Whether the stored record is the expected one; undefined: whether there is none. */
  check(key: Key, expected: StoreRecord | undefined): boolean {
    this.#checkUnique();
    const [stored] = this.lookup(key);
    if (stored === undefined || expected === undefined) return stored === expected;
    return sameRecord(stored, expected);
  }

  replace(expected: StoreRecord, record: StoreRecord, options?: WriteOptions): boolean {
    if (!this.check(expected[0], expected) || !sameKey(expected[0], record[0])) return false;
    this.insertMany([record], options);
    return true;
  }

  updateElement(
    key: Key,
    changes: readonly (readonly [number, unknown])[],
    initial?: StoreRecord,
  ): boolean {
    this.#checkUnique();
    const [stored] = this.lookup(key);
    let record: readonly unknown[] | undefined = stored ?? (initial && [key, ...initial.slice(1)]);
    if (record === undefined) return false;
    for (const [position, value] of changes) {
      if (position > record.length) throw new Expected("STORE_INVALID_OPERATION");
      record = record.map((element, index) => (index === position - 1 ? value : element));
    }
    this.#put(record as unknown as StoreRecord, stored && this.#moments.get(stored));
    return stored !== undefined;
  }

  /** The values after each op. */
  updateCounter(key: Key, ops: readonly CounterOp[], initial?: StoreRecord): unknown[] {
    this.#checkUnique();
    const [stored] = this.lookup(key);
    let record: readonly unknown[] | undefined = stored ?? (initial && [key, ...initial.slice(1)]);
    if (record === undefined) throw new Expected("STORE_KEY_NOT_FOUND");
    const values: unknown[] = [];
    for (const op of ops) {
      record = countedRecord(record, op);
      values.push(record[(typeof op === "object" ? op[0] : 2) - 1]);
    }
    this.#put(record as unknown as StoreRecord, stored && this.#moments.get(stored));
    return values;
  }

  expire(key: Key, at: number | Date | null): boolean {
    const records = this.lookup(key);
    for (const record of records) this.#setMoment(record, at?.valueOf());
    return records.length > 0;
  }

  /** The earliest moment of the key's records. */
  expiresAt(key: Key): number | undefined {
    const moments = this.lookup(key).flatMap((record) => this.#moments.get(record) ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** The key after this one (before it: `step` -1) in key order. */
  neighbour(key: Key, step: 1 | -1): Key | undefined {
    return step > 0
      ? this.keys.find((other) => inKeyOrder(other, key) > 0)
      : this.keys.findLast((other) => inKeyOrder(other, key) < 0);
  }

  recordsIn(range: AnyRange): StoreRecord[] {
    return select(this.#records, ([key]) => key, range);
  }

  keysIn(range: AnyRange): Key[] {
    return select(this.keys, (key) => key, range);
  }

  matchObject(pattern: readonly unknown[]): StoreRecord[] {
    return this.#records.filter((record) => matches(pattern, record));
  }

  matchDelete(pattern: readonly unknown[]): number {
    return this.#remove((record) => matches(pattern, record));
  }

  #put(given: StoreRecord, moment: number | undefined): void {
    const record = normalized(given);
    const equal =
      this.type === "bag" ? this.#records.find((other) => sameRecord(other, record)) : undefined;
    if (equal === undefined) {
      if (this.isUnique) this.#remove(([key]) => sameKey(key, record[0]));
      this.#records = [...this.#records, record].sort(([a], [b]) => inKeyOrder(a, b));
    }
    this.#setMoment(equal ?? record, moment);
  }

  /** Gives a record that is there its moment. One that is past removes it. */
  #setMoment(record: StoreRecord, moment: number | undefined): void {
    if (moment === undefined && !this.#moments.has(record)) return;
    const moments = new Map(this.#moments);
    if (moment === undefined) moments.delete(record);
    else moments.set(record, moment);
    this.#moments = moments;
    if (moment !== undefined && moment <= Date.now()) this.#remove((other) => other === record);
  }

  /** Returns how many went. */
  #remove(isGone: (record: StoreRecord) => boolean): number {
    const before = this.#records.length;
    this.#records = this.#records.filter((record) => !isGone(record));
    return before - this.#records.length;
  }

  #checkOrdered(): void {
    if (this.type !== "ordered_set") throw new Expected("STORE_NOT_SUPPORTED");
  }

  #checkUnique(): void {
    if (!this.isUnique) throw new Expected("STORE_NOT_SUPPORTED");
  }
}

/** What a table holds at some time. */
export interface TableState {
  readonly records: readonly StoreRecord[];
  readonly moments: ReadonlyMap<StoreRecord, number>;
}

/** The number that a key has under the prefix, as `append` counts: a safe integer from 1 on. */
function numberUnder(prefix: readonly Key[] | null, key: Key): number[] {
  const parts = prefix === null ? [key] : key;
  const length = (prefix?.length ?? 0) + 1;
  if (!Array.isArray(parts) || parts.length !== length) return [];
  const n: unknown = parts.at(-1);
  const isUnder = (prefix ?? []).every((part, index) => sameKey(part, parts[index]));
  return isUnder && Number.isSafeInteger(n) && Number(n) >= 1 ? [Number(n)] : [];
}

/** Keys compare as keys, for which 0 and -0 are equal; elements compare as values. */
function sameRecord(a: StoreRecord, b: StoreRecord): boolean {
  return sameKey(a[0], b[0]) && equal(a.slice(1), b.slice(1));
}

/** A record as a table keeps it: -0 in its key is 0. */
function normalized(record: StoreRecord): StoreRecord {
  return [normalizedKey(record[0]), ...record.slice(1)];
}

function normalizedKey(key: Key): Key {
  if (key === 0) return 0;
  if (Buffer.isBuffer(key)) return new Uint8Array(key);
  return Array.isArray(key) ? key.map(normalizedKey) : key;
}
