import { randomUUID } from "node:crypto";
import { conformance } from "@store/conformance";
import type { AdapterBackend, AdapterTable, CounterStep, Key, Toolkit } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, test } from "vitest";
import type { FileAdapter } from "../../src/file-adapter.js";
import { nodeHost } from "../../src/platform/node-host.js";
import { createTreeAdapter } from "../../src/tree-adapter.js";
import { MemoryFileSystem } from "../support/memory-file-system.js";

const newAdapter = () => createTreeAdapter({ fileSystem: new MemoryFileSystem(), host: nodeHost });

/**
 * The kit counts bigints of any size, which `atomicCounters` don't: what leaves 64 bits is done here as one does it with
 * `update`. All else is the adapter's.
 */
function ofAnySize(adapter: FileAdapter): FileAdapter {
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
        applyChanges: (changes) => backend.applyChanges?.(changes),
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

// Both at once: each has tests of its own besides.
conformance(
  { describe, test },
  {
    createAdapter: () => ({
      adapter: ofAnySize(newAdapter()),
      // proper-lockfile knows its locks by path, whatever the file system.
      options: { dataDir: `/${randomUUID()}`, ramFile: true, atomicCounters: true },
    }),
    reference: memoryAdapter,
    runs: 3,
  },
);
