import { setTimeout as delay } from "node:timers/promises";
import type { Adapter, AdapterBackend, AdapterTable } from "@store/core";
import { memoryAdapter } from "@store/memory";

/** Tables of memory whose methods take some milliseconds: an async adapter, as a database would have. */
export function slowAdapter(milliseconds: () => number): Adapter<object, "async", object> {
  const tables = new WeakMap<object, AdapterTable<"sync">>();
  const later = async <T>(action: () => T): Promise<T> => {
    await delay(milliseconds());
    return action();
  };

  function slowTable(table: AdapterTable<"sync">): AdapterTable<"async"> {
    const slow: Record<string, unknown> = { type: table.type };
    for (let holder: object = table; holder !== Object.prototype; ) {
      for (const name of Object.getOwnPropertyNames(holder)) {
        const method: unknown = Reflect.get(table, name);
        if (typeof method !== "function" || name === "constructor" || name in slow) continue;
        slow[name] = name.startsWith("scan")
          ? (...args: unknown[]) => asynchronous(Reflect.apply(method, table, args))
          : (...args: unknown[]) => later(() => Reflect.apply(method, table, args));
      }
      holder = Object.getPrototypeOf(holder) as object;
    }
    // Its snapshot is a scan as well.
    delete slow.snapshot;
    tables.set(slow, table);
    return slow as unknown as AdapterTable<"async">;
  }

  return {
    name: "slow",
    mode: "async",
    contractVersion: 2,
    capabilities: { ...memoryAdapter.capabilities, serializes: false, shared: false },
    normalizeOptions: (options) => options,
    open: async (_options, toolkit): Promise<AdapterBackend<"async">> => {
      const backend = memoryAdapter.open({}, toolkit);
      return {
        openTable: async (domain, name, type) => slowTable(backend.openTable(domain, name, type)),
        tables: async (domain) => backend.tables(domain),
        dropTable: async (domain, name) => backend.dropTable(domain, name),
        close: async () => backend.close(),
        applyChanges: (changes) =>
          later(() => {
            const own = changes.map((change) => ({
              ...change,
              table: tables.get(change.table) as AdapterTable<"sync">,
            }));
            backend.applyChanges?.(own);
          }),
      };
    },
  };

  async function* asynchronous(scan: Iterable<unknown>): AsyncGenerator<unknown> {
    for (const item of scan) {
      await delay(milliseconds());
      yield item;
    }
  }
}
