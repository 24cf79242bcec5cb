import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  Capabilities,
  Key,
  Mode,
  StoreRecord,
  TableType,
  Toolkit,
} from "../../src/index.js";

/** What a test changes about an {@link arrayAdapter}. */
export interface ArrayAdapterSettings<M extends Mode> {
  readonly name?: string;
  readonly capabilities?: Partial<Capabilities>;
  /** Methods to add to a table, or to put in the place of its own. */
  readonly methods?: (
    table: AdapterTable<M>,
    name: string,
    toolkit: Toolkit,
  ) => Partial<AdapterTable<M>>;
}

/** The options that the adapters here take: any. Those that are the same share their tables. */
export type ArrayOptions = Readonly<Record<string, unknown>>;

const CAPABILITIES: Capabilities = {
  durable: false,
  ordered: true,
  bags: true,
  shared: false,
  serializes: false,
  batches: false,
  expiry: false,
};

/**
 * An adapter with the mandatory methods and nothing else, over plain arrays: the least that core has to build upon.
 * Its tables live as long as its backend.
 */
export function arrayAdapter(
  settings: ArrayAdapterSettings<"sync"> = {},
): Adapter<ArrayOptions, "sync", ArrayOptions> {
  return {
    name: settings.name ?? "array",
    mode: "sync",
    contractVersion: 2,
    capabilities: { ...CAPABILITIES, ...settings.capabilities },
    normalizeOptions: (options) => options,
    open: (_options, toolkit) => arrayBackend(toolkit, settings.methods),
  };
}

/**
 * The same, but each method takes `turns()` microtasks before it does its work, and as many again before it answers, so
 * that the calls of several callers mix in every way.
 */
export function asyncArrayAdapter(
  settings: ArrayAdapterSettings<"async"> = {},
  turns: () => number = () => 1,
): Adapter<ArrayOptions, "async", ArrayOptions> {
  const { name, capabilities, methods } = settings;
  return {
    name: name ?? "async-array",
    mode: "async",
    contractVersion: 2,
    capabilities: { ...CAPABILITIES, ...capabilities },
    normalizeOptions: (options) => options,
    async open(_options, toolkit) {
      const { openTable, tables, dropTable, close } = arrayBackend(toolkit);
      return {
        async openTable(domain, tableName, type) {
          await turn(turns());
          const table = delayed(openTable(domain, tableName, type), turns);
          return { ...table, ...methods?.(table, tableName, toolkit) };
        },
        tables: async (domain) => tables(domain),
        dropTable: async (domain, tableName) => dropTable(domain, tableName),
        close: async () => close(),
      };
    },
  };
}

function arrayBackend(
  toolkit: Toolkit,
  methods?: ArrayAdapterSettings<"sync">["methods"],
): AdapterBackend<"sync"> {
  const all = new Map<string, { domain: string; name: string; table: AdapterTable<"sync"> }>();
  const keyOf = (domain: string, name: string) => JSON.stringify([domain, name]);
  return {
    openTable(domain, name, type) {
      const key = keyOf(domain, name);
      const { table } = all.get(key) ?? { table: arrayTable(type ?? "set", toolkit) };
      all.set(key, { domain, name, table });
      return { ...table, ...methods?.(table, name, toolkit) };
    },
    tables: (domain) =>
      [...all.values()]
        .filter((entry) => entry.domain === domain)
        .map(({ name, table: { type } }) => ({ name, type })),
    dropTable: (domain, name) => all.delete(keyOf(domain, name)),
    close: () => all.clear(),
  };
}

/**
 * One array, sorted by key and, within a key, by age. That all types are sorted is an accident: only an `ordered_set`
 * goes on from a key that isn't there.
 */
function arrayTable(type: TableType, toolkit: Toolkit): AdapterTable<"sync"> {
  const { compareKeys, equalRecords } = toolkit;
  const unique = type === "set" || type === "ordered_set";
  let records: StoreRecord[] = [];

  const lookup = (key: Key) => records.filter(([other]) => compareKeys(other, key) === 0);
  const leadsOn = (key: Key) => type === "ordered_set" || lookup(key).length > 0;
  const remove = (isGone: (record: StoreRecord) => boolean) => {
    const before = records.length;
    records = records.filter((record) => !isGone(record));
    return before - records.length;
  };

  function insert(record: StoreRecord): void {
    const [key] = record;
    if (unique) remove(([other]) => compareKeys(other, key) === 0);
    if (type === "bag" && lookup(key).some((other) => equalRecords(other, record))) return;
    const after = records.findIndex(([other]) => compareKeys(other, key) > 0);
    records.splice(after < 0 ? records.length : after, 0, record);
  }

  return {
    type,
    lookup,
    insertMany: (added) => added.forEach(insert),
    delete: (key) => void remove(([other]) => compareKeys(other, key) === 0),
    deleteObjects: (gone) => remove((record) => gone.some((other) => equalRecords(other, record))),
    deleteAllObjects: () => void remove(() => true),
    size: () => records.length,
    first: () => records[0]?.[0],
    last: () => records.at(-1)?.[0],
    next: (key) =>
      leadsOn(key) ? records.find(([other]) => compareKeys(other, key) > 0)?.[0] : undefined,
    prev: (key) =>
      leadsOn(key) ? records.findLast(([other]) => compareKeys(other, key) < 0)?.[0] : undefined,
    close: () => {},
  };
}

/** Waits for `count` microtasks. */
async function turn(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await undefined;
}

function delayed(table: AdapterTable<"sync">, turns: () => number): AdapterTable<"async"> {
  const later =
    <A extends unknown[], T>(method: (...args: A) => T) =>
    async (...args: A): Promise<T> => {
      await turn(turns());
      const result = method(...args);
      await turn(turns());
      return result;
    };
  return {
    type: table.type,
    lookup: later(table.lookup),
    insertMany: later(table.insertMany),
    delete: later(table.delete),
    deleteObjects: later(table.deleteObjects),
    deleteAllObjects: later(table.deleteAllObjects),
    size: later(table.size),
    first: later(table.first),
    last: later(table.last),
    next: later(table.next),
    prev: later(table.prev),
    close: later(table.close),
  };
}
