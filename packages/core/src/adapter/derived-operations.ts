import { Refusal } from "../errors/errors.js";
import { equalValues } from "../values/equality.js";
import { type Key, keyWithLast } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type {
  AdapterTable,
  KeyRecords,
  Moments,
  RecordPattern,
  Scan,
  ScanRange,
} from "./adapter-table.js";
import type { Mode, Result } from "./mode.js";
import { type Runner, type Steps, step } from "./steps.js";

/**
 * Operations made of an adapter's required methods, for an adapter that has none of its own: each reads, and writes at
 * most once. Whoever calls one sees to it that no other write comes between.
 */

/** `update`, which leaves the moment of the record as it is. */
export function* updating<M extends Mode>(
  table: AdapterTable<M>,
  key: Key,
  change: (record: StoreRecord) => StoreRecord,
): Steps<StoreRecord | undefined> {
  const [record] = yield* step(table.lookup(key));
  if (record === undefined) return undefined;
  const moments = yield* momentsOf(table, key);
  const changed = change(record);
  if (changed !== record) yield* step(insertMany(table, [changed], moments));
  return changed;
}

/** `replace`, which gives the record a new moment, or none. */
export function* replacing<M extends Mode>(
  table: AdapterTable<M>,
  expected: StoreRecord,
  record: StoreRecord,
  expiresAt: number | undefined,
): Steps<boolean> {
  const [stored] = yield* step(table.lookup(expected[0]));
  if (stored === undefined || !equalValues(expected, stored)) return false;
  yield* step(insertMany(table, [record], momentsFor(1, expiresAt)));
  return true;
}

/** `replace` by `update`: no record of it has a moment. */
export function swapping<M extends Mode>(
  update: NonNullable<AdapterTable<M>["update"]>,
  runner: Runner<M>,
  expected: StoreRecord,
  record: StoreRecord,
): Result<M, boolean> {
  let equal = false;
  const swap = (stored: StoreRecord) => {
    equal = equalValues(expected, stored);
    return equal ? record : stored;
  };
  return runner.map(update(expected[0], swap), () => equal);
}

/** `insertNew`. */
export function* insertingNew<M extends Mode>(
  table: AdapterTable<M>,
  member: (key: Key) => Result<M, boolean>,
  records: readonly StoreRecord[],
  expiresAt: Moments | undefined,
): Steps<boolean> {
  for (const [key] of records) if (yield* step(member(key))) return false;
  yield* step(insertMany(table, records, expiresAt));
  return true;
}

/** `take`. */
export function* taking<M extends Mode>(table: AdapterTable<M>, key: Key): Steps<StoreRecord[]> {
  const records = yield* step(table.lookup(key));
  if (records.length > 0) yield* step(table.delete(key));
  return records;
}

/** `lookupMany`. */
export function* lookingUp<M extends Mode>(
  table: AdapterTable<M>,
  keys: readonly Key[],
): Steps<StoreRecord[][]> {
  const found: StoreRecord[][] = [];
  for (const key of keys) found.push(yield* step(table.lookup(key)));
  return found;
}

/** `deleteMany`. */
export function* deletingMany<M extends Mode>(
  table: AdapterTable<M>,
  keys: readonly Key[],
): Steps<number> {
  const found = yield* lookingUp(table, keys);
  return yield* deletingFound(table, found.flat());
}

/** `firstLookup` and the like. A key that is gone when its records are looked up is passed over. */
export function* walking<M extends Mode>(
  table: AdapterTable<M>,
  start: () => Result<M, Key | undefined>,
  reverse: boolean,
): Steps<KeyRecords | undefined> {
  let key = yield* step(start());
  while (key !== undefined) {
    const records = yield* step(table.lookup(key));
    if (records.length > 0) return [key, records];
    key = yield* step(reverse ? table.prev(key) : table.next(key));
  }
  return undefined;
}

/**
 * `append`: the key of the last number under `prefix`, and one more. Keys that are longer, or end otherwise, may stand
 * between the numbers: each of them leads on to the number below it.
 */
export function* lastNumber(walk: KeyWalk, prefix: readonly Key[] | null): Steps<number> {
  // The bigint comes right after the last number that counts, and all keys that begin with it.
  let key = yield* walk.prev(keyWithLast(prefix, BigInt(Number.MAX_SAFE_INTEGER)));
  for (;;) {
    const last = lastUnder(prefix, key);
    if (last === undefined) return 0;
    const below = Math.floor(Number(last));
    if (below < 1) return 0;
    if (isNumberOf(prefix, key, below)) return below;
    const candidate = keyWithLast(prefix, below);
    if (yield* walk.has(candidate)) return below;
    key = yield* walk.prev(candidate);
  }
}

/** The steps that {@link lastNumber} takes. */
export interface KeyWalk {
  prev(key: Key): Steps<Key | undefined>;
  has(key: Key): Steps<boolean>;
}

function walkOf<M extends Mode>(table: AdapterTable<M>): KeyWalk {
  return {
    prev: (key) => step(table.prev(key)),
    *has(key): Steps<boolean> {
      return (yield* step(table.lookup(key))).length > 0;
    },
  };
}

/** What follows `prefix` in a key, if it is a number or a bigint. */
function lastUnder(prefix: readonly Key[] | null, key: Key | undefined): Key | undefined {
  if (prefix === null) return isNumeric(key) ? key : undefined;
  if (!Array.isArray(key) || key.length <= prefix.length) return undefined;
  if (!prefix.every((element, index) => equalValues(element, key[index]))) return undefined;
  const last: Key = key[prefix.length];
  return isNumeric(last) ? last : undefined;
}

function isNumeric(key: Key | undefined): key is number | bigint {
  return typeof key === "number" || typeof key === "bigint";
}

function isNumberOf(prefix: readonly Key[] | null, key: Key | undefined, number: number): boolean {
  if (prefix === null) return key === number;
  return Array.isArray(key) && key.length === prefix.length + 1 && key[prefix.length] === number;
}

/** The number after the last one. */
export function numberAfter(last: number): number {
  if (last < Number.MAX_SAFE_INTEGER) return last + 1;
  throw new Refusal("STORE_COUNTER_OVERFLOW", `the last number is ${last}, the last safe integer`);
}

/** `append`. */
export function* appending<M extends Mode>(
  table: AdapterTable<M>,
  insertNew: (records: readonly StoreRecord[], expiresAt?: Moments) => Result<M, boolean>,
  prefix: readonly Key[] | null,
  recordOf: (key: Key) => StoreRecord,
  expiresAt: number | undefined,
): Steps<Key> {
  const walk = walkOf(table);
  for (;;) {
    const key = keyWithLast(prefix, numberAfter(yield* lastNumber(walk, prefix)));
    const record = recordOf(key);
    const moments = momentsFor(1, expiresAt);
    // Where calls overlap, or others write the table, the number may be taken by now.
    const isNew = moments === undefined ? insertNew([record]) : insertNew([record], moments);
    if (yield* step(isNew)) return key;
  }
}

/** `count`. */
export function* counting<M extends Mode>(
  runner: Runner<M>,
  scan: Scan<M, StoreRecord>,
  limit: number,
): Steps<number> {
  let count = 0;
  if (limit > 0) yield* step(runner.each(scan, () => ++count < limit));
  return count;
}

/** `deleteRange`. */
export function* deletingRange<M extends Mode>(
  table: AdapterTable<M>,
  runner: Runner<M>,
  scan: Scan<M, StoreRecord>,
  limit: number,
): Steps<number> {
  const found: StoreRecord[] = [];
  if (limit > 0) yield* step(runner.each(scan, (record) => found.push(record) < limit));
  return yield* deletingFound(table, found);
}

/** `matchObject`. */
export function* matching<M extends Mode>(
  table: AdapterTable<M>,
  runner: Runner<M>,
  scan: (range: ScanRange) => Scan<M, StoreRecord>,
  pattern: RecordPattern,
  limit: number,
): Steps<StoreRecord[]> {
  const found: StoreRecord[] = [];
  if (limit === 0) return found;
  if (pattern.key !== undefined) {
    const records = yield* step(table.lookup(pattern.key));
    return records.filter(pattern.matches).slice(0, limit);
  }
  const visit = (record: StoreRecord) => {
    if (pattern.matches(record)) found.push(record);
    return found.length < limit;
  };
  yield* step(runner.each(scan(pattern.range), visit));
  return found;
}

/** `matchDelete`. */
export function* matchDeleting<M extends Mode>(
  table: AdapterTable<M>,
  match: (pattern: RecordPattern, limit: number) => Result<M, StoreRecord[]>,
  pattern: RecordPattern,
): Steps<number> {
  const found = yield* step(match(pattern, Number.POSITIVE_INFINITY));
  return yield* deletingFound(table, found);
}

function* deletingFound<M extends Mode>(
  table: AdapterTable<M>,
  found: readonly StoreRecord[],
): Steps<number> {
  return found.length === 0 ? 0 : yield* step(table.deleteObjects(found));
}

/** The moments of the records of a key; undefined where the adapter has none. */
export function* momentsOf<M extends Mode>(
  table: AdapterTable<M>,
  key: Key,
): Steps<Moments | undefined> {
  return table.expiresAt === undefined ? undefined : yield* step(table.expiresAt(key));
}

/** One moment for each of `count` records, as adapters get it. */
export function momentsFor(count: number, expiresAt: number | undefined): Moments | undefined {
  return expiresAt === undefined ? undefined : new Array<number>(count).fill(expiresAt);
}

/** `insertMany` of an adapter, which sees moments only where there are any. */
export function insertMany<M extends Mode>(
  table: Pick<AdapterTable<M>, "insertMany">,
  records: readonly StoreRecord[],
  expiresAt: Moments | undefined,
): Result<M, void> {
  return expiresAt?.some((moment) => moment !== undefined)
    ? table.insertMany(records, expiresAt)
    : table.insertMany(records);
}
