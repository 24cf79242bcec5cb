import type { StoreRecord, Table } from "../../src/index.js";

/** A table, its types left out: the calls here are right for an ordered_set of whatever records. */
export type UntypedTable = Omit<Table<StoreRecord, "async">, "append"> & {
  append(prefix: unknown, ...elements: unknown[]): Promise<unknown>;
};

/** One call of each member of a table, `close` apart. */
export const TABLE_CALLS: Readonly<Record<string, (table: UntypedTable) => unknown>> = {
  insert: (table) => table.insert([1]),
  insertMany: (table) => table.insertMany([]),
  insertNew: (table) => table.insertNew([1]),
  insertNewMany: (table) => table.insertNewMany([]),
  lookup: (table) => table.lookup(1),
  lookupMany: (table) => table.lookupMany([]),
  lookupElement: (table) => table.lookupElement(1, 1),
  member: (table) => table.member(1),
  take: (table) => table.take(1),
  delete: (table) => table.delete(1),
  deleteMany: (table) => table.deleteMany([]),
  deleteObject: (table) => table.deleteObject([1]),
  deleteAllObjects: (table) => table.deleteAllObjects(),
  replace: (table) => table.replace([1], [2]),
  updateElement: (table) => table.updateElement(1, [2, 1]),
  updateCounter: (table) => table.updateCounter(1, 1),
  append: (table) => table.append(null, 1),
  first: (table) => table.first(),
  last: (table) => table.last(),
  next: (table) => table.next(1),
  prev: (table) => table.prev(1),
  firstLookup: (table) => table.firstLookup(),
  lastLookup: (table) => table.lastLookup(),
  nextLookup: (table) => table.nextLookup(1),
  prevLookup: (table) => table.prevLookup(1),
  records: (table) => all(table.records()),
  keys: (table) => all(table.keys()),
  foldl: (table) => table.foldl((_record, count) => count, 0),
  matchObject: (table) => table.matchObject([1]),
  matchDelete: (table) => table.matchDelete([1]),
  deleteRange: (table) => table.deleteRange({}),
  count: (table) => table.count(),
  expire: (table) => table.expire(1, null),
  expiresAt: (table) => table.expiresAt(1),
  size: (table) => table.size,
  info: (table) => table.info(),
  sync: (table) => table.sync(),
  flushCounters: (table) => table.flushCounters(),
};

/** Goes through an iterator of either mode. */
export async function all<T>(values: AsyncIterable<T> | Iterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of values) found.push(value);
  return found;
}
