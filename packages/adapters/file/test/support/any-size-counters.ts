import type { AdapterBackend, AdapterTable, CounterStep, Key, Toolkit } from "@store/core";
import type { FileAdapter } from "../../src/file-adapter.js";

/**
 * The kit counts bigints of any size, which `atomicCounters` don't: what leaves 64 bits is done here as one does it with
 * `update`. All else is the adapter's.
 */
export function ofAnySize(adapter: FileAdapter): FileAdapter {
  return {
    ...adapter,
    open(options, toolkit) {
      const backend = adapter.open(options, toolkit);
      const openTable: AdapterBackend<"sync">["openTable"] = (domain, name, type) =>
        countingAnySize(backend.openTable(domain, name, type), toolkit);
      return {
        openTable,
        tables: (domain) => backend.tables(domain),
        dropTable: (domain, name) => backend.dropTable(domain, name),
        ...(backend.applyChanges && { applyChanges: backend.applyChanges.bind(backend) }),
        close: () => backend.close(),
      };
    },
  };
}

function countingAnySize(table: AdapterTable<"sync">, toolkit: Toolkit): AdapterTable<"sync"> {
  const count = (key: Key, step: CounterStep) => {
    try {
      return table.updateCounter?.(key, step);
    } catch (error) {
      if ((error as { code?: unknown }).code !== "STORE_COUNTER_OVERFLOW") throw error;
      const counted = table.update?.(key, (record) => toolkit.counted(record, step));
      return counted?.[step.position - 1] as number | bigint;
    }
  };
  if (table.type.endsWith("bag")) return table;
  return new Proxy(table, {
    get(target, name) {
      if (name === "updateCounter") return count;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
