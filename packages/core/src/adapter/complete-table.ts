import { Refusal } from "../errors/errors.js";
import { type CounterStep, counted, type Integer } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type { AdapterTable, RecordPattern, Scan, ScanRange, TableUsage } from "./adapter.js";
import {
  allKeys,
  keysOf,
  scanOf,
  type Walk,
  walkOrdered,
  walkPresent,
  walkRecords,
  walkUnordered,
} from "./default-scan.js";
import type { Mode, Result } from "./mode.js";
import { type Runner, type Steps, step } from "./steps.js";
import { WriteQueue } from "./write-queue.js";

/** An adapter's table with nothing left out, and the derived operations that only core has. */
export interface CompleteTable<M extends Mode> extends Required<AdapterTable<M>> {
  /** Removes the records that match, and says how many there were. */
  matchDelete(pattern: RecordPattern): Result<M, number>;
}

const REQUIRED = [
  "lookup",
  "insertMany",
  "delete",
  "deleteObjects",
  "deleteAllObjects",
  "size",
  "first",
  "last",
  "next",
  "prev",
  "close",
] as const;

/**
 * The methods that make an operation of two or more steps atomic. An adapter that has all needs no queue; nor a `scan`
 * where there is no order to go on by, for core's own takes down the keys in a turn of its own.
 */
const ATOMIC = ["insertNew", "take", "update"] as const;

const OPTIONAL = [
  ...ATOMIC,
  "insert",
  "member",
  "updateCounter",
  "scan",
  "scanKeys",
  "matchObject",
  "sync",
  "flushCounters",
  "usage",
] as const;

/** Refuses a table that lacks a method, before anything is called. */
export function checkTable(
  table: unknown,
  capabilities: { readonly durable: boolean; readonly shared: boolean },
): void {
  const given = Object(table) as Partial<AdapterTable>;
  const methods = [
    ...REQUIRED,
    ...(capabilities.durable ? (["sync"] as const) : []),
    ...(capabilities.shared ? ATOMIC : []),
    // Core's own scan of a table without order needs one that stands still.
    ...(capabilities.shared && given.type !== "ordered_set" ? (["scan"] as const) : []),
  ];
  const missing = methods.filter((method) => typeof given[method] !== "function");
  if (missing.length > 0) {
    throw new Refusal("STORE_INVALID_ADAPTER", `the adapter's table lacks ${missing.join(", ")}`);
  }
}

/**
 * Fills in what an adapter leaves to core. What the adapter has itself is called as it is; of an async adapter that
 * leaves an atomic operation to core, all writes go through one queue.
 */
export function completeTable<M extends Mode>(
  given: AdapterTable<M>,
  runner: Runner<M>,
): CompleteTable<M> {
  const table = runner.mode === "async" ? untilClosed(given) : given;
  const ordered = table.type === "ordered_set";
  const hasAtomic =
    ATOMIC.every((method) => table[method] !== undefined) && (ordered || table.scan !== undefined);
  const queue = runner.mode === "async" && !hasAtomic ? new WriteQueue() : undefined;

  /** A write method, put in the queue if there is one. */
  function write<A extends unknown[], T>(
    method: (...args: A) => Result<M, T>,
  ): (...args: A) => Result<M, T> {
    if (queue === undefined) return method;
    return (...args) =>
      queue.run(async () => (await method(...args)) as T) as unknown as Result<M, T>;
  }

  function scanWith(keys: () => Steps<Key[]>): (range: ScanRange) => Scan<M, StoreRecord> {
    return (range) =>
      table.scan !== undefined
        ? table.scan(range)
        : scanOf(runner, () => walkRecords(table, walkKeys(range, keys)));
  }

  const walkKeys = (range: ScanRange, keys: () => Steps<Key[]>): Walk<Key> =>
    ordered ? walkOrdered(table, range) : walkUnordered(keys);
  const keysNow = () => allKeys(table);
  const keysInTurn = () => step(write(() => runner.run(keysNow()))() as Key[] | Promise<Key[]>);
  const scan = scanWith(keysInTurn);

  function matchWith(scanRecords: (range: ScanRange) => Scan<M, StoreRecord>) {
    return (pattern: RecordPattern, limit: number): Result<M, StoreRecord[]> =>
      table.matchObject !== undefined
        ? table.matchObject(pattern, limit)
        : runner.run(matching(table, runner, scanRecords, pattern, limit));
  }

  const insert = (record: StoreRecord) =>
    table.insert !== undefined ? table.insert(record) : table.insertMany([record]);
  const update = (key: Key, change: (record: StoreRecord) => StoreRecord) =>
    table.update !== undefined
      ? table.update(key, change)
      : runner.run(updating(table, key, change));
  const member = (key: Key) =>
    table.member !== undefined
      ? table.member(key)
      : runner.map(table.lookup(key), (records) => records.length > 0);
  const matchInTurn = matchWith(scanWith(keysNow));

  return {
    type: table.type,
    freshRecords: table.freshRecords === true,
    lookup: (key) => table.lookup(key),
    member,
    insert: write(insert),
    insertMany: write((records: readonly StoreRecord[]) => table.insertMany(records)),
    insertNew: write((records: readonly StoreRecord[]) =>
      table.insertNew !== undefined
        ? table.insertNew(records)
        : runner.run(insertingNew(table, member, records)),
    ),
    take: write((key: Key) =>
      table.take !== undefined ? table.take(key) : runner.run(taking(table, key)),
    ),
    delete: write((key: Key) => table.delete(key)),
    deleteObjects: write((records: readonly StoreRecord[]) => table.deleteObjects(records)),
    deleteAllObjects: write(() => table.deleteAllObjects()),
    update: write(update),
    updateCounter: write((key: Key, op: CounterStep) =>
      table.updateCounter !== undefined
        ? table.updateCounter(key, op)
        : runner.map(
            update(key, (record) => counted(record, op)),
            (record) => record?.[op.position - 1] as Integer | undefined,
          ),
    ),
    size: () => table.size(),
    first: () => table.first(),
    last: () => table.last(),
    next: (key) => table.next(key),
    prev: (key) => table.prev(key),
    scan,
    scanKeys: (range) => {
      if (table.scanKeys !== undefined) return table.scanKeys(range);
      if (table.scan !== undefined) {
        // A limit counts keys here, and would count records there.
        return keysOf(runner, table.scan({ ...range, limit: Number.POSITIVE_INFINITY }));
      }
      return scanOf(runner, () => walkPresent(member, walkKeys(range, keysInTurn)));
    },
    matchObject: matchWith(scan),
    matchDelete: write((pattern: RecordPattern) =>
      runner.run(matchDeleting(table, matchInTurn, pattern)),
    ),
    sync: write(() => table.sync?.() as Result<M, void>),
    flushCounters: write(() => table.flushCounters?.() as Result<M, void>),
    usage: () => table.usage?.() as Result<M, TableUsage>,
    close: write(() => table.close()),
  };
}

/** The table, refusing methods from `close` on: a call of several steps that began before may have some left. */
function untilClosed<M extends Mode>(table: AdapterTable<M>): AdapterTable<M> {
  let isOpen = true;
  const methods: Partial<Record<keyof AdapterTable, unknown>> = {
    type: table.type,
    freshRecords: table.freshRecords,
  };
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const method: unknown = table[name];
    if (typeof method !== "function") continue;
    methods[name] = (...args: unknown[]): unknown => {
      if (!isOpen) throw new Refusal("STORE_TABLE_CLOSED", "the table was closed meanwhile");
      if (name === "close") isOpen = false;
      return Reflect.apply(method, table, args);
    };
  }
  return methods as unknown as AdapterTable<M>;
}

function* updating<M extends Mode>(
  table: AdapterTable<M>,
  key: Key,
  change: (record: StoreRecord) => StoreRecord,
): Steps<StoreRecord | undefined> {
  const [record] = yield* step(table.lookup(key));
  if (record === undefined) return undefined;
  const changed = change(record);
  if (changed !== record) yield* step(table.insertMany([changed]));
  return changed;
}

function* insertingNew<M extends Mode>(
  table: AdapterTable<M>,
  member: (key: Key) => Result<M, boolean>,
  records: readonly StoreRecord[],
): Steps<boolean> {
  for (const [key] of records) if (yield* step(member(key))) return false;
  yield* step(table.insertMany(records));
  return true;
}

function* taking<M extends Mode>(table: AdapterTable<M>, key: Key): Steps<StoreRecord[]> {
  const records = yield* step(table.lookup(key));
  if (records.length > 0) yield* step(table.delete(key));
  return records;
}

function* matching<M extends Mode>(
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

function* matchDeleting<M extends Mode>(
  table: AdapterTable<M>,
  match: (pattern: RecordPattern, limit: number) => Result<M, StoreRecord[]>,
  pattern: RecordPattern,
): Steps<number> {
  const found = yield* step(match(pattern, Number.POSITIVE_INFINITY));
  return found.length === 0 ? 0 : yield* step(table.deleteObjects(found));
}
