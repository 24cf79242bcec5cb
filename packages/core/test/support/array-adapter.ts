import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  Capabilities,
  Key,
  Mode,
  StoreRecord,
  TableChange,
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
  /** Told of the changes of each batch before they are applied. */
  readonly onChanges?: (changes: readonly TableChange<M>[]) => void;
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
 * An adapter with the mandatory methods and what its capabilities declare (batches, expiry), over plain arrays: the least
 * that core has to build upon. Its tables live as long as its backend.
 */
export function arrayAdapter(
  settings: ArrayAdapterSettings<"sync"> = {},
): Adapter<ArrayOptions, "sync", ArrayOptions> {
  const capabilities = { ...CAPABILITIES, ...settings.capabilities };
  return {
    name: settings.name ?? "array",
    mode: "sync",
    contractVersion: 2,
    capabilities,
    normalizeOptions: (options) => options,
    open: (_options, toolkit) => arrayBackend(toolkit, capabilities, settings),
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
  const { name, methods, onChanges } = settings;
  const capabilities = { ...CAPABILITIES, ...settings.capabilities };
  return {
    name: name ?? "async-array",
    mode: "async",
    contractVersion: 2,
    capabilities,
    normalizeOptions: (options) => options,
    async open(_options, toolkit) {
      const { openTable, tables, dropTable, close } = arrayBackend(toolkit, capabilities, {});
      return {
        async openTable(domain, tableName, type) {
          await turn(turns());
          const table = delayed(openTable(domain, tableName, type), turns);
          return { ...table, ...methods?.(table, tableName, toolkit) };
        },
        tables: async (domain) => tables(domain),
        dropTable: async (domain, tableName) => dropTable(domain, tableName),
        close: async () => close(),
        ...(capabilities.batches && {
          async applyChanges(changes: readonly TableChange<"async">[]) {
            onChanges?.(changes);
            for (const change of changes) for (const done of applying(change)) await done;
          },
        }),
      };
    },
  };
}

/** An array adapter of either mode. */
export function arrayAdapterOf(
  mode: Mode,
  settings: Omit<ArrayAdapterSettings<Mode>, "methods"> & { readonly methods?: unknown } = {},
): Adapter<ArrayOptions> {
  return mode === "sync" ? arrayAdapter(settings as never) : asyncArrayAdapter(settings as never);
}

function arrayBackend(
  toolkit: Toolkit,
  { batches, expiry }: Capabilities,
  { methods, onChanges }: ArrayAdapterSettings<"sync">,
): AdapterBackend<"sync"> {
  const all = new Map<string, { domain: string; name: string; table: AdapterTable<"sync"> }>();
  const keyOf = (domain: string, name: string) => JSON.stringify([domain, name]);
  return {
    openTable(domain, name, type) {
      const key = keyOf(domain, name);
      const { table } = all.get(key) ?? { table: arrayTable(type ?? "set", toolkit, expiry) };
      all.set(key, { domain, name, table });
      return { ...table, ...methods?.(table, name, toolkit) };
    },
    tables: (domain) =>
      [...all.values()]
        .filter((entry) => entry.domain === domain)
        .map(({ name, table: { type } }) => ({ name, type })),
    dropTable: (domain, name) => all.delete(keyOf(domain, name)),
    close: () => all.clear(),
    ...(batches && {
      applyChanges(changes: readonly TableChange<"sync">[]) {
        onChanges?.(changes);
        for (const change of changes) for (const _done of applying(change));
      },
    }),
  };
}

/** Applies a change of a batch by the methods of its table, and yields what they return. */
export function* applying(change: TableChange): Generator<unknown, void> {
  const { table } = change;
  switch (change.kind) {
    case "insert":
      if (change.expiresAt === undefined) yield table.insertMany(change.records);
      else yield table.insertMany(change.records, change.expiresAt);
      break;
    case "delete":
      for (const key of change.keys) yield table.delete(key);
      break;
    case "deleteObjects":
      yield table.deleteObjects(change.records);
      break;
    case "deleteAllObjects":
      yield table.deleteAllObjects();
  }
}

/** A record that a table holds, and the moment from which it doesn't. */
interface Entry {
  readonly record: StoreRecord;
  readonly at: number | undefined;
}

/**
 * One array, sorted by key and, within a key, by age. That all types are sorted is an accident: only an `ordered_set`
 * goes on from a key that isn't there.
 */
function arrayTable(type: TableType, toolkit: Toolkit, expiry: boolean): AdapterTable<"sync"> {
  const { compareKeys, equalRecords } = toolkit;
  const unique = type === "set" || type === "ordered_set";
  let kept: Entry[] = [];

  const entries = () => {
    const now = Date.now();
    kept = kept.filter(({ at }) => at === undefined || at > now);
    return kept;
  };
  const keyed = (key: Key) =>
    entries().filter(({ record: [other] }) => compareKeys(other, key) === 0);
  const lookup = (key: Key) => keyed(key).map(({ record }) => record);
  const leadsOn = (key: Key) => type === "ordered_set" || keyed(key).length > 0;
  const remove = (isGone: (record: StoreRecord) => boolean) => {
    const before = entries().length;
    kept = kept.filter(({ record }) => !isGone(record));
    return before - kept.length;
  };

  function insert(record: StoreRecord, at: number | undefined): void {
    const [key] = record;
    if (unique) remove(([other]) => compareKeys(other, key) === 0);
    const equal =
      type === "bag" ? entries().findIndex((entry) => equalRecords(entry.record, record)) : -1;
    if (equal >= 0) {
      kept[equal] = { record, at };
      return;
    }
    const after = entries().findIndex((entry) => compareKeys(entry.record[0], key) > 0);
    kept.splice(after < 0 ? kept.length : after, 0, { record, at });
  }

  return {
    type,
    lookup,
    insertMany: (added, moments) =>
      added.forEach((record, index) => {
        insert(record, moments?.[index]);
      }),
    delete: (key) => void remove(([other]) => compareKeys(other, key) === 0),
    deleteObjects: (gone) => remove((record) => gone.some((other) => equalRecords(other, record))),
    deleteAllObjects: () => void remove(() => true),
    size: () => entries().length,
    first: () => entries()[0]?.record[0],
    last: () => entries().at(-1)?.record[0],
    next: (key) =>
      leadsOn(key)
        ? entries().find(({ record: [other] }) => compareKeys(other, key) > 0)?.record[0]
        : undefined,
    prev: (key) =>
      leadsOn(key)
        ? entries().findLast(({ record: [other] }) => compareKeys(other, key) < 0)?.record[0]
        : undefined,
    close: () => {},
    ...(expiry && {
      expire(key: Key, at: number | undefined): boolean {
        const there = keyed(key).length > 0;
        kept = kept.map((entry) =>
          compareKeys(entry.record[0], key) === 0 ? { ...entry, at } : entry,
        );
        return there;
      },
      expiresAt: (key: Key) => keyed(key).map(({ at }) => at),
    }),
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
  const methods = Object.entries(table).map(([name, method]) => [
    name,
    typeof method === "function" ? later(method) : method,
  ]);
  return Object.fromEntries(methods);
}
