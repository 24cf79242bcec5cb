import {
  type Adapter,
  type AdapterTable,
  createStore,
  type Store,
  StoreError,
  type TableType,
} from "@store/core";
import { memoryAdapter } from "@store/memory";

type Writable = AdapterTable<"sync">;

interface KeptTable {
  readonly type: TableType;
  /** Every write, from the first on. */
  writes: ((table: Writable) => unknown)[];
  /** How many of them are synced. */
  synced: number;
}

class Death extends Error {}

/** Durable tables for processes that die: what was written is there for the next one, unless the power was lost. */
export class MortalDisk {
  readonly #tables = new Map<string, KeptTable>();

  /**
   * Lives a life of so many writes: the next one doesn't happen, and ends it. Returns whether it got to its end.
   * @param life what it does with a store of its own
   */
  live(writes: number, life: (store: Store) => void): boolean {
    const store = createStore({ adapter: this.#adapter(writes) });
    try {
      life(store);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.cause instanceof Death) return false;
      throw error;
    } finally {
      store.close();
    }
  }

  /** Takes back what wasn't synced, in the tables of these names. */
  losePower(names: readonly string[]): void {
    for (const [name, table] of this.#tables) {
      if (names.includes(name)) table.writes = table.writes.slice(0, table.synced);
    }
  }

  #adapter(life: number): Adapter<object, "sync"> {
    let left = life;
    const write = <T>(kept: KeptTable, table: Writable, change: (table: Writable) => T): T => {
      if (left-- <= 0) throw new Death();
      kept.writes.push(change);
      return change(table);
    };
    return {
      ...memoryAdapter,
      name: "mortal",
      capabilities: { ...memoryAdapter.capabilities, durable: true, batches: false, expiry: false },
      normalizeOptions: () => ({}),
      open: (_options, toolkit) => ({
        openTable: (domain, name, type = "set") => {
          const kept = this.#tables.get(name) ?? { type, writes: [], synced: 0 };
          this.#tables.set(name, kept);
          const table = memoryAdapter.open({}, toolkit).openTable(domain, name, kept.type);
          for (const change of kept.writes) change(table);
          return {
            type: table.type,
            lookup: (key) => table.lookup(key),
            insertMany: (records) => write(kept, table, (t) => t.insertMany(records)),
            delete: (key) => write(kept, table, (t) => t.delete(key)),
            deleteObjects: (records) => write(kept, table, (t) => t.deleteObjects(records)),
            deleteAllObjects: () => write(kept, table, (t) => t.deleteAllObjects()),
            size: () => table.size(),
            first: () => table.first(),
            last: () => table.last(),
            next: (key) => table.next(key),
            prev: (key) => table.prev(key),
            sync: () => {
              kept.synced = kept.writes.length;
            },
            close: () => {},
          };
        },
        tables: () => Array.from(this.#tables, ([name, { type }]) => ({ name, type })),
        dropTable: (_domain, name) => this.#tables.delete(name),
        close: () => {},
      }),
    };
  }
}
