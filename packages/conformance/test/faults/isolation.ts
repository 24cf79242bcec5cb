import type { Adapter, AdapterTable, Key, StoreRecord } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { atomicMethods, copied, serializing } from "../adapters/durable-adapter.js";
import { asynchronous, idOf, minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { type Fault, from, withMethods } from "./broken.js";

export const ISOLATION_FAULTS: readonly Fault[] = [
  {
    name: "returns its own array from lookup",
    suite: "isolation",
    options: withMethods((_right, shelf) => ({
      lookup: (key) => shelf.groups.get(idOf(key)) ?? [],
    })),
  },
  {
    name: "declares serializes, and keeps what it was given",
    suite: "isolation",
    options: from(minimalAdapter(minimalTable, { serializes: true })),
  },
  {
    name: "declares serializes, and copies on the way in only",
    suite: "isolation",
    options: withMethods(
      ({ insertMany }) => ({ insertMany: (records) => insertMany(copied(records)) }),
      { serializes: true },
    ),
  },
  {
    name: "declares serializes, and decodes each record once",
    suite: "isolation",
    options: withMethods(
      ({ lookup }) => {
        const decoded = new Map<StoreRecord, StoreRecord>();
        return {
          lookup: (key) =>
            lookup(key).map((record) => {
              const known = decoded.get(record) ?? copied(record);
              decoded.set(record, known);
              return known;
            }),
        };
      },
      { serializes: true },
    ),
  },
  {
    name: "doesn't declare serializes, and returns copies",
    suite: "isolation",
    options: from(minimalAdapter(serializing(minimalTable))),
  },
  {
    name: "doesn't declare serializes, and keeps other elements than it was given",
    suite: "isolation",
    options: withMethods(({ insertMany }) => ({
      insertMany: (records) => insertMany(copied(records)),
    })),
  },
  {
    name: "says that each record is made for its reader, and returns those that it keeps",
    suite: "isolation",
    options: withMethods(() => ({ freshRecords: true })),
  },
];

type AsyncTable = AdapterTable<"async">;

/** An async adapter whose tables have all atomic methods, so that core leaves the callers to it; some are wrong. */
function racing(change: (right: AsyncTable) => Partial<AsyncTable>): ConformanceOptions {
  const right = asynchronous(
    minimalAdapter((shelf, toolkit) => {
      const table = minimalTable(shelf, toolkit);
      return { ...table, ...atomicMethods(table) };
    }),
  );
  const adapter: Adapter<object, "async"> = {
    ...right,
    async open(options, toolkit) {
      const backend = await right.open(options, toolkit);
      return {
        ...backend,
        async openTable(domain, name, type) {
          const table = await backend.openTable(domain, name, type);
          const own = table.type === "ordered_set" ? {} : { scan: () => scanned(table) };
          return { ...table, ...own, ...change(table) };
        },
      };
    },
  };
  return from(adapter);
}

async function* scanned(table: AsyncTable): AsyncGenerator<StoreRecord> {
  const keys: Key[] = [];
  for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
    keys.push(key);
  }
  for (const key of keys) yield* await table.lookup(key);
}

export const RACE_FAULTS: readonly Fault[] = [
  {
    name: "has a gap between read and write in update",
    suite: "many callers",
    options: racing(({ lookup, insertMany }) => ({
      async update(key, change) {
        const [record] = await lookup(key);
        if (record === undefined) return undefined;
        const changed = change(record);
        await insertMany([changed]);
        return changed;
      },
    })),
  },
  {
    name: "has a gap between look and write in insertNew",
    suite: "many callers",
    options: racing(({ lookup, insertMany }) => ({
      async insertNew(records) {
        for (const [key] of records) if ((await lookup(key)).length > 0) return false;
        await insertMany(records);
        return true;
      },
    })),
  },
  {
    name: "has a gap between read and delete in take",
    suite: "many callers",
    options: racing((right) => ({
      async take(key) {
        const taken = await right.lookup(key);
        await right.delete(key);
        return taken;
      },
    })),
  },
  {
    name: "insertMany inserts one by one",
    suite: "many callers",
    options: racing(({ insertMany }) => ({
      async insertMany(records) {
        for (const record of records) await insertMany([record]);
      },
    })),
  },
];
