import type {
  Adapter,
  AdapterTable,
  Capabilities,
  Key,
  ScanRange,
  StoreRecord,
  Toolkit,
} from "@store/core";
import type { ConformanceOptions, Created } from "../src/index.js";
import {
  atomicHooks,
  copied,
  type DurableOptions,
  durableAdapter,
  newPlace,
  removePlace,
  serializing,
  sharedAdapter,
} from "./durable-adapter.js";
import {
  asynchronous,
  idOf,
  minimalAdapter,
  minimalTable,
  type Shelf,
  type TableMaker,
} from "./minimal-adapter.js";

/** An adapter with one thing wrong, and the suite that must find it. */
export interface Fault {
  readonly name: string;
  /** How the name of the suite begins. */
  readonly suite: string;
  readonly options: ConformanceOptions;
}

type Table = AdapterTable<"sync">;
type Change = (table: Table, shelf: Shelf) => Partial<Table>;

/** A table that is right but for some hooks. */
function table(change: Change): TableMaker {
  return (shelf, toolkit) => {
    const right = minimalTable(shelf, toolkit);
    return { ...right, ...change(right, shelf) };
  };
}

const set = (change: Change, capabilities: Partial<Capabilities> = {}) =>
  fromAdapter(minimalAdapter(table(change), capabilities));

const fromAdapter = (adapter: Adapter): ConformanceOptions =>
  ({ createAdapter: () => adapter }) as ConformanceOptions<Created> as ConformanceOptions;

/** A table whose records go through `change` on their way in. */
const stored = (change: (value: unknown) => unknown) =>
  set(({ insertMany }) => ({
    insertMany: (records) =>
      insertMany(records.map(([key, ...rest]): StoreRecord => [key, ...rest.map(change)])),
  }));

/** A table that keeps keys of the same `id` as one. */
function keyed(id: (key: Key) => string): ConformanceOptions {
  return set((right, shelf) => {
    const known = (key: Key): Key => {
      const [record] = [...shelf.groups.values()].flat().filter((other) => id(other[0]) === id(key));
      return record?.[0] ?? key;
    };
    return {
      lookup: (key) => right.lookup(known(key)),
      delete: (key) => right.delete(known(key)),
      insertMany: (records) => {
        for (const [key, ...rest] of records) right.insertMany([[known(key), ...rest]]);
      },
    };
  });
}

/** An ordered_set by another order. */
const ordered = (compare: (a: Key, b: Key, right: (a: Key, b: Key) => number) => number) =>
  fromAdapter(
    minimalAdapter((shelf, toolkit) =>
      minimalTable(shelf, {
        ...toolkit,
        compareKeys: (a, b) => compare(a, b, toolkit.compareKeys),
      }),
    ),
  );

/** A scan over what `of` takes down at its beginning. */
function* scanning(records: readonly StoreRecord[], limit: number): Generator<StoreRecord> {
  for (const [index, record] of records.entries()) if (index < limit) yield record;
}

function all({ first, next, lookup }: Table): StoreRecord[] {
  const records: StoreRecord[] = [];
  for (let key = first(); key !== undefined; key = next(key)) records.push(...lookup(key));
  return records;
}

function durable(change: (adapter: Adapter) => Adapter): ConformanceOptions {
  const adapter = durableAdapter() as Adapter;
  return {
    createAdapter: () => ({ adapter: change(adapter), options: newPlace() }),
    cleanup: (created) => removePlace((created as { options: DurableOptions }).options),
  };
}

const declared = (adapter: Adapter, capabilities: Partial<Capabilities>): Adapter => ({
  ...adapter,
  capabilities: { ...adapter.capabilities, ...capabilities },
});

const pause = async () => {
  for (let turn = 0; turn < 5; turn++) await undefined;
};

/** An async table with all atomic hooks, so that core leaves concurrency to it; some of them are wrong. */
function racing(
  change: (table: AdapterTable<"async">) => Partial<AdapterTable<"async">>,
): ConformanceOptions {
  const right = asynchronous(
    minimalAdapter((shelf, toolkit) => {
      const plain = minimalTable(shelf, toolkit);
      return { ...plain, ...atomicHooks(plain) };
    }),
  );
  const adapter: Adapter<object, "async"> = {
    ...right,
    async open(options, toolkit) {
      const backend = await right.open(options, toolkit);
      return {
        ...backend,
        async openTable(name, type) {
          const opened = await backend.openTable(name, type);
          const scan = async function* (): AsyncGenerator<StoreRecord> {
            const keys: Key[] = [];
            for (let key = await opened.first(); key !== undefined; key = await opened.next(key)) {
              keys.push(key);
            }
            for (const key of keys) yield* await opened.lookup(key);
          };
          return { ...opened, ...(opened.type === "ordered_set" ? {} : { scan }), ...change(opened) };
        },
      };
    },
  };
  return fromAdapter(adapter as Adapter);
}

let sharedPlace = 0;

export const FAULTS: readonly Fault[] = [
  // values
  {
    name: "loses -0 in values",
    suite: "values",
    options: stored((value) => (value === 0 ? 0 : value)),
  },
  {
    name: "loses members that are undefined",
    suite: "values",
    options: fromAdapter(
      minimalAdapter(
        serializing(minimalTable, (value) => without(copied(value), undefined) as typeof value),
        { serializes: true },
      ),
    ),
  },
  {
    name: "makes strings of dates",
    suite: "values",
    options: stored((value) => (value instanceof Date ? String(value) : value)),
  },
  {
    name: "makes a Buffer of bytes",
    suite: "values",
    options: fromAdapter(
      minimalAdapter(
        serializing(minimalTable, (record) =>
          mapped(record, (value) => (value instanceof Uint8Array ? Buffer.from(value) : value)),
        ),
        { serializes: true },
      ),
    ),
  },
  {
    name: "replaces lone surrogates",
    suite: "values",
    options: stored((value) => (typeof value === "string" ? Buffer.from(value).toString() : value)),
  },
  {
    name: "cuts bigints to 64 bits",
    suite: "values",
    options: stored((value) => (typeof value === "bigint" ? BigInt.asIntN(64, value) : value)),
  },
  {
    name: "clones, and so loses null prototypes",
    suite: "values",
    options: fromAdapter(
      minimalAdapter(serializing(minimalTable, structuredClone), { serializes: true }),
    ),
  },
  {
    name: "assigns a member named __proto__",
    suite: "values",
    options: fromAdapter(
      minimalAdapter(
        serializing(minimalTable, (record) => mapped(record, (value) => reassigned(value))),
        { serializes: true },
      ),
    ),
  },
  {
    name: "loses a record's last element when it is undefined",
    suite: "update",
    options: set(({ insertMany }) => ({
      insertMany: (records) =>
        insertMany(records.map((record) => (record.at(-1) === undefined ? (record.slice(0, -1) as never) : record))),
    })),
  },

  // keys and their order
  { name: "treats 1 and 1n as one key", suite: "keys", options: keyed((key) => idOf(key).replace("n", "")) },
  { name: 'treats 1 and "1" as one key', suite: "keys", options: keyed((key) => String(idOf(key)).replaceAll('"', "")) },
  { name: "joins the elements of a tuple", suite: "keys", options: keyed((key) => [key].flat(9).map((part) => idOf(part as Key)).join()) },
  { name: "treats null and undefined names alike", suite: "keys", options: keyed((key) => (key === null || key === "null" ? "null" : idOf(key))) },
  { name: "normalizes strings", suite: "keys", options: keyed((key) => idOf(typeof key === "string" ? key.normalize("NFD") : key)) },
  { name: "takes big bigints for numbers", suite: "keys", options: keyed((key) => (typeof key === "bigint" && key > 2n ** 53n ? `${Number(key)}n` : idOf(key))) },
  {
    name: "orders strings by locale",
    suite: "keys",
    options: ordered((a, b, right) =>
      typeof a === "string" && typeof b === "string" ? a.localeCompare(b) || right(a, b) : right(a, b),
    ),
  },
  {
    name: "orders strings by code point",
    suite: "keys",
    options: ordered((a, b, right) =>
      typeof a === "string" && typeof b === "string"
        ? Buffer.compare(utf32(a), utf32(b)) || right(a, b)
        : right(a, b),
    ),
  },
  {
    name: "orders bytes as signed",
    suite: "keys",
    options: ordered((a, b, right) =>
      a instanceof Uint8Array && b instanceof Uint8Array
        ? right([...new Int8Array(a)], [...new Int8Array(b)])
        : right(a, b),
    ),
  },
  {
    name: "orders tuples by length",
    suite: "keys",
    options: ordered((a, b, right) =>
      Array.isArray(a) && Array.isArray(b) ? a.length - b.length || right(a, b) : right(a, b),
    ),
  },
  {
    name: "orders bigints after all numbers",
    suite: "keys",
    options: ordered((a, b, right) =>
      typeof a === "bigint" && typeof b === "number" ? 1 : typeof a === "number" && typeof b === "bigint" ? -1 : right(a, b),
    ),
  },
  { name: "orders an equal bigint before its number", suite: "keys", options: ordered((a, b, right) => (typeof a !== typeof b && (a as number) == (b as number) ? -right(a, b) : right(a, b))) },
  {
    name: "orders keys as strings",
    suite: "keys",
    options: ordered((a, b, right) => (right(a, b) === 0 ? 0 : idOf(a) < idOf(b) ? -1 : 1)),
  },
  {
    name: "takes table names in any case as one",
    suite: "store",
    options: named((name) => name.toLowerCase()),
  },
  { name: "cuts long table names", suite: "store", options: named((name) => name.slice(0, 2)) },

  // sets and bags
  {
    name: "keeps the first of two records of one key in insertMany",
    suite: "insert, insertMany",
    options: set((right) => ({
      insertMany: (records) =>
        right.insertMany(records.filter(([key], at) => records.findIndex(([other]) => idOf(other) === idOf(key)) === at || right.type.endsWith("bag"))),
    })),
  },
  {
    name: "forgets that a bag keeps equal records once",
    suite: "insert, insertMany",
    options: fromAdapter(
      minimalAdapter((shelf, toolkit) => minimalTable(shelf, { ...toolkit, equalRecords: (a, b) => a === b })),
    ),
  },
  {
    name: "compares records of a bag as JSON",
    suite: "equality",
    options: fromAdapter(
      minimalAdapter((shelf, toolkit) => minimalTable(shelf, { ...toolkit, equalRecords: (a, b) => json(a) === json(b) })),
    ),
  },
  {
    name: "keeps equal records of a duplicate_bag once",
    suite: "insert, insertMany",
    options: fromAdapter(
      minimalAdapter((shelf, toolkit) => ({
        ...minimalTable({ ...shelf, type: shelf.type === "duplicate_bag" ? "bag" : shelf.type }, toolkit),
        type: shelf.type,
      })),
    ),
  },
  {
    name: "puts a new record of a bag first",
    suite: "insert, insertMany",
    options: set((right, shelf) => ({
      insertMany(records) {
        right.insertMany(records);
        for (const group of shelf.groups.values()) if (group.length > 1) group.reverse();
      },
    })),
  },
  {
    name: "moves an equal record of a bag to the end",
    suite: "insert, insertMany",
    options: set((right) => ({
      insertMany(records) {
        if (right.type === "bag") right.deleteObjects(records);
        right.insertMany(records);
      },
    })),
  },
  {
    name: "insertNew overwrites",
    suite: "insertNew",
    options: set((right) => ({
      insertNew(records) {
        right.insertMany(records);
        return true;
      },
    })),
  },
  {
    name: "insertNew looks at the first record only",
    suite: "insertNew",
    options: set((right) => ({
      insertNew(records) {
        if (records.slice(0, 1).some(([key]) => right.lookup(key).length > 0)) return false;
        right.insertMany(records);
        return true;
      },
    })),
  },
  { name: "insert of its own adds to the record that is there", suite: "insert, insertMany", options: set((right, shelf) => ({ insert: (record) => void shelf.groups.set(idOf(record[0]), [...right.lookup(record[0]), record]) })) },
  { name: "member is always true", suite: "lookup", options: set(() => ({ member: () => true })) },
  { name: "member forgets falsy keys", suite: "keys", options: set((right) => ({ member: (key) => Boolean(key) && right.lookup(key).length > 0 })) },
  { name: "take doesn't delete", suite: "lookup", options: set((right) => ({ take: (key) => right.lookup(key) })) },
  { name: "take returns one record of a bag", suite: "lookup", options: set((right) => ({ take: (key) => atomicHooks(right).take(key).slice(0, 1) })) },
  {
    name: "delete removes the first record of a bag only",
    suite: "delete",
    options: set((right) => ({ delete: (key) => right.deleteObjects(right.lookup(key).slice(0, 1).concat([[key, "none"]])) })),
  },
  { name: "delete of a missing key fails", suite: "delete", options: set((right) => ({ delete(key) { if (right.lookup(key).length === 0) throw new Error("no such key"); right.delete(key); } })) },
  {
    name: "deleteObject deletes only one of equal records",
    suite: "delete",
    options: set((right, shelf) => ({
      deleteObjects(records) {
        if (right.type !== "duplicate_bag") return right.deleteObjects(records);
        for (const record of records) {
          const group = right.lookup(record[0]);
          const [gone] = right.lookup(record[0]).filter((other) => json(other) === json(record));
          if (gone === undefined) continue;
          group.splice(group.indexOf(gone), 1);
          right.delete(record[0]);
          if (group.length > 0) shelf.groups.set(idOf(record[0]), group);
        }
      },
    })),
  },
  { name: "deleteObject deletes the whole key", suite: "delete", options: set((right) => ({ deleteObjects: (records) => { for (const [key] of records) right.delete(key); } })) },
  { name: "deleteObjects takes the first of its records only", suite: "matchObject", options: set((right) => ({ deleteObjects: (records) => right.deleteObjects(records.slice(0, 1)) })) },
  {
    name: "deleteAllObjects leaves one",
    suite: "delete",
    options: set((right) => ({
      deleteAllObjects() {
        const key = right.last();
        const left = key === undefined ? [] : right.lookup(key);
        right.deleteAllObjects();
        right.insertMany(left);
      },
    })),
  },
  {
    name: "size is stale after a delete",
    suite: "size",
    options: set((right) => {
      let size = right.size();
      return {
        insertMany(records) {
          right.insertMany(records);
          size = right.size();
        },
        size: () => size,
      };
    }),
  },
  { name: "size counts a bag's keys", suite: "size", options: set((right, shelf) => ({ size: () => shelf.groups.size })) },

  // updates
  {
    name: "update calls back for a missing key, and inserts",
    suite: "replace",
    options: set((right) => ({
      update(key, change) {
        const changed = change(right.lookup(key)[0] ?? [key, undefined]);
        right.insertMany([changed]);
        return changed;
      },
    })),
  },
  { name: "update returns the record of before", suite: "updateCounter", options: set((right) => ({ update(key, change) { const [before] = right.lookup(key); atomicHooks(right).update(key, change); return before; } })) },
  {
    name: "updateCounter of its own ignores the threshold",
    suite: "updateCounter",
    options: fromAdapter(minimalAdapter((shelf, toolkit) => {
      const right = minimalTable(shelf, toolkit);
      return {
        ...right,
        updateCounter: (key, step) => {
          const change = (record: StoreRecord) => toolkit.counted(record, { ...step, bound: undefined });
          return atomicHooks(right).update(key, change)?.[step.position - 1] as number;
        },
      };
    })),
  },
  {
    name: "updateCounter of its own adds in floating point",
    suite: "updateCounter",
    options: set((right) => ({
      updateCounter(key, { position, increment }) {
        const [record] = right.lookup(key);
        if (record === undefined) return undefined;
        const changed = [...record];
        changed[position - 1] = Number(record[position - 1]) + Number(increment);
        right.insertMany([changed as unknown as StoreRecord]);
        return changed[position - 1] as number;
      },
    })),
  },

  // walks
  { name: "next skips one", suite: "first", options: set((right) => ({ next: (key) => { const next = right.next(key); return next === undefined ? next : (right.next(next) ?? next); } })) },
  { name: "next never ends", suite: "first", options: set((right) => ({ next: (key) => right.next(key) ?? right.first() })) },
  { name: "prev is off by one", suite: "first", options: set((right) => ({ prev: (key) => { const prev = right.prev(key); return prev === undefined ? prev : right.prev(prev); } })) },
  { name: "last is the first", suite: "first", options: set((right) => ({ last: () => right.first() })) },
  { name: "first is stale after a delete", suite: "first", options: set((right) => { let first: Key | undefined; return { insertMany: (records) => { right.insertMany(records); first = right.first(); }, first: () => first }; }) },
  { name: "next of a missing key in an ordered_set is undefined", suite: "first", options: set((right) => ({ next: (key) => (right.lookup(key).length > 0 ? right.next(key) : undefined) })) },
  { name: "next of a missing key in a set is the first", suite: "first", options: set((right) => ({ next: (key) => (right.lookup(key).length > 0 ? right.next(key) : right.first()) })) },
  { name: "prev goes the way of next", suite: "first", options: set((right) => ({ prev: (key) => right.next(key) })) },

  // scans
  { name: "scan takes all bounds as inclusive", suite: "records and keys of a range", options: scanned((record, { lower, upper }, compare) => (!lower || compare(record[0], lower.key) >= 0) && (!upper || compare(record[0], upper.key) <= 0)) },
  { name: "scan ignores the upper bound", suite: "records and keys of a range", options: scanned((record, { lower }, compare) => !lower || compare(record[0], lower.key) >= Number(!lower.inclusive)) },
  { name: "scan ignores reverse", suite: "records and keys of a range", options: set((right) => ({ scan: ({ lower, upper }) => (lower || upper ? [] : all(right)) })) },
  { name: "scan misses a record after a delete", suite: "records, keys, foldl while", options: set((right) => ({ *scan({ reverse }) { for (let at = 0; at < all(right).length; at++) yield (reverse ? all(right).reverse() : all(right))[at] as StoreRecord; } })) },
  { name: "scan repeats a record after an insert", suite: "records, keys, foldl while", options: set((right) => ({ *scan({ reverse, limit }) { const before = all(right); const records = reverse ? before.reverse() : before; for (const [at, record] of records.entries()) { if (at >= limit) return; yield record; if (all(right).length > before.length) yield record; } } })) },
  { name: "scan stops when the table changes", suite: "records, keys, foldl while", options: set((right) => ({ *scan({ reverse }) { const before = all(right); for (const record of reverse ? before.toReversed() : before) { yield record; if (all(right).length !== before.length) return; } } })) },
  { name: "scan drops the last record", suite: "records, keys, foldl", options: set((right) => ({ scan: ({ reverse }) => (reverse ? all(right).reverse() : all(right)).slice(0, -1) })) },
  { name: "scan doesn't keep the records of a key together", suite: "records, keys, foldl", options: set((right) => ({ scan: ({ limit }) => { const records = all(right); const odd = records.filter((_record, at) => at % 2 === 1); return scanning([...records.filter((_record, at) => at % 2 === 0), ...odd], limit); } })) },
  { name: "scanKeys comes by a bag's key for each record", suite: "records, keys, foldl", options: set((right) => ({ scanKeys: ({ reverse }) => { const keys = all(right).map(([key]) => key); return reverse ? keys.reverse() : keys; } })) },
  { name: "matchObject ignores its limit", suite: "matchObject", options: set((right) => ({ matchObject: ({ matches }) => all(right).filter(matches) })) },
  { name: "matchObject looks up keys only", suite: "matchObject", options: set((right) => ({ matchObject: ({ key, matches }, limit) => (key === undefined ? all(right).slice(0, limit) : right.lookup(key).filter(matches).slice(0, limit)) })) },
  { name: "matchObject returns records that don't match", suite: "matchObject", options: set((right) => ({ matchObject: ({ key }, limit) => (key === undefined ? all(right) : right.lookup(key)).slice(0, limit) })) },

  // isolation
  { name: "returns its own array", suite: "isolation", options: set((_right, shelf) => ({ lookup: (key) => shelf.groups.get(idOf(key)) ?? [] })) },
  { name: "declares serializes, and keeps what it was handed", suite: "isolation", options: fromAdapter(minimalAdapter(minimalTable, { serializes: true })) },
  { name: "declares serializes, and copies only on the way in", suite: "isolation", options: fromAdapter(minimalAdapter((shelf, toolkit) => { const right = minimalTable(shelf, toolkit); return { ...right, insertMany: (records) => right.insertMany(copied(records)) }; }, { serializes: true })) },
  { name: "doesn't declare serializes, and returns copies", suite: "isolation", options: fromAdapter(minimalAdapter(serializing(minimalTable))) },
  { name: "doesn't declare serializes, and copies the outer array", suite: "isolation", options: set((right) => ({ insertMany: (records) => right.insertMany(records.map((record) => [...record])) })) },

  // many callers
  { name: "updateCounter with a gap between read and write", suite: "many callers", options: racing((right) => ({ async update(key, change) { const [record] = await right.lookup(key); if (record === undefined) return undefined; await pause(); const changed = change(record); await right.insertMany([changed]); return changed; } })) },
  { name: "insertNew with a gap between look and write", suite: "many callers", options: racing((right) => ({ async insertNew(records) { for (const [key] of records) if ((await right.lookup(key)).length > 0) return false; await right.insertMany(records); return true; } })) },
  { name: "take with a gap between read and delete", suite: "many callers", options: racing((right) => ({ async take(key) { const taken = await right.lookup(key); await right.delete(key); return taken; } })) },
  { name: "insertMany inserts one by one", suite: "many callers", options: racing((right) => ({ async insertMany(records) { for (const record of records) await right.insertMany([record]); } })) },

  // declarations
  { name: "declares durable, and isn't", suite: "durable", options: fromAdapter(minimalAdapter(table(() => ({ sync: () => {} })), { durable: true })) },
  { name: "declares durable, and loses the last write", suite: "durable", options: durable((adapter) => declared(losing(adapter), {})) },
  { name: "declares durable, and has no sync", suite: "createAdapter", options: fromAdapter(minimalAdapter(minimalTable, { durable: true })) },
  { name: "doesn't declare durable, and is", suite: "durable", options: durable((adapter) => declared(adapter, { durable: false })) },
  { name: "doesn't declare ordered, and has ordered_set", suite: "declared gaps", options: fromAdapter(minimalAdapter(minimalTable, { ordered: false })) },
  { name: "doesn't declare bags, and has them", suite: "declared gaps", options: fromAdapter(minimalAdapter(minimalTable, { bags: false })) },
  { name: "declares ordered, and keeps keys as they came", suite: "first", options: fromAdapter(minimalAdapter((shelf, toolkit) => ({ ...minimalTable({ ...shelf, type: "set" }, toolkit), type: shelf.type }))) },
  { name: "declares shared, and isn't", suite: "shared", options: fromAdapter(minimalAdapter((shelf, toolkit) => { const right = minimalTable(shelf, toolkit); return { ...right, ...atomicHooks(right) }; }, { shared: true })) },
  { name: "declares shared, and leaves atomic hooks to core", suite: "createAdapter", options: fromAdapter(minimalAdapter(minimalTable, { shared: true })) },
  { name: "doesn't declare shared, and is", suite: "shared", options: { ...durable(() => declared(sharedAdapter() as Adapter, { shared: false })) } },
  { name: "declares a capability as a string", suite: "declaration", options: fromAdapter(declared(minimalAdapter(), { shared: "no" as never })) },
  { name: "leaves out a capability", suite: "declaration", options: fromAdapter({ ...minimalAdapter(), capabilities: { durable: false, ordered: true, bags: true, shared: false } as never }) },
  { name: "declares a capability that isn't known", suite: "declaration", options: fromAdapter(declared(minimalAdapter(), { fast: true } as never)) },
  { name: "changes its declaration when it is opened", suite: "declaration", options: fromAdapter(changing()) },
  { name: "is written for another version of the contract", suite: "declaration", options: fromAdapter({ ...minimalAdapter(), contractVersion: 2 as never }) },
  { name: "has no name", suite: "declaration", options: fromAdapter({ ...minimalAdapter(), name: "" }) },
  { name: "says that it is sync, and returns promises", suite: "colour", options: fromAdapter({ ...asynchronous(minimalAdapter()), mode: "sync" } as Adapter) },
  { name: "says that it is sync, and lookup returns a promise", suite: "lookup", options: set((right) => ({ lookup: (key) => Promise.resolve(right.lookup(key)) as never })) },
  { name: "lacks hooks", suite: "createAdapter", options: set(() => ({ prev: undefined as never, deleteObjects: undefined as never })) },
  { name: "normalizeOptions changes what it was given", suite: "declaration", options: { createAdapter: () => ({ adapter: { ...minimalAdapter(), normalizeOptions: (options: { list: number[] }) => { options.list.push(1); return {}; } } as Adapter, options: { list: [] } }) } },
  { name: "normalizeOptions returns other options each time", suite: "domains", options: fromAdapter({ ...minimalAdapter(), normalizeOptions: () => ({ at: sharedPlace++ }) }) },
  { name: "accepts options that it should refuse", suite: "domains", options: { ...fromAdapter(minimalAdapter()), invalidOptions: [{ size: -1 }] } },
  { name: "refuses options without naming them", suite: "domains", options: { ...fromAdapter({ ...minimalAdapter(), normalizeOptions(options: object) { if ("size" in options) throw new Error("bad"); return {}; } }), invalidOptions: [{ size: -1 }] } },

  // opening and closing
  { name: "opens a table as the type that was asked for", suite: "store", options: fromAdapter(retyping()) },
  { name: "loses the records when a table is closed", suite: "store", options: set((right) => ({ close: () => right.deleteAllObjects() })) },
  { name: "fails to close", suite: "createAdapter", options: set(() => ({ close: () => { throw new Error("busy"); } })) },
  { name: "keeps a table's lock when it is closed", suite: "store", options: durable((adapter) => locking(adapter)) },
  { name: "createAdapter returns the same place each time", suite: "createAdapter", options: { createAdapter: () => ({ adapter: sharedAdapter(), options: { place: "always" } }) } },
  { name: "createAdapter returns a place that isn't empty", suite: "createAdapter", options: fromAdapter(minimalAdapter(table((right) => { if (right.size() === 0) right.insertMany([["left over", 1]]); return {}; }))) },
  { name: "createAdapter returns no adapter", suite: "createAdapter", options: { createAdapter: () => undefined as never } },
  { name: "info gives a negative number of bytes", suite: "size", options: set(() => ({ usage: () => ({ memoryBytes: -1 }) })) },
  { name: "flushCounters counts again", suite: "size", options: fromAdapter(minimalAdapter((shelf, toolkit) => { const right = minimalTable(shelf, toolkit); return { ...right, flushCounters: () => void atomicHooks(right).update("k", (record) => toolkit.counted(record, { position: 2, increment: 1, bound: undefined })) }; })) },
];

function without(value: unknown, gone: unknown): unknown {
  return mapped(value, (part) =>
    typeof part === "object" && part !== null && Object.getPrototypeOf(part) === Object.prototype
      ? Object.fromEntries(Object.entries(part).filter(([, member]) => member !== gone))
      : part,
  );
}

/** A deep copy with each part changed. */
function mapped<T>(value: T, change: (part: unknown) => unknown): T {
  const inner = Array.isArray(value)
    ? value.map((part) => mapped(part, change))
    : value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype
      ? Object.defineProperties({}, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, { value: mapped(part, change), enumerable: true, writable: true, configurable: true }])))
      : copied(value);
  return change(inner) as T;
}

function reassigned(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) result[name] = member;
  return result;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_name, part) => (typeof part === "bigint" ? Number(part) : part));
}

function utf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return Buffer.concat(points.map((point) => Buffer.from([point >> 16, (point >> 8) & 255, point & 255])));
}

function named(of: (name: string) => string): ConformanceOptions {
  const right = minimalAdapter();
  return fromAdapter({
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return { ...backend, openTable: (name, type) => backend.openTable(of(name), type) };
    },
  } as Adapter);
}

function scanned(
  within: (record: StoreRecord, range: ScanRange, compare: Toolkit["compareKeys"]) => boolean,
): ConformanceOptions {
  return fromAdapter(
    minimalAdapter((shelf, toolkit) => {
      const right = minimalTable(shelf, toolkit);
      return {
        ...right,
        scan(range) {
          const found = all(right).filter((record) => within(record, range, toolkit.compareKeys));
          return scanning(range.reverse ? found.reverse() : found, range.limit);
        },
      };
    }),
  );
}

/** Durable, but what was written last before the store was closed is gone. */
function losing(adapter: Adapter): Adapter {
  return wrapped(adapter, (right) => {
    let last: readonly StoreRecord[] = [];
    return {
      insertMany(records: readonly StoreRecord[]) {
        right.insertMany(records);
        last = records;
      },
      close() {
        right.deleteObjects(last);
        right.close();
      },
    };
  });
}

function locking(adapter: Adapter): Adapter {
  return wrapped(adapter, () => ({ close: () => {} }));
}

function wrapped(adapter: Adapter, change: (right: Table) => Partial<Table>): Adapter {
  const right = adapter as Adapter<object, "sync">;
  const changed: Adapter<object, "sync"> = {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(name, type) {
          const opened = backend.openTable(name, type);
          return { ...opened, ...change(opened) };
        },
      };
    },
  };
  return changed as Adapter;
}

function retyping(): Adapter {
  const right = minimalAdapter();
  const changed: Adapter<object, "sync"> = {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(name, type) {
          const opened = backend.openTable(name, type);
          return { ...opened, type: type ?? opened.type };
        },
      };
    },
  };
  return changed as Adapter;
}

function changing(): Adapter {
  const capabilities = { ...minimalAdapter().capabilities };
  const right = minimalAdapter(table(() => {
    capabilities.bags = !capabilities.bags;
    return {};
  }));
  return { ...right, capabilities } as Adapter;
}
