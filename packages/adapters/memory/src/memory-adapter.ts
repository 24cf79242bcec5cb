import { BPlusTree } from "@store/collections";
import type {
  Adapter,
  AdapterBackend,
  AdapterTable,
  Key,
  StoreRecord,
  TableChange,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { MemoryBagTable } from "./bag-table.js";
import { PackedRecords } from "./packed-records.js";
import { rehearse } from "./rehearse.js";
import { MemoryOrderedTable, MemorySetTable } from "./set-table.js";

/** The memory adapter has no options. */
export type MemoryOptions = Record<string, never>;

/**
 * Tables in memory, as in ETS: all four types, nothing to configure, nothing written anywhere. They live as long as the
 * store: closing one closes its handle, and `ensureTable` finds its records again.
 */
export const memoryAdapter: Adapter<MemoryOptions, "sync", MemoryOptions> = Object.freeze({
  name: "memory",
  mode: "sync" as const,
  contractVersion: 2 as const,
  capabilities: Object.freeze({
    durable: false,
    ordered: true,
    bags: true,
    shared: false,
    serializes: false,
    batches: true,
    expiry: true,
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

/** The tables of a domain by name. */
type DomainTables = Map<string, AdapterTable<"sync">>;

class MemoryBackend implements AdapterBackend<"sync"> {
  readonly #toolkit: Toolkit;
  readonly #domains = new Map<string, DomainTables>();

  constructor(toolkit: Toolkit) {
    this.#toolkit = toolkit;
  }

  openTable(domain: string, name: string, type: TableType = "set"): AdapterTable<"sync"> {
    let tables = this.#domains.get(domain);
    if (tables === undefined) {
      tables = new Map();
      this.#domains.set(domain, tables);
    }
    let table = tables.get(name);
    if (table === undefined) {
      table = createTable(type, this.#toolkit);
      tables.set(name, table);
    }
    return table;
  }

  tables(domain: string): TableEntry[] {
    return Array.from(this.#domains.get(domain) ?? [], ([name, { type }]) => ({ name, type }));
  }

  domains(): string[] {
    return [...this.#domains].filter(([, tables]) => tables.size > 0).map(([domain]) => domain);
  }

  dropTable(domain: string, name: string): boolean {
    return this.#domains.get(domain)?.delete(name) ?? false;
  }

  /** Nothing comes between, and none of it can fail. */
  applyChanges(changes: readonly TableChange<"sync">[]): void {
    for (const change of changes) applyChange(change);
  }

  close(): void {
    this.#domains.clear();
  }
}

function applyChange(change: TableChange<"sync">): void {
  const { table } = change;
  switch (change.kind) {
    case "insert":
      table.insertMany(change.records, change.expiresAt);
      break;
    case "delete":
      for (const key of change.keys) table.delete(key);
      break;
    case "deleteObjects":
      table.deleteObjects(change.records);
      break;
    case "deleteAllObjects":
      table.deleteAllObjects();
      break;
  }
}

function createTable(type: TableType, toolkit: Toolkit): AdapterTable<"sync"> {
  switch (type) {
    case "set":
      return new MemorySetTable(type, new PackedRecords(toolkit), toolkit);
    case "ordered_set":
      return createOrderedSet(toolkit);
    case "bag":
    case "duplicate_bag":
      return new MemoryBagTable(type, toolkit);
  }
}

function createOrderedSet(toolkit: Toolkit, order?: number): AdapterTable<"sync"> {
  const records = new BPlusTree<Key, StoreRecord>(toolkit.compareKeys, order);
  return new MemoryOrderedTable(records, toolkit);
}
