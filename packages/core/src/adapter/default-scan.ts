import type { Key } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";
import type { AdapterTable, Bound, Scan, ScanRange } from "./adapter-table.js";
import type { Mode, Result } from "./mode.js";
import { type Runner, type Steps, settledScan, step } from "./steps.js";

/** What a scan is made of where the adapter has none of its own. */
export type Primitives<M extends Mode> = Pick<
  AdapterTable<M>,
  "lookup" | "first" | "last" | "next" | "prev" | "expire"
>;

/** A walk: each call finds the next of what is walked over, undefined at the end. */
export type Walk<T> = () => Steps<T | undefined>;

/**
 * Walks over the keys of an ordered table. Each key is found from the one before it, which need not be there any more:
 * so the walk stays right while the table changes.
 */
export function walkOrdered<M extends Mode>(table: Primitives<M>, range: ScanRange): Walk<Key> {
  const { reverse } = range;
  const start = reverse ? range.upper : range.lower;
  const end = reverse ? range.lower : range.upper;
  let last: Key | undefined;
  return function* (): Steps<Key | undefined> {
    const key =
      last === undefined
        ? yield* firstInRange(table, start, reverse)
        : yield* step(reverse ? table.prev(last) : table.next(last));
    if (key === undefined || isBeyond(key, end, reverse)) return undefined;
    last = key;
    return key;
  };
}

function* firstInRange<M extends Mode>(
  table: Primitives<M>,
  start: Bound | undefined,
  reverse: boolean,
): Steps<Key | undefined> {
  if (start === undefined) return yield* step(reverse ? table.last() : table.first());
  if (start.inclusive && (yield* step(table.lookup(start.key))).length > 0) return start.key;
  return yield* step(reverse ? table.prev(start.key) : table.next(start.key));
}

/** Whether a key lies past an end of a range. */
export function isBeyond(key: Key, end: Bound | undefined, reverse: boolean): boolean {
  if (end === undefined) return false;
  const order = compareKeys(key, end.key);
  return order === 0 ? !end.inclusive : order > 0 !== reverse;
}

/**
 * Walks over the keys that an unordered table has now. There a key that is gone leads nowhere, so all keys are taken
 * down first.
 * @param keys takes them down; {@link allKeys}, in a turn of its own where other writes could come between
 */
export function walkUnordered(keys: () => Steps<Key[]>): Walk<Key> {
  let left: Iterator<Key> | undefined;
  return function* (): Steps<Key | undefined> {
    left ??= (yield* keys()).values();
    const turn = left.next();
    return turn.done ? undefined : turn.value;
  };
}

/** All keys of a table, in its order. */
export function* allKeys<M extends Mode>(table: Primitives<M>): Steps<Key[]> {
  for (;;) {
    const keys: Key[] = [];
    let key = yield* step(table.first());
    while (key !== undefined) {
      keys.push(key);
      key = yield* step(table.next(key));
    }
    const last = keys.at(-1);
    if (last === undefined || table.expire === undefined) return keys;
    // A key that expired just now leads nowhere: that wasn't the end.
    if ((yield* step(table.lookup(last))).length > 0) return keys;
  }
}

/** Walks over the records of the keys that `walk` comes by. */
export function walkRecords<M extends Mode>(
  table: Primitives<M>,
  walk: Walk<Key>,
): Walk<StoreRecord> {
  let records: Iterator<StoreRecord> = [].values();
  return function* (): Steps<StoreRecord | undefined> {
    let turn = records.next();
    while (turn.done) {
      const key = yield* walk();
      if (key === undefined) return undefined;
      records = (yield* step(table.lookup(key))).values();
      turn = records.next();
    }
    return turn.value;
  };
}

/** Walks over those keys that are still there when the walk comes by. */
export function walkPresent<M extends Mode>(
  member: (key: Key) => Result<M, boolean>,
  walk: Walk<Key>,
): Walk<Key> {
  return function* (): Steps<Key | undefined> {
    let key = yield* walk();
    while (key !== undefined && !(yield* step(member(key)))) key = yield* walk();
    return key;
  };
}

/** The keys that a scan of records comes by, each once: those of a bag stand together. */
export function keysOf<M extends Mode>(
  runner: Runner<M>,
  scan: Scan<M, StoreRecord>,
): Scan<M, Key> {
  const keys = runner.mode === "sync" ? syncKeysOf : asyncKeysOf;
  return (keys as (records: Scan<M, StoreRecord>) => unknown)(scan) as Scan<M, Key>;
}

function* syncKeysOf(records: Iterable<StoreRecord>): Generator<Key> {
  let last: Key | undefined;
  for (const [key] of settledScan(records)) {
    if (last === undefined || compareKeys(last, key) !== 0) yield key;
    last = key;
  }
}

async function* asyncKeysOf(records: AsyncIterable<StoreRecord>): AsyncGenerator<Key> {
  let last: Key | undefined;
  for await (const [key] of records) {
    if (last === undefined || compareKeys(last, key) !== 0) yield key;
    last = key;
  }
}

/** A walk as what a method named `scan` returns in the adapter's mode. */
export function scanOf<M extends Mode, T>(runner: Runner<M>, walk: () => Walk<T>): Scan<M, T> {
  const next = (steps: Walk<T>) =>
    runner.map<T | undefined, IteratorResult<T, undefined>>(runner.run(steps()), (value) =>
      value === undefined ? { done: true, value: undefined } : { done: false, value },
    );
  const iterate = () => {
    const steps = walk();
    return { next: () => next(steps) };
  };
  const scan =
    runner.mode === "sync" ? { [Symbol.iterator]: iterate } : { [Symbol.asyncIterator]: iterate };
  return scan as unknown as Scan<M, T>;
}
