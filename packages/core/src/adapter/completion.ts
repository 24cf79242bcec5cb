import { type CounterStep, counted, type Integer } from "../values/counter.js";
import type { Key } from "../values/key.js";
import type { StoreRecord } from "../values/record.js";
import type {
  AdapterTable,
  KeyRecords,
  Moments,
  RecordPattern,
  Scan,
  ScanRange,
  TableUsage,
} from "./adapter-table.js";
import type { AppendedRecord, CompleteTable } from "./complete-table.js";
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
import * as derived from "./derived-operations.js";
import { inherentOf } from "./inherent-methods.js";
import type { Mode, Result } from "./mode.js";
import { type Runner, type Steps, same, step } from "./steps.js";
import { isAtomic } from "./table-check.js";
import { guarded, TableGate, untilClosed } from "./table-gate.js";
import { WriteQueue } from "./write-queue.js";

const ALWAYS_OPEN = new TableGate();
ALWAYS_OPEN.isOpen = true;

/** What a complete table is made with. */
export interface Completion<M extends Mode> {
  readonly runner: Runner<M>;
  readonly gate: TableGate;
  /** The queue of all tables of the backend, where its batches need one. */
  readonly queue?: WriteQueue | undefined;
}

/**
 * Fills in what an adapter leaves to core. What the adapter has itself is called as it is; of an async adapter that
 * leaves an atomic operation to core, all writes go through one queue.
 *
 * Code of the user's runs while the arguments of a call are read, and may close the table. So each method asks the gate
 * once more. Those of an async adapter ask when they are called: what waits in the queue is done all the same.
 */
export function completeTable<M extends Mode>(
  given: AdapterTable<M>,
  { runner, gate: opened, queue: common }: Completion<M>,
): CompleteTable<M> {
  const isAsync = runner.mode === "async";
  const table = isAsync ? untilClosed(given) : given;
  const gate = isAsync ? ALWAYS_OPEN : opened;
  const ordered = table.type === "ordered_set";
  const queue = common ?? (isAsync && !isAtomic(table) ? new WriteQueue() : undefined);

  /** A method that writes, put in the queue if there is one. */
  function write<A extends unknown[], T>(
    method: (...args: A) => Result<M, T>,
  ): (...args: A) => Result<M, T> {
    if (queue === undefined) return method;
    return (...args) =>
      queue.run(async () => (await method(...args)) as T) as unknown as Result<M, T>;
  }

  function scanWith(keys: () => Steps<Key[]>): (range: ScanRange) => Scan<M, StoreRecord> {
    return (range) => {
      gate.check();
      return table.scan !== undefined
        ? table.scan(range)
        : scanOf(runner, () => walkRecords(table, walkKeys(range, keys)));
    };
  }

  const walkKeys = (range: ScanRange, keys: () => Steps<Key[]>): Walk<Key> =>
    ordered ? walkOrdered(table, range) : walkUnordered(keys);
  const keysNow = () => allKeys(table);
  const keysInTurn = () => step(write(() => runner.run(keysNow()))() as Key[] | Promise<Key[]>);
  const scan = scanWith(keysInTurn);
  const scanInTurn = scanWith(keysNow);

  function matchWith(scanRecords: (range: ScanRange) => Scan<M, StoreRecord>) {
    return (pattern: RecordPattern, limit: number): Result<M, StoreRecord[]> => {
      gate.check();
      return table.matchObject !== undefined
        ? table.matchObject(pattern, limit)
        : runner.run(derived.matching(table, runner, scanRecords, pattern, limit));
    };
  }

  const insertMany = (records: readonly StoreRecord[], expiresAt?: Moments) => {
    gate.check();
    return expiresAt === undefined
      ? table.insertMany(records)
      : table.insertMany(records, expiresAt);
  };
  const insert = (record: StoreRecord, expiresAt?: number) => {
    gate.check();
    if (table.insert === undefined) return insertMany([record], derived.momentsFor(1, expiresAt));
    return expiresAt === undefined ? table.insert(record) : table.insert(record, expiresAt);
  };
  const insertNew = (records: readonly StoreRecord[], expiresAt?: Moments) => {
    gate.check();
    if (table.insertNew === undefined) {
      return runner.run(derived.insertingNew(table, member, records, expiresAt));
    }
    return expiresAt === undefined ? table.insertNew(records) : table.insertNew(records, expiresAt);
  };
  const update = (key: Key, change: (record: StoreRecord) => StoreRecord) => {
    gate.check();
    return table.update !== undefined
      ? table.update(key, change)
      : runner.run(derived.updating(table, key, change));
  };
  const member = (key: Key) => {
    gate.check();
    return table.member !== undefined
      ? table.member(key)
      : runner.map(table.lookup(key), (records) => records.length > 0);
  };
  const matchInTurn = matchWith(scanInTurn);

  const complete: CompleteTable<M> = {
    type: table.type,
    freshRecords: table.freshRecords === true,
    given,

    lookup: (key) => {
      gate.check();
      return table.lookup(key);
    },
    lookupMany: (keys) => {
      gate.check();
      return table.lookupMany !== undefined
        ? table.lookupMany(keys)
        : runner.run(derived.lookingUp(table, keys));
    },
    member,
    insert: write(insert),
    insertMany: write(insertMany),
    insertNew: write(insertNew),
    take: write((key: Key) => {
      gate.check();
      return table.take !== undefined ? table.take(key) : runner.run(derived.taking(table, key));
    }),
    delete: write((key: Key) => {
      gate.check();
      return table.delete(key);
    }),
    deleteMany: write((keys: readonly Key[]) => {
      gate.check();
      return table.deleteMany !== undefined
        ? table.deleteMany(keys)
        : runner.run(derived.deletingMany(table, keys));
    }),
    deleteObjects: write((records: readonly StoreRecord[]) => {
      gate.check();
      return table.deleteObjects(records);
    }),
    deleteAllObjects: write(() => {
      gate.check();
      return table.deleteAllObjects();
    }),
    update: write(update),
    replace: write((expected: StoreRecord, record: StoreRecord, expiresAt?: number) => {
      gate.check();
      if (table.replace !== undefined) return table.replace(expected, record, expiresAt);
      return table.expire === undefined && table.update !== undefined
        ? derived.swapping(table.update.bind(table), runner, expected, record)
        : runner.run(derived.replacing(table, expected, record, expiresAt));
    }),
    updateCounter: write((key: Key, counter: CounterStep, initial?, initialExpiresAt?) => {
      gate.check();
      if (table.updateCounter !== undefined) {
        return initial === undefined
          ? table.updateCounter(key, counter)
          : table.updateCounter(key, counter, initial, initialExpiresAt);
      }
      return runner.map(
        update(key, (record) => counted(record, counter)),
        (record) => record?.[counter.position - 1] as Integer | undefined,
      );
    }),
    append: write(({ prefix, elements, expiresAt, revise }: AppendedRecord) => {
      gate.check();
      if (table.append !== undefined && revise === undefined) {
        return table.append(prefix, elements, expiresAt);
      }
      const recordOf = (key: Key): StoreRecord =>
        revise === undefined ? [key, ...elements] : revise([key, ...elements]);
      return runner.run(derived.appending(table, insertNew, prefix, recordOf, expiresAt));
    }),

    size: () => {
      gate.check();
      return table.size();
    },
    first: () => {
      gate.check();
      return table.first();
    },
    last: () => {
      gate.check();
      return table.last();
    },
    next: (key) => {
      gate.check();
      return table.next(key);
    },
    prev: (key) => {
      gate.check();
      return table.prev(key);
    },
    firstLookup: walk(table.firstLookup?.bind(table), () => table.first(), false),
    lastLookup: walk(table.lastLookup?.bind(table), () => table.last(), true),
    nextLookup: walk(table.nextLookup?.bind(table), (key: Key) => table.next(key), false),
    prevLookup: walk(table.prevLookup?.bind(table), (key: Key) => table.prev(key), true),
    scan,
    scanKeys: (range) => {
      gate.check();
      if (table.scanKeys !== undefined) return table.scanKeys(range);
      if (table.scan !== undefined) {
        // A limit counts keys here, and would count records there.
        return keysOf(runner, table.scan({ ...range, limit: Number.POSITIVE_INFINITY }));
      }
      return scanOf(runner, () => walkPresent(member, walkKeys(range, keysInTurn)));
    },
    count: (range) => {
      gate.check();
      if (table.count !== undefined) return table.count(range);
      const { lower, upper, limit } = range;
      return lower === undefined && upper === undefined
        ? runner.map(table.size(), (size) => Math.min(size, limit))
        : runner.run(derived.counting(runner, scan(range), limit));
    },
    deleteRange: write((range: ScanRange) => {
      gate.check();
      return table.deleteRange !== undefined
        ? table.deleteRange(range)
        : runner.run(derived.deletingRange(table, runner, scanInTurn(range), range.limit));
    }),
    matchObject: matchWith(scan),
    matchDelete: write((pattern: RecordPattern) => {
      gate.check();
      return table.matchDelete !== undefined
        ? table.matchDelete(pattern)
        : runner.run(derived.matchDeleting(table, matchInTurn, pattern));
    }),

    ...inherentOf(table, gate, write),
    sync: write(() => {
      gate.check();
      return table.sync?.() as Result<M, void>;
    }),
    flushCounters: write(() => {
      gate.check();
      return table.flushCounters?.() as Result<M, void>;
    }),
    usage: () => {
      gate.check();
      return table.usage?.() as Result<M, TableUsage>;
    },
    batched: same,
    settled: () => undefined as Result<M, void>,
    close: write(() => table.close()),
  };
  return isAsync ? guarded(complete, opened) : complete;

  /** A walk with the lookup in one: the adapter's own, or a step and a lookup. */
  function walk<A extends [Key?]>(
    own: ((...args: A) => Result<M, KeyRecords | undefined>) | undefined,
    start: (...args: A) => Result<M, Key | undefined>,
    reverse: boolean,
  ): (...args: A) => Result<M, KeyRecords | undefined> {
    return (...args) => {
      gate.check();
      if (own !== undefined) return own(...args);
      return runner.run(derived.walking(table, () => start(...args), reverse));
    };
  }
}
