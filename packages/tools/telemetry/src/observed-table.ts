import type { AdapterTable, Key, Mode, Scan, ScanRange, StoreRecord, TableUsage } from "@store/core";
import { CONCLUSIONS } from "./conclusions.js";
import { Counters } from "./counters.js";
import { observedAsyncScan, observedScan } from "./observed-scan.js";
import { TABLE_OPERATIONS, type TableOperation } from "./operation.js";
import type { Recorder } from "./recorder.js";
import { type CallPlace, StoreCall } from "./store-call.js";

/** The adapter's own table behind an observed one: what a batch has to name. */
const inner = new WeakMap<object, AdapterTable<Mode>>();

export function innerOf<M extends Mode>(table: AdapterTable<M>): AdapterTable<M> {
  return (inner.get(table) as AdapterTable<M> | undefined) ?? table;
}

type Method = (...args: unknown[]) => unknown;
type Methods = Partial<Record<keyof AdapterTable, unknown>>;

/**
 * A table whose calls are counted, and told of while somebody listens. It has the methods that the adapter's has: where one
 * is missing, core makes up for it by others, and those are told of.
 */
export function observedTable<M extends Mode>(
  table: AdapterTable<M>,
  place: CallPlace,
  { recorder, mode }: { readonly recorder: Recorder; readonly mode: M },
): AdapterTable<M> {
  const counters = new Counters();
  const methods: Methods = { type: table.type, freshRecords: table.freshRecords === true };
  for (const operation of TABLE_OPERATIONS) {
    const method = table[operation] as Method | undefined;
    if (method === undefined) continue;
    const observed = { table, place, recorder, counters, operation, method };
    methods[operation] =
      operation === "scan" || operation === "scanKeys" ? scanning(observed) : calling(observed);
  }
  if (mode === "sync")
    Object.assign(methods, frequent(table as AdapterTable<"sync">, { ...methods }, counters, recorder));
  methods.usage = () => mapped(table.usage?.(), (usage) => withCounters(usage, counters));
  const result = methods as unknown as AdapterTable<M>;
  inner.set(result, table as AdapterTable<Mode>);
  return result;
}

interface Observed {
  readonly table: object;
  readonly place: CallPlace;
  readonly recorder: Recorder;
  readonly counters: Counters;
  readonly operation: TableOperation;
  readonly method: Method;
}

function calling({ table, place, recorder, counters, operation, method }: Observed): Method {
  const conclude = CONCLUSIONS[operation as keyof typeof CONCLUSIONS];
  const told = (args: unknown[]) =>
    recorder.record(
      new StoreCall(place, operation),
      () => Reflect.apply(method, table, args) as unknown,
      (call, result) => conclude(call, result, args),
    );
  return (...args) => {
    counters.calls[operation]++;
    const result = recorder.isHeard(operation)
      ? countingErrors(() => told(args), counters)
      : countingErrors(() => Reflect.apply(method, table, args) as unknown, counters);
    return result;
  };
}

/** Errors count, whether anybody listens or not. */
function countingErrors<T>(work: () => T, counters: Counters): T {
  try {
    const result = work();
    if (result instanceof Promise) result.catch(() => counters.errors++);
    return result;
  } catch (error) {
    counters.errors++;
    throw error;
  }
}

function scanning({ table, place, recorder, counters, operation, method }: Observed): Method {
  return (...args) => {
    counters.calls[operation]++;
    const scan = Reflect.apply(method, table, args) as Scan<Mode, unknown>;
    if (!recorder.isHeard(operation)) return scan;
    const begin = () => recorder.begin(place, operation);
    const ofRecords = operation === "scan";
    return Symbol.asyncIterator in scan
      ? observedAsyncScan(scan, begin, ofRecords)
      : observedScan(scan, begin, ofRecords);
  };
}

/**
 * Methods of a sync table that are called so often that what the others do about their arguments would be seen: the same,
 * written out for the case in which nobody listens.
 */
function frequent(
  table: AdapterTable<"sync">,
  methods: Methods,
  counters: Counters,
  recorder: Recorder,
): Methods {
  const { calls } = counters;
  const { lookup, member, insert } = methods as Pick<AdapterTable<"sync">, "lookup" | "member" | "insert">;
  return {
    lookup: (key: Key) => {
      if (recorder.isHeard("lookup")) return lookup(key);
      calls.lookup++;
      try {
        return table.lookup(key);
      } catch (error) {
        counters.errors++;
        throw error;
      }
    },
    ...(member && {
      member: (key: Key) => {
        if (recorder.isHeard("member")) return member(key);
        calls.member++;
        try {
          return table.member?.(key);
        } catch (error) {
          counters.errors++;
          throw error;
        }
      },
    }),
    ...(insert && {
      insert: (record: StoreRecord, expiresAt?: number) => {
        if (recorder.isHeard("insert")) return insert(record, expiresAt);
        calls.insert++;
        try {
          return table.insert?.(record, expiresAt);
        } catch (error) {
          counters.errors++;
          throw error;
        }
      },
    }),
  };
}

function withCounters(usage: TableUsage | undefined, counters: Counters): TableUsage {
  return { ...usage, details: { ...usage?.details, telemetry: counters.report() } };
}

function mapped<T, U>(value: T | Promise<T>, change: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(change) : change(value);
}
