import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AdapterTable,
  createStore,
  type StoreRecord,
  type TableType,
  type Toolkit,
} from "@store/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTimerHeartbeat } from "../simulation/timer-heartbeat.js";
import { createFileAdapter, fileAdapter } from "../src/file-adapter.js";
import type { FileOptions } from "../src/options.js";
import { Disk } from "./support/disk.js";
import { temporaryDirectory } from "./support/playground.js";

const ALL = { lower: undefined, upper: undefined, reverse: false, limit: Infinity };
const CLOSED = expect.objectContaining({ code: "STORE_TABLE_CLOSED" });

/** A table as core gets it from the adapter. */
function openAdapterTable(disk: Disk, type: TableType, options: FileOptions = {}) {
  const { fileSystem, host } = disk;
  const adapter = createFileAdapter({ fileSystem, host, createHeartbeat: createTimerHeartbeat });
  let toolkit: Toolkit | undefined;
  const open: typeof adapter.open = (given, tools) => {
    toolkit = tools;
    return adapter.open(given, tools);
  };
  const store = createStore({ adapter: { ...adapter, open }, options: { dataDir: "/data" } });
  store.ensureTable("d", "other");
  store.close();
  const backend = adapter.open(
    adapter.normalizeOptions({ dataDir: "/data", ...options }),
    toolkit as Toolkit,
  );
  return backend.openTable("d", "t", type) as AdapterTable<"sync">;
}

const RECORDS: readonly StoreRecord[] = [
  ["a", 1],
  ["b", 2],
  ["c", 3],
];

describe.each<[TableType, FileOptions]>([
  ["set", {}],
  ["ordered_set", { autoSave: 0 }],
  ["bag", {}],
  ["duplicate_bag", {}],
  ["set", { cacheBytes: 0 }],
  ["set", { ramFile: true }],
  ["bag", { ramFile: true }],
  ["set", { atomicCounters: true }],
  ["ordered_set", { atomicCounters: true, ramFile: true }],
])("a %s with %o that was closed", (type, options) => {
  test("refuses all that reads or writes records, and touches no file", () => {
    const disk = new Disk();
    const table = openAdapterTable(disk, type, options);
    table.insertMany(RECORDS);
    const scan = table.scan?.(ALL)?.[Symbol.iterator]();
    scan?.next();
    table.close();

    const calls = disk.fileSystem.count();
    const isSet = !type.endsWith("bag");
    const acts: Record<string, () => unknown> = {
      lookup: () => table.lookup("a"),
      insertMany: () => table.insertMany([["d", 4]]),
      insertNew: () => table.insertNew?.([["e", 5]]),
      take: () => table.take?.("a"),
      delete: () => table.delete("b"),
      deleteObjects: () => table.deleteObjects?.([["c", 3]]),
      deleteAllObjects: () => table.deleteAllObjects(),
      "scan, begun": () => scan?.next(),
      scan: () => table.scan?.(ALL)?.[Symbol.iterator]().next(),
      sync: () => table.sync?.(),
      ...(isSet && {
        insert: () => table.insert?.(["d", 4]),
        update: () => table.update?.("a", () => ["a", 9]),
        updateCounter: () =>
          table.updateCounter?.("a", { position: 2, increment: 1, bound: undefined }),
      }),
    };
    for (const [name, act] of Object.entries(acts)) expect(act, name).toThrowError(CLOSED);
    disk.host.advance(60_000);
    disk.host.runDeferred();
    expect(disk.fileSystem.count()).toBe(calls);
  });
});

test("a table open with readOnly that was closed refuses all that reads it, and touches no file", () => {
  const disk = new Disk();
  const store = disk.openStore();
  store.ensureTable("d", "t").insertMany(RECORDS);
  store.close();
  const table = openAdapterTable(disk, "set", { readOnly: true });
  const scan = table.scan?.(ALL)?.[Symbol.iterator]();
  scan?.next();
  table.close();
  disk.host.advance(1_000);
  const calls = disk.fileSystem.count();
  expect(() => scan?.next()).toThrowError(CLOSED);
  expect(() => table.lookup("a")).toThrowError(CLOSED);
  expect(() => table.size()).toThrowError(CLOSED);
  expect(disk.fileSystem.count()).toBe(calls);
});

// The write went to whatever file had got the number of the table's.
test("a table that is closed while records are collected for it writes to no file of that number", () => {
  const directory = temporaryDirectory();
  const mine = join(directory, "mine");
  writeFileSync(mine, "mine");
  const store = createStore({
    adapter: fileAdapter,
    options: { dataDir: join(directory, "data") },
  });
  onTestFinished(() => store.close());
  const table = store.ensureTable("d", "t");
  const opened: number[] = [];
  onTestFinished(() => {
    for (const file of opened) closeSync(file);
  });
  function* closing(): Iterable<StoreRecord> {
    yield ["x", 1];
    table.close();
    for (let count = 0; count < 8; count++) opened.push(openSync(mine, "r+"));
    yield ["y", 2];
  }
  expect(() => table.insertMany(closing())).toThrowError(CLOSED);
  expect(readFileSync(mine, "utf8")).toBe("mine");
  expect(store.ensureTable("d", "t").size).toBe(0);
});
