import { inspect } from "node:util";
import type { Adapter, AdapterTable } from "@store/core";
import { memoryAdapter } from "@store/memory";

export interface AuditOptions {
  /** Told of every write. */
  readonly log: (line: string) => void;
}

/**
 * An adapter of one's own: tables in memory that report every write. This is all that an adapter has to be, a plain
 * object; it has only the methods that it must have, and core makes every other operation of them.
 */
export const auditedAdapter: Adapter<AuditOptions, "sync", AuditOptions> = {
  ...memoryAdapter,
  name: "audited",
  capabilities: { ...memoryAdapter.capabilities, batches: false, expiry: false },

  normalizeOptions({ log }) {
    if (typeof log !== "function") throw new TypeError(`log is a function; got ${typeof log}`);
    return { log };
  },

  open({ log }, toolkit) {
    const memory = memoryAdapter.open({}, toolkit);
    return {
      openTable: (domain, name, type) =>
        audited(memory.openTable(domain, name, type), (write) => log(`${name}: ${write}`)),
      tables: (domain) => memory.tables(domain),
      dropTable: (domain, name) => memory.dropTable(domain, name),
      close: () => memory.close(),
    };
  },
};

function audited(table: AdapterTable<"sync">, log: (write: string) => void): AdapterTable<"sync"> {
  return {
    type: table.type,
    lookup: (key) => table.lookup(key),
    insertMany(records) {
      for (const [key] of records) log(`insert ${inspect(key)}`);
      table.insertMany(records);
    },
    delete(key) {
      log(`delete ${inspect(key)}`);
      table.delete(key);
    },
    deleteObjects(records) {
      for (const [key] of records) log(`delete an object of ${inspect(key)}`);
      return table.deleteObjects(records);
    },
    deleteAllObjects() {
      log("delete everything");
      table.deleteAllObjects();
    },
    size: () => table.size(),
    first: () => table.first(),
    last: () => table.last(),
    next: (key) => table.next(key),
    prev: (key) => table.prev(key),
    close: () => table.close(),
  };
}
