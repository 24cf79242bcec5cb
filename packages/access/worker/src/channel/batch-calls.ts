import type { Batch, CounterStep, Key, Store, StoreRecord, Table } from "@store/core";
import { pack } from "./packing.js";
import { type Arguments, rangeOf, TABLE_CALLS } from "./table-calls.js";

type AnyTable = Table<StoreRecord, "sync">;

/** An operation of a batch as it is sent: its kind, the number of its table, its arguments. */
export type SentOperation = readonly [kind: string, table: number, ...args: unknown[]];

/** What a plan has read, to be compared with what is there: the table, the call, its arguments, what it answered. */
export type SentRead = readonly [
  table: number,
  call: string,
  args: readonly unknown[],
  answer: unknown,
];

/** The results of one operation are those of so many calls of the builder. */
type Collect = (results: readonly unknown[]) => unknown;

/** Does a batch of operations. Undefined: a condition doesn't hold. */
export function doBatch(
  operations: readonly SentOperation[],
  tableOf: (id: number) => AnyTable,
  store: Store,
): unknown[] | undefined {
  const batch = store.batch();
  const late: (() => void)[] = [];
  const collected = operations.map(([kind, id, ...args]) => {
    const build = BUILD[kind];
    if (build === undefined) throw new Error(`there is no operation ${kind}`);
    return build(batch, tableOf(id), args as unknown as Arguments, late);
  });
  if (!batch.commit()) return undefined;
  for (const each of late) each();
  let at = 0;
  return collected.map(([count, collect]) => {
    const results = (batch.results as unknown[]).slice(at, at + count);
    at += count;
    return collect(results);
  });
}

/** Makes the changes of a plan if what it was made by is so still; false: it isn't. */
export function doPlanned(
  reads: readonly SentRead[],
  changes: readonly SentOperation[],
  tableOf: (id: number) => AnyTable,
  store: Store,
): boolean {
  for (const [id, call, args, answer] of reads) {
    const found = TABLE_CALLS[call]?.(tableOf(id), args as unknown as Arguments, store);
    if (!isSame(found, answer)) return false;
  }
  doBatch(changes, tableOf, store);
  return true;
}

function isSame(a: unknown, b: unknown): boolean {
  const [one, other] = [pack(a), pack(b)];
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

const only: Collect = ([result]) => result;
const none: Collect = () => undefined;
const sum: Collect = (results) => (results as number[]).reduce((total, each) => total + each, 0);

function optionsOf(moment: number | undefined): { expiresAt?: number } {
  return moment === undefined ? {} : { expiresAt: moment };
}

/** The default of an operation has a moment that builders don't take; so it gets it afterwards, if it came in. */
function expireNew(
  table: AnyTable,
  key: Key,
  moment: number | undefined,
  late: (() => void)[],
): void {
  if (moment === undefined || table.member(key as never)) return;
  late.push(() => void table.expire(key as never, moment));
}

const BUILD: Readonly<
  Record<
    string,
    (
      batch: Batch,
      table: AnyTable,
      args: Arguments,
      late: (() => void)[],
    ) => readonly [count: number, collect: Collect]
  >
> = {
  insert(batch, table, [records, moment]) {
    batch.insertMany(table, records, optionsOf(moment));
    return [1, none];
  },
  insertEach(batch, table, [records, moments]: readonly unknown[]) {
    for (const [index, record] of (records as StoreRecord[]).entries()) {
      batch.insert(table, record as never, optionsOf((moments as number[] | undefined)?.[index]));
    }
    return [(records as StoreRecord[]).length, none];
  },
  insertNew(batch, table, [records, moment]) {
    batch.insertNewMany(table, records, optionsOf(moment));
    return [1, () => true];
  },
  replace(batch, table, [expected, record, moment]) {
    batch.replace(table, expected, record, optionsOf(moment));
    return [1, () => true];
  },
  check(batch, table, [key, expected]) {
    batch.check(table, key, expected);
    return [1, () => true];
  },
  updateElement(batch, table, [key, changes, initial, moment]: readonly unknown[], late) {
    if (initial !== undefined) expireNew(table, key as Key, moment as number | undefined, late);
    batch.updateElement(table, key as never, changes as never, initial as never);
    return [1, only];
  },
  updateCounter(batch, table, [key, steps, initial, moment]: readonly unknown[], late) {
    if (initial !== undefined) expireNew(table, key as Key, moment as number | undefined, late);
    const ops = (steps as CounterStep[]).map(({ position, increment, bound }) =>
      bound === undefined
        ? [position, increment]
        : [position, increment, bound.threshold, bound.setValue],
    );
    batch.updateCounter(table, key as never, ops as never, initial as never);
    return [1, only];
  },
  append(batch, table, [prefix, elements, moment]: readonly unknown[]) {
    batch.append(table, prefix as never, ...(elements as never[]));
    return [
      1,
      ([key]) => {
        if (moment !== undefined) table.expire(key as never, moment as number);
        return key;
      },
    ];
  },
  delete(batch, table, [key]) {
    batch.delete(table, key);
    return [1, none];
  },
  deleteEach(batch, table, [keys]: readonly unknown[]) {
    for (const key of keys as Key[]) batch.delete(table, key as never);
    return [(keys as Key[]).length, none];
  },
  deleteMany(batch, table, [keys]) {
    batch.deleteMany(table, keys);
    return [1, only];
  },
  deleteObjects(batch, table, [records]: readonly unknown[]) {
    for (const record of records as StoreRecord[]) batch.deleteObject(table, record as never);
    return [(records as StoreRecord[]).length, sum];
  },
  deleteRange(batch, table, [range]) {
    batch.deleteRange(table, rangeOf(range));
    return [1, only];
  },
  deleteAllObjects(batch, table) {
    batch.deleteAllObjects(table);
    return [1, none];
  },
};
