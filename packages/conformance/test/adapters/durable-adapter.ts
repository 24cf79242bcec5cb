import type { Adapter, AdapterTable, Capabilities, Key, StoreRecord, Toolkit } from "@store/core";
import {
  applyChanges,
  MINIMAL,
  minimalTable,
  type Shelf,
  Shelves,
  type TableMaker,
} from "./minimal-adapter.js";

/** What a volume holds. It outlives the stores. */
interface Disk {
  readonly shelves: Shelves;
  readonly locked: Set<string>;
}

const disks = new Map<string, Disk>();
let volumesMade = 0;

export interface DurableOptions {
  readonly volume: string;
}

/** A new, empty volume; {@link removeVolume} removes it. */
export function newVolume(): DurableOptions {
  return { volume: `volume ${volumesMade++}` };
}

export function removeVolume({ volume }: DurableOptions): void {
  disks.delete(volume);
}

/** An adapter that keeps records by value, on a {@link Disk}; one store at a time owns a table. */
export function durableAdapter(
  tableOf: TableMaker = serializing(minimalTable),
  capabilities: Partial<Capabilities> = {},
): Adapter<DurableOptions, "sync", DurableOptions> {
  return {
    name: "durable",
    mode: "sync",
    contractVersion: 2,
    capabilities: { ...MINIMAL, durable: true, serializes: true, ...capabilities },
    normalizeOptions({ volume }) {
      if (typeof volume === "string" && volume !== "") return { volume };
      throw new Error(`volume is a string, not empty; got ${String(volume)}`);
    },
    open({ volume }, toolkit) {
      const disk = disks.get(volume) ?? { shelves: new Shelves(), locked: new Set() };
      disks.set(volume, disk);
      return {
        openTable(domain, name, type) {
          const lock = JSON.stringify([domain, name]);
          if (disk.locked.has(lock)) throw toolkit.error("STORE_LOCKED", "another store has it");
          disk.locked.add(lock);
          return {
            sync: () => {},
            ...tableOf(disk.shelves.shelf(domain, name, type), toolkit),
            close: () => void disk.locked.delete(lock),
          };
        },
        tables: (domain) => disk.shelves.tables(domain),
        dropTable(domain, name) {
          const lock = JSON.stringify([domain, name]);
          if (disk.locked.has(lock)) throw toolkit.error("STORE_LOCKED", "another store has it");
          return disk.shelves.drop(domain, name);
        },
        close: () => {},
        ...(capabilities.batches ? { applyChanges } : {}),
      };
    },
  };
}

/** The same, open to several stores at once. */
export function sharedAdapter(): Adapter<DurableOptions, "sync", DurableOptions> {
  const adapter = durableAdapter();
  return {
    ...adapter,
    name: "shared",
    capabilities: { ...adapter.capabilities, shared: true },
    open({ volume }, toolkit) {
      const disk = disks.get(volume) ?? { shelves: new Shelves(), locked: new Set() };
      disks.set(volume, disk);
      return {
        openTable(domain, name, type) {
          const shelf = disk.shelves.shelf(domain, name, type);
          const table = serializing(minimalTable)(shelf, toolkit);
          return { ...table, ...atomicMethods(table), sync: () => {} };
        },
        tables: (domain) => disk.shelves.tables(domain),
        dropTable: (domain, name) => disk.shelves.drop(domain, name),
        close: () => {},
      };
    },
  };
}

/** The methods that an adapter needs where core can't make several steps atomic. */
export function atomicMethods(
  table: AdapterTable<"sync">,
): Required<Pick<AdapterTable<"sync">, "insertNew" | "take" | "update">> &
  Pick<AdapterTable<"sync">, "scan"> {
  return {
    ...(table.type === "ordered_set" ? {} : { scan: () => scanWhole(table) }),
    insertNew(records) {
      if (records.some(([key]) => table.lookup(key).length > 0)) return false;
      table.insertMany(records);
      return true;
    },
    take(key) {
      const taken = table.lookup(key);
      table.delete(key);
      return taken;
    },
    update(key, change) {
      const [record] = table.lookup(key);
      if (record === undefined) return undefined;
      const changed = change(record);
      if (changed !== record) table.insertMany([changed]);
      return changed;
    },
  };
}

function* scanWhole(table: AdapterTable<"sync">): Generator<StoreRecord> {
  const keys: Key[] = [];
  for (let key = table.first(); key !== undefined; key = table.next(key)) keys.push(key);
  for (const key of keys) yield* table.lookup(key);
}

/** A table that keeps copies and returns copies. */
export function serializing(tableOf: TableMaker, copy = copied): TableMaker {
  return (shelf: Shelf, toolkit: Toolkit) => {
    const table = tableOf(shelf, toolkit);
    const all = (records: readonly StoreRecord[]) => records.map((record) => copy(record));
    return {
      ...table,
      insertMany: (records, at) => table.insertMany(all(records) as StoreRecord[], at),
      lookup: (key) => all(table.lookup(key)) as StoreRecord[],
    };
  };
}

/** A copy of anything that a record may hold. */
export function copied<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return structuredClone(value);
  if (Array.isArray(value)) return value.map(copy);
  if (value instanceof Set) return new Set([...value].map(copy));
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [copy(k), copy(v)]));
  const result = Object.create(Object.getPrototypeOf(value)) as object;
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(result, name, {
      value: copy(member),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
}
