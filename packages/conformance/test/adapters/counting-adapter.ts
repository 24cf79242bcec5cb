import type { Adapter, AdapterTable, Key, KeyRecords, StoreRecord, Toolkit } from "@store/core";
import { atomicMethods } from "./durable-adapter.js";
import { asynchronous, minimalAdapter, minimalTable, type Shelf } from "./minimal-adapter.js";
import { transactions } from "./transactions.js";

type SyncTable = AdapterTable<"sync">;

/** {@link minimalTable} with a method for each call that would be several. */
function completeTable(shelf: Shelf, toolkit: Toolkit): SyncTable {
  const table = minimalTable(shelf, toolkit);
  const atomic = atomicMethods(table);
  const { lookup, first, last, next, prev, deleteObjects } = table;
  const at = (key: Key | undefined): KeyRecords | undefined =>
    key === undefined ? undefined : [key, lookup(key)];
  const all = () => walk(first(), next).flatMap(lookup);
  const { compareKeys } = toolkit;

  function within({ lower, upper, reverse, limit }: Parameters<NonNullable<SyncTable["scan"]>>[0]) {
    const found = all().filter(([key]) => {
      const above = lower === undefined ? 1 : compareKeys(key, lower.key);
      const below = upper === undefined ? 1 : compareKeys(upper.key, key);
      return (above || Number(lower?.inclusive)) > 0 && (below || Number(upper?.inclusive)) > 0;
    });
    return (reverse ? found.reverse() : found).slice(0, limit);
  }

  const remove = (records: readonly StoreRecord[]) =>
    records.length === 0 ? 0 : deleteObjects(records);

  return {
    ...table,
    ...atomic,
    insert: (record) => table.insertMany([record]),
    member: (key) => lookup(key).length > 0,
    lookupMany: (keys) => keys.map(lookup),
    deleteMany: (keys) => remove(keys.flatMap(lookup)),
    replace(expected, record) {
      const isThere = lookup(expected[0]).some((stored) => toolkit.equalRecords(stored, expected));
      if (isThere) table.insertMany([record]);
      return isThere;
    },
    updateCounter(key, step, initial) {
      const there = lookup(key).length > 0;
      if (!there && initial !== undefined) table.insertMany([initial]);
      const changed = there
        ? atomic.update(key, (record) => toolkit.counted(record, step))
        : initial;
      return changed?.[step.position - 1] as number | undefined;
    },
    append(prefix, elements) {
      const under = (key: Key): number => {
        const path = prefix === null ? [key] : Array.isArray(key) ? key : [];
        const number = path.at(-1);
        const start = prefix ?? [];
        const isUnder =
          path.length === start.length + 1 &&
          start.every((part, n) => compareKeys(part, path[n] as Key) === 0);
        return isUnder && Number.isSafeInteger(number) && Number(number) >= 1 ? Number(number) : 0;
      };
      const number = Math.max(0, ...walk(first(), next).map(under));
      if (number === Number.MAX_SAFE_INTEGER) {
        throw toolkit.error("STORE_COUNTER_OVERFLOW", `the last number is ${number}`);
      }
      const key: Key = prefix === null ? number + 1 : [...prefix, number + 1];
      table.insertMany([[key, ...elements]]);
      return key;
    },
    firstLookup: () => at(first()),
    lastLookup: () => at(last()),
    nextLookup: (key) => at(next(key)),
    prevLookup: (key) => at(prev(key)),
    count: (range) => within(range).length,
    deleteRange: (range) => remove(within(range)),
    matchDelete: ({ matches }) => remove(all().filter(matches)),
  };
}

function walk(start: Key | undefined, next: (key: Key) => Key | undefined): Key[] {
  const keys: Key[] = [];
  for (let key = start; key !== undefined; key = next(key)) keys.push(key);
  return keys;
}

/**
 * An async adapter that has every method that saves a request, but for those left out, and counts the calls of its
 * methods.
 */
export function countingAdapter(...leftOut: (keyof AdapterTable | "transact")[]): {
  readonly adapter: Adapter<object, "async">;
  readonly roundTrips: () => number;
} {
  let count = 0;
  const right = asynchronous(
    minimalAdapter(
      completeTable,
      { batches: true },
      leftOut.includes("transact") ? undefined : transactions,
    ),
  );
  const counting = <T extends object>(methods: T): T =>
    Object.fromEntries(
      Object.entries(methods).flatMap(([name, method]) => {
        if (leftOut.includes(name as keyof AdapterTable)) return [];
        if (typeof method !== "function") return [[name, method]];
        const counted = (...args: unknown[]): unknown => {
          count++;
          return Reflect.apply(method, methods, args);
        };
        return [[name, counted]];
      }),
    ) as T;
  const adapter: Adapter<object, "async"> = {
    ...right,
    async open(options, toolkit) {
      const backend = await right.open(options, toolkit);
      const tables = new Map<unknown, AdapterTable<"async">>();
      const own = <T extends { readonly table: AdapterTable<"async"> }>(list: readonly T[]): T[] =>
        list.map((each) => ({ ...each, table: tables.get(each.table) ?? each.table }));
      const { applyChanges, transact } = backend;
      return counting({
        ...backend,
        async openTable(domain, name, type) {
          const table = await backend.openTable(domain, name, type);
          const counted = counting(table);
          tables.set(counted, table);
          return counted;
        },
        ...(applyChanges && { applyChanges: (changes) => applyChanges(own(changes)) }),
        ...(transact && { transact: (operations) => transact(own(operations)) }),
      } satisfies typeof backend);
    },
  };
  return { adapter, roundTrips: () => count };
}
