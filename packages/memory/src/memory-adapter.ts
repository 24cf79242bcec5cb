import { BPlusTree } from "@store/collections";
import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  Key,
  StoreRecord,
  TableType,
  Toolkit,
} from "@store/core";
import { MemoryBagTable } from "./bag-table.js";
import { PackedRecords } from "./packed-records.js";
import { rehearse } from "./rehearse.js";
import { MemorySetTable } from "./set-table.js";

/** The memory adapter has no options. */
export type MemoryOptions = Record<string, never>;

/**
 * Tables in memory, as in ETS: all four types, nothing to configure, nothing written anywhere. They live as long as the
 * store: closing one closes its handle, and `ensureTable` finds its records again.
 */
export const memoryAdapter: Adapter<MemoryOptions, "sync", MemoryOptions> = Object.freeze({
  name: "memory",
  mode: "sync" as const,
  contractVersion: 1 as const,
  capabilities: Object.freeze({
    durable: false,
    ordered: true,
    bags: true,
    shared: false,
    serializes: false,
  }),

  normalizeOptions(options: MemoryOptions): MemoryOptions {
    const [unknown] = Object.keys(options);
    if (unknown === undefined) return {};
    throw new TypeError(`there are no options; got ${JSON.stringify(unknown)}`);
  },

  open(_options: MemoryOptions, toolkit: Toolkit): AdapterBackend<"sync"> {
    if (!rehearsed) {
      for (const type of ["set", "bag"] as const) {
        rehearse(createTable(type, toolkit));
      }
      rehearse(createOrderedSet(toolkit, LOWEST_ORDER));
      rehearsed = true;
    }
    return new MemoryBackend(toolkit);
  },
});

let rehearsed = false;

/** Of a tree: few records make many nodes. */
const LOWEST_ORDER = 4;

class MemoryBackend implements AdapterBackend<"sync"> {
  readonly #toolkit: Toolkit;
  readonly #tables = new Map<string, AdapterTable<"sync">>();

  constructor(toolkit: Toolkit) {
    this.#toolkit = toolkit;
  }

  openTable(name: string, type: TableType = "set"): AdapterTable<"sync"> {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = createTable(type, this.#toolkit);
      this.#tables.set(name, table);
    }
    return table;
  }

  close(): void {
    this.#tables.clear();
  }
}

function createTable(type: TableType, toolkit: Toolkit): AdapterTable<"sync"> {
  switch (type) {
    case "set":
      return new MemorySetTable(type, new PackedRecords(), toolkit);
    case "ordered_set":
      return createOrderedSet(toolkit);
    case "bag":
    case "duplicate_bag":
      return new MemoryBagTable(type, toolkit);
  }
}

function createOrderedSet(toolkit: Toolkit, order?: number): AdapterTable<"sync"> {
  const records = new BPlusTree<Key, StoreRecord>(toolkit.compareKeys, order);
  return new MemorySetTable("ordered_set", records, toolkit);
}
