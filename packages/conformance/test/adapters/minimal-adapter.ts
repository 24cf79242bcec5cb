import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  Capabilities,
  Key,
  ScanRange,
  StoreRecord,
  TableChange,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";

/** What a table holds: for each key, its records in the order they came. */
export interface Shelf {
  readonly type: TableType;
  readonly groups: Map<string, StoreRecord[]>;
}

/** The mandatory methods alone, over a Map: short enough to be seen to be right. */
export function minimalTable(shelf: Shelf, toolkit: Toolkit): AdapterTable<"sync"> {
  const { type, groups } = shelf;
  const { compareKeys, equalRecords } = toolkit;
  let walked:
    | { readonly keys: readonly Key[]; readonly positions: Map<string, number> }
    | undefined;

  /** All keys in the table's order, with their positions; found again after each change. */
  function walk(): NonNullable<typeof walked> {
    if (walked === undefined) {
      const keys = [...groups.values()].flatMap(([record]) => (record ? [record[0]] : []));
      if (type === "ordered_set") keys.sort(compareKeys);
      walked = { keys, positions: new Map(keys.map((key, position) => [idOf(key), position])) };
    }
    return walked;
  }

  function set(id: string, records: StoreRecord[]): void {
    walked = undefined;
    if (records.length > 0) groups.set(id, records);
    else groups.delete(id);
  }

  function insert(record: StoreRecord): void {
    const id = idOf(record[0]);
    const there = groups.get(id) ?? [];
    if (type === "set" || type === "ordered_set") set(id, [record]);
    else if (type === "duplicate_bag" || !there.some((other) => equalRecords(other, record))) {
      set(id, [...there, record]);
    }
  }

  return {
    type,
    lookup: (key) => [...(groups.get(idOf(key)) ?? [])],
    insertMany: (records) => records.forEach(insert),
    delete: (key) => set(idOf(key), []),
    deleteObjects(records) {
      let count = 0;
      for (const gone of records) {
        const id = idOf(gone[0]);
        const there = groups.get(id) ?? [];
        const left = there.filter((record) => !equalRecords(gone, record));
        count += there.length - left.length;
        set(id, left);
      }
      return count;
    },
    deleteAllObjects() {
      walked = undefined;
      groups.clear();
    },
    size: () => [...groups.values()].flat().length,
    first: () => walk().keys[0],
    last: () => walk().keys.at(-1),
    next: (key) => walk().keys[Math.floor(positionOf(key)) + 1],
    prev: (key) => walk().keys[Math.ceil(positionOf(key)) - 1],
    close: () => {},
  };

  /** Of a key that isn't there: in an ordered table between its neighbours, else NaN, next to nothing. */
  function positionOf(key: Key): number {
    const { keys, positions } = walk();
    const position = positions.get(idOf(key));
    if (position !== undefined || type !== "ordered_set") return position ?? Number.NaN;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(keys[middle] as Key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low - 0.5;
  }
}

/** One string for each key. */
export function idOf(key: Key): string {
  if (typeof key === "string") return JSON.stringify(key);
  if (typeof key === "bigint") return `${key}n`;
  if (key instanceof Uint8Array) return `<${key.join()}>`;
  return Array.isArray(key) ? `[${key.map(idOf).join()}]` : String(key);
}

/** The shelves of a backend, each known by a domain and a name. */
export class Shelves {
  readonly #domains = new Map<string, Map<string, Shelf>>();

  /** The shelf of a table, made if there is none. */
  shelf(domain: string, name: string, type: TableType = "set"): Shelf {
    const shelves = this.#domains.get(domain) ?? new Map<string, Shelf>();
    this.#domains.set(domain, shelves);
    const shelf = shelves.get(name) ?? { type, groups: new Map() };
    shelves.set(name, shelf);
    return shelf;
  }

  tables(domain: string): TableEntry[] {
    return Array.from(this.#domains.get(domain) ?? [], ([name, { type }]) => ({ name, type }));
  }

  drop(domain: string, name: string): boolean {
    return this.#domains.get(domain)?.delete(name) ?? false;
  }

  clear(): void {
    this.#domains.clear();
  }
}

/** Makes a table for the content of a shelf: {@link minimalTable}, or a variant of it. */
export type TableMaker = (shelf: Shelf, toolkit: Toolkit) => AdapterTable<"sync">;

export const MINIMAL: Capabilities = {
  durable: false,
  ordered: true,
  bags: true,
  shared: false,
  serializes: false,
  batches: false,
  expiry: false,
};

/** The methods of a backend that batches need. */
export type BatchMethods = Pick<AdapterBackend<"sync">, "applyChanges" | "transact">;

/**
 * All or none: in a sync adapter nothing comes between, and none of the changes of a table over a Map can fail.
 */
export function applyChanges(changes: readonly TableChange<"sync">[]): void {
  for (const change of changes) {
    const { table } = change;
    if (change.kind === "insert") table.insertMany(change.records, change.expiresAt);
    else if (change.kind === "delete") for (const key of change.keys) table.delete(key);
    else if (change.kind === "deleteObjects") table.deleteObjects(change.records);
    else table.deleteAllObjects();
  }
}

/**
 * An adapter whose tables live as long as their store.
 * @param batchesOf what its backend does batches by, if it declares them
 */
export function minimalAdapter(
  tableOf: TableMaker = minimalTable,
  capabilities: Partial<Capabilities> = {},
  batchesOf: (toolkit: Toolkit) => BatchMethods = () => ({ applyChanges }),
): Adapter<object, "sync"> {
  return {
    name: "minimal",
    mode: "sync",
    contractVersion: 2,
    capabilities: { ...MINIMAL, ...capabilities },
    normalizeOptions: () => ({}),
    open(_options, toolkit) {
      const shelves = new Shelves();
      return {
        openTable: (domain, name, type) => tableOf(shelves.shelf(domain, name, type), toolkit),
        tables: (domain) => shelves.tables(domain),
        dropTable: (domain, name) => shelves.drop(domain, name),
        close: () => shelves.clear(),
        ...(capabilities.batches ? batchesOf(toolkit) : {}),
      };
    },
  };
}

/** The same adapter with methods that return promises, each after some turns of the microtask queue. */
export function asynchronous<O extends object, N extends object>(
  adapter: Adapter<O, "sync", N>,
): Adapter<O, "async", N> {
  return {
    ...adapter,
    mode: "async",
    async open(options, toolkit) {
      const backend = adapter.open(options, toolkit);
      const { applyChanges, transact } = backend;
      const tables = new WeakMap<AdapterTable<"async">, AdapterTable<"sync">>();
      const own = <T extends { readonly table: AdapterTable<"async"> }>(list: readonly T[]) =>
        list.map((each) => ({ ...each, table: tables.get(each.table) }));
      return {
        async openTable(domain, name, type) {
          await aWhile();
          const table = backend.openTable(domain, name, type);
          const wrapped = asynchronousTable(table);
          tables.set(wrapped, table);
          return wrapped;
        },
        async tables(domain) {
          await aWhile();
          return backend.tables(domain);
        },
        async dropTable(domain, name) {
          await aWhile();
          return backend.dropTable(domain, name);
        },
        async close() {
          await aWhile();
          backend.close();
        },
        ...(applyChanges && {
          async applyChanges(changes: readonly TableChange<"async">[]) {
            await aWhile();
            applyChanges(own(changes) as TableChange<"sync">[]);
            await aWhile();
          },
        }),
        ...(transact && {
          async transact(operations: readonly BatchOperation<"async">[]) {
            await aWhile();
            const results = transact(own(operations) as BatchOperation<"sync">[]);
            await aWhile();
            return results;
          },
        }),
      };
    },
  };
}

function asynchronousTable(table: AdapterTable<"sync">): AdapterTable<"async"> {
  const methods: Record<string, unknown> = { type: table.type };
  const { scan, ...others } = table;
  if (scan !== undefined) {
    methods.scan = async function* (range: ScanRange) {
      for (const record of scan(range)) {
        await aWhile();
        yield record;
      }
    };
  }
  for (const [name, method] of Object.entries(others)) {
    if (typeof method !== "function") continue;
    methods[name] = async (...args: unknown[]) => {
      await aWhile();
      const result: unknown = Reflect.apply(method, table, args);
      await aWhile();
      return result;
    };
  }
  return methods as unknown as AdapterTable<"async">;
}

/** A few turns of the microtask queue: enough for other calls to come between. */
async function aWhile(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await undefined;
}
