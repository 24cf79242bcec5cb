import type { CounterStep, Key, Range, ScanRange, Store, StoreRecord, Table } from "@store/core";

type AnyTable = Table<StoreRecord, "sync">;

/** Of a call that came by message, of whatever was sent: the handle checks what it gets. */
export type Arguments = readonly [never, never, never, never];

/** A moment for each record, or for none, as adapters get it. */
type Moments = readonly (number | undefined)[] | undefined;

/** What each call of a table that came by message does with the owner's handle. */
export const TABLE_CALLS: Readonly<
  Record<string, (table: AnyTable, args: Arguments, store: Store) => unknown>
> = {
  lookup: (table, [key]) => table.lookup(key),
  lookupMany: (table, [keys]) => table.lookupMany(keys),
  member: (table, [key]) => table.member(key),
  size: (table) => table.size,
  first: (table) => table.first(),
  last: (table) => table.last(),
  next: (table, [key]) => neighbour(table, key, "next"),
  prev: (table, [key]) => neighbour(table, key, "prev"),
  firstLookup: (table) => table.firstLookup(),
  lastLookup: (table) => table.lastLookup(),
  nextLookup: (table, [key]) => neighbour(table, key, "nextLookup"),
  prevLookup: (table, [key]) => neighbour(table, key, "prevLookup"),
  records: (table, [range]) => [...table.records(rangeOf(range))],
  keys: (table, [range]) => [...table.keys(rangeOf(range))],
  count: (table, [range]) => table.count(rangeOf(range)),
  expiresAt: (table, [key]) => {
    const moment = table.expiresAt(key);
    return (table.lookup(key) as unknown[]).map(() => moment);
  },
  usage: (table) => {
    const { memoryBytes, diskBytes } = table.info();
    return [memoryBytes, diskBytes];
  },

  insert: (table, [record, moment]) =>
    moment === undefined ? table.insert(record) : table.insert(record, { expiresAt: moment }),
  insertMany: (table, [records, moments], store) => insert(table, records, moments, store),
  insertNew: (table, [records, moments]) => {
    const [moment] = (moments ?? []) as readonly number[];
    return moment === undefined
      ? table.insertNewMany(records)
      : table.insertNewMany(records, { expiresAt: moment });
  },
  delete: (table, [key]) => table.delete(key),
  deleteMany: (table, [keys]) => table.deleteMany(keys),
  deleteObjects: (table, [given], store) => {
    const records: readonly StoreRecord[] = given;
    const [only] = records;
    if (records.length === 1 && only !== undefined) return table.deleteObject(only as never);
    const batch = store.batch();
    for (const record of records) batch.deleteObject(table, record as never);
    batch.commit();
    return (batch.results as number[]).reduce((sum, count) => sum + count, 0);
  },
  deleteAllObjects: (table) => table.deleteAllObjects(),
  deleteRange: (table, [range]) => table.deleteRange(rangeOf(range)),
  take: (table, [key]) => table.take(key),
  replace: (table, [expected, record, moment]) =>
    table.replace(expected, record, moment === undefined ? {} : { expiresAt: moment }),
  /** As `replace`, but that the record keeps its moment. */
  exchange: (table, [expected, record]) => {
    const moment = table.expiresAt(expected[0]);
    return table.replace(expected, record, moment === undefined ? {} : { expiresAt: moment });
  },
  updateCounter: (table, [key, step]) => count(table, key, step),
  append: (table, [prefix, elements, moment]) => {
    const key = table.append(prefix, ...(elements as never[]));
    if (moment !== undefined) table.expire(key as never, moment as number);
    return key;
  },
  expire: (table, [key, moment]) => table.expire(key, moment ?? null),
  sync: (table) => table.sync(),
  flushCounters: (table) => table.flushCounters(),
};

/** Adapters answer undefined for a key that isn't there. */
function neighbour(
  table: AnyTable,
  key: Key,
  which: "next" | "prev" | "nextLookup" | "prevLookup",
): unknown {
  return unlessMissing(() => table[which](key as never));
}

function count(table: AnyTable, key: Key, { position, increment, bound }: CounterStep): unknown {
  const op =
    bound === undefined
      ? [position, increment]
      : [position, increment, bound.threshold, bound.setValue];
  return unlessMissing(() => table.updateCounter(key as never, op as never));
}

function unlessMissing<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as { code?: string }).code === "STORE_KEY_NOT_FOUND") return undefined;
    throw error;
  }
}

function insert(
  table: AnyTable,
  records: readonly StoreRecord[],
  moments: Moments,
  store: Store,
): void {
  const [moment] = moments ?? [];
  if (moments === undefined || moments.every((each) => each === moment)) {
    if (moment === undefined) table.insertMany(records as never);
    else table.insertMany(records as never, { expiresAt: moment });
    return;
  }
  const batch = store.batch();
  for (const [index, record] of records.entries()) {
    const expiresAt = moments[index];
    batch.insert(table, record as never, expiresAt === undefined ? {} : { expiresAt });
  }
  batch.commit();
}

/** A range as it is sent: lists can hold keys of any depth. */
export type SentRange = readonly [
  lower: readonly [key: Key, inclusive: boolean] | undefined,
  upper: readonly [key: Key, inclusive: boolean] | undefined,
  reverse: boolean,
  limit: number,
];

export function sentRange({ lower, upper, reverse, limit }: ScanRange): SentRange {
  return [
    lower && [lower.key, lower.inclusive],
    upper && [upper.key, upper.inclusive],
    reverse,
    limit,
  ];
}

/** A range as users write it. */
export function rangeOf([lower, upper, reverse, limit]: SentRange): Range<Key> {
  return {
    ...(lower && (lower[1] ? { gte: lower[0] } : { gt: lower[0] })),
    ...(upper && (upper[1] ? { lte: upper[0] } : { lt: upper[0] })),
    ...(reverse && { reverse }),
    ...(limit !== Number.POSITIVE_INFINITY && { limit }),
  };
}
