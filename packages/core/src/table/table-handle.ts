import type { CompleteTable } from "../adapter/complete-table.js";
import type { Mode, Result } from "../adapter/mode.js";
import { type Runner, type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import { recordPattern } from "../queries/pattern.js";
import { checkLimit, checkNames, scanRange, WHOLE } from "../queries/range.js";
import {
  type CounterStep,
  checkPosition,
  counted,
  counterStep,
  type Integer,
} from "../values/counter.js";
import { equalValues } from "../values/equality.js";
import type { Isolation } from "../values/isolation.js";
import { type Key, ownKey, releaseKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";
import { type Caller, type CallSite, callerOf, userFailure } from "./call.js";
import { iterate } from "./iteration.js";
import type { Table, TableInfo } from "./table.js";

/** What a handle is made for. */
export interface TableContext<M extends Mode> extends CallSite {
  readonly name: string;
  readonly domain: string;
  /** The adapter's name. */
  readonly adapter: string;
  /** The adapter's table, completed. */
  readonly methods: CompleteTable<Mode>;
  /** Goes through the adapter's methods: in the adapter's mode, which may be sync in an async store. */
  readonly runner: Runner<Mode>;
  readonly isolation: Isolation;
  /** The mode of the store. */
  readonly mode: M;
  close(): Result<Mode, void>;
}

const MATCH_OPTIONS = new Set(["limit"]);

/**
 * What a user holds of a table. An operation here checks its arguments, makes them the table's own, and delegates to the
 * adapter; what it returns is released to the user.
 */
export function tableHandle<M extends Mode>(context: TableContext<M>): Table<StoreRecord, M> {
  const { methods, runner, isolation, mode } = context;
  const { own, release, releaseAll } = isolation;
  const { type } = methods;
  const ordered = type === "ordered_set";
  const unique = ordered || type === "set";
  const call: Caller<M> = callerOf(context, mode);

  const size = call("size", () => runner.map<number, number>(methods.size(), (count) => count));

  const table: Table<StoreRecord, M> = {
    name: context.name,
    domain: context.domain,
    type,

    insert: call("insert", (record: unknown) => runner.map(methods.insert(own(record)), nothing)),
    insertMany: call("insertMany", (records: unknown) => {
      const owned = ownAll(isolation, records);
      return owned.length === 0 ? undefined : runner.map(methods.insertMany(owned), nothing);
    }),
    insertNew: call("insertNew", (record: unknown) =>
      runner.map(methods.insertNew([own(record)]), Boolean),
    ),
    insertNewMany: call("insertNewMany", (records: unknown) => {
      const owned = ownAll(isolation, records);
      if (owned.length === 0) return true;
      if (unique && hasEqualKeys(owned)) return false;
      return runner.map(methods.insertNew(owned), Boolean);
    }),

    lookup: call("lookup", (key: unknown) => runner.map(methods.lookup(ownKey(key)), releaseAll)),
    member: call("member", (key: unknown) => runner.map(methods.member(ownKey(key)), Boolean)),
    take: call("take", (key: unknown) => take(ownKey(key))),

    delete: call("delete", (key: unknown) => runner.map(methods.delete(ownKey(key)), nothing)),
    deleteObject: call("deleteObject", (record: unknown) =>
      runner.map(methods.deleteObjects([own(record)]), nothing),
    ),
    deleteAllObjects: call("deleteAllObjects", () =>
      runner.map(methods.deleteAllObjects(), nothing),
    ),

    replace: call("replace", (given: unknown, record: unknown) => {
      checkUnique();
      const expected = own(given);
      const replacement = own(record);
      if (compareKeys(expected[0], replacement[0]) !== 0) return false;
      let equal = false;
      const swap = (stored: StoreRecord) => {
        equal = equalValues(expected, stored);
        return equal ? replacement : stored;
      };
      return runner.map(methods.update(expected[0], swap), () => equal);
    }),
    updateElement: call("updateElement", (key: unknown, change: unknown) => {
      checkUnique();
      const element = ownChange(isolation, change);
      const replace = (stored: StoreRecord) => isolation.withElement(stored, element);
      return runner.map(methods.update(ownKey(key), replace), (stored) => stored !== undefined);
    }),
    updateCounter: call("updateCounter", (key: unknown, op: unknown, defaultRecord: unknown) => {
      checkUnique();
      const owned = ownKey(key);
      const counter = counterStep(op);
      return runner.map<Integer | undefined, Integer>(
        methods.updateCounter(owned, counter),
        (value) => value ?? beginCounter(owned, counter, defaultRecord),
      );
    }) as Table<StoreRecord, M>["updateCounter"],

    first: call("first", () => runner.map(methods.first(), releaseFound)),
    last: call("last", () => runner.map(methods.last(), releaseFound)),
    next: call("next", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.next(key), (found) => releaseNeighbour(found, key));
    }),
    prev: call("prev", (given: unknown) => {
      const key = ownKey(given);
      return runner.map(methods.prev(key), (found) => releaseNeighbour(found, key));
    }),

    records: (range?: unknown) =>
      iterate(context, mode, "records", () => {
        const exact = scanRange(range, ordered);
        return { scan: methods.scan(exact), limit: exact.limit, release };
      }),
    keys: (range?: unknown) =>
      iterate(context, mode, "keys", () => {
        const exact = scanRange(range, ordered);
        return { scan: methods.scanKeys(exact), limit: exact.limit, release: releaseKey };
      }),
    foldl: call("foldl", (fn: unknown, accumulator: unknown) => {
      if (typeof fn !== "function") {
        throw new Refusal("STORE_INVALID_OPERATION", `fn is a function; got ${describe(fn)}`);
      }
      let result = accumulator;
      const visit = (record: StoreRecord) => {
        const released = release(record);
        // As `runUserCode` does, but without a closure for each record: a third of the time in memory.
        try {
          result = fn(released, result);
        } catch (error) {
          throw userFailure("fn", error);
        }
        context.checkOpen();
      };
      return runner.map(runner.each(methods.scan(WHOLE), visit), () => result);
    }) as Table<StoreRecord, M>["foldl"],

    matchObject: call("matchObject", (pattern: unknown, options: unknown) => {
      const limit = checkLimit(
        options === undefined ? undefined : checkNames(options, MATCH_OPTIONS, "options").limit,
      );
      return runner.map(methods.matchObject(recordPattern(pattern, ordered), limit), releaseAll);
    }),
    matchDelete: call("matchDelete", (pattern: unknown) =>
      methods.matchDelete(recordPattern(pattern, ordered)),
    ),

    get size() {
      return size();
    },
    info: call("info", () => runner.run(describing())),

    sync: call("sync", () => runner.map(methods.sync(), nothing)),
    flushCounters: call("flushCounters", () => runner.map(methods.flushCounters(), nothing)),
    close: callerOf({ ...context, checkOpen: nothing }, mode)("close", () => context.close()),
  };
  // Whoever goes through the members of a handle, a logger say, doesn't mean to make a call.
  return Object.freeze(Object.defineProperty(table, "size", { enumerable: false }));

  /** What is handed out may have to be copied deeply, and that may fail: then the records must still be there. */
  function take(key: Key): Result<Mode, StoreRecord[]> {
    if (runner.mode === "async" || !isolation.mayCopyDeeply(key)) {
      return runner.map(methods.take(key), releaseAll);
    }
    return runner.map(methods.lookup(key), (records) => {
      const released = releaseAll(records);
      return released.length === 0 ? released : runner.map(methods.take(key), () => released);
    });
  }

  function checkUnique(): void {
    if (unique) return;
    throw new Refusal("STORE_NOT_SUPPORTED", `a ${type} may hold many records of a key`);
  }

  function releaseFound(key: Key | undefined): Key | undefined {
    return key === undefined ? undefined : releaseKey(key);
  }

  /** What `next` and `prev` found. Without an order, nothing is the end of the walk only for a key that is there. */
  function releaseNeighbour(found: Key | undefined, key: Key): Result<Mode, Key | undefined> {
    if (found !== undefined || ordered) return releaseFound(found);
    return runner.map(methods.member(key), (isThere) => {
      if (isThere) return undefined;
      throw new Refusal("STORE_KEY_NOT_FOUND", `${describe(key)} isn't in this ${type}`);
    });
  }

  /** Counts on from the default record: there is no other. */
  function beginCounter(key: Key, op: CounterStep, defaultRecord: unknown): Result<Mode, Integer> {
    if (defaultRecord === undefined) {
      throw new Refusal(
        "STORE_KEY_NOT_FOUND",
        `${describe(key)} isn't in the table, and no default record was given`,
      );
    }
    const seed = counted(ownDefault(isolation, key, defaultRecord), op);
    return runner.map<boolean, Integer>(methods.insertNew([seed]), (isNew) =>
      isNew ? (seed[op.position - 1] as Integer) : runner.run(countingOn(seed, op)),
    );
  }

  /** The slow way of a counter: another caller has inserted its key meanwhile, and may delete it again. */
  function* countingOn(seed: StoreRecord, op: CounterStep): Steps<Integer> {
    for (let tries = 0; tries < 1_000; tries++) {
      const value = yield* step(methods.updateCounter(seed[0], op));
      if (value !== undefined) return value;
      if (yield* step(methods.insertNew([seed]))) return seed[op.position - 1] as Integer;
    }
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      "the adapter neither inserts the default record nor finds its key",
    );
  }

  function* describing(): Steps<TableInfo> {
    const usage = yield* step(methods.usage());
    return {
      name: context.name,
      domain: context.domain,
      type,
      adapter: context.adapter,
      size: yield* step(methods.size()),
      memoryBytes: usage?.memoryBytes,
      diskBytes: usage?.diskBytes,
      details: usage?.details,
    };
  }
}

function nothing(): undefined {}

function ownAll(isolation: Isolation, records: unknown): StoreRecord[] {
  const iterable = Object(records) as Iterable<unknown>;
  if (typeof iterable[Symbol.iterator] !== "function") {
    throw new Refusal(
      "STORE_INVALID_RECORD",
      `expected an iterable of records; got ${describe(records)}`,
    );
  }
  const owned: StoreRecord[] = [];
  try {
    // One by one: a generator may hand out the same array again, changed.
    for (const record of iterable) owned.push(isolation.own(record));
  } catch (error) {
    if (error instanceof Refusal) {
      throw new Refusal(error.code, `records[${owned.length}]: ${error.message}`, error.cause);
    }
    throw userFailure("the iterable of records", error);
  }
  return owned;
}

function hasEqualKeys(records: readonly StoreRecord[]): boolean {
  const keys = records.map(([key]) => key).sort(compareKeys);
  return keys.some((key, index) => index > 0 && compareKeys(keys[index - 1] as Key, key) === 0);
}

function ownChange(isolation: Isolation, change: unknown) {
  if (!Array.isArray(change) || change.length !== 2) {
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `a change is [position, value]; got ${describe(change)}`,
    );
  }
  const [position, value]: unknown[] = change;
  checkPosition(position);
  return isolation.ownElement(value, position);
}

function ownDefault(isolation: Isolation, key: Key, record: unknown): StoreRecord {
  // Only its elements count: whatever stands for the key is replaced. No array at all is refused by `own`.
  if (!Array.isArray(record) || record.length === 0) return isolation.own(record);
  const named: unknown[] = [...record];
  named[0] = key;
  return isolation.own(named);
}
