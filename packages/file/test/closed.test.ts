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
import { WHOLE_DIRECTORY } from "../src/directory.js";
import { createFileAdapter, fileAdapter } from "../src/file-adapter.js";
import type { FileOptions } from "../src/options.js";
import type { RecordLog } from "../src/record-log.js";
import { Segment } from "../src/segment.js";
import { Disk } from "./support/disk.js";
import { temporaryDirectory } from "./support/playground.js";
import { createTimerHeartbeat } from "./support/timer-heartbeat.js";

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

/** The log of a table, which only its methods use. */
function logOf(table: AdapterTable<"sync">): RecordLog {
  return (table as unknown as { readonly log: RecordLog }).log;
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
    const scan = table.scan?.(WHOLE_DIRECTORY)?.[Symbol.iterator]();
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
      scan: () => table.scan?.(WHOLE_DIRECTORY)?.[Symbol.iterator]().next(),
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

describe.each<[string, FileOptions]>([
  ["a log", {}],
  ["a log in memory", { ramFile: true }],
])("%s that was closed", (_, options) => {
  test("in the middle of a batch refuses the rest of it, and touches no file", () => {
    const disk = new Disk();
    const table = openAdapterTable(disk, "set", options);
    table.insertMany(RECORDS);
    const log = logOf(table);
    log.stagePut(["d", 4]);
    log.close();

    const calls = disk.fileSystem.count();
    const acts: Record<string, () => unknown> = {
      stagePut: () => log.stagePut(["e", 5]),
      stageDelete: () => log.stageDelete("a"),
      stageDeleteRecord: () => log.stageDeleteRecord(["a", 1]),
      stageClear: () => log.stageClear(),
      commit: () => log.commit(),
      acknowledge: () => log.acknowledge(0),
      read: () => log.read(0, 0, "a"),
      reader: () => log.reader(),
      checkWritable: () => log.checkWritable(),
      touch: () => log.touch(),
      sync: () => log.sync(),
    };
    for (const [name, act] of Object.entries(acts)) expect(act, name).toThrowError(CLOSED);
    log.close();
    expect(disk.fileSystem.count()).toBe(calls);
    expect([...disk.open().records()].sort()).toEqual(RECORDS);
  });
});

describe("a segment that was closed", () => {
  test.each(["close", "closeInBackground"] as const)(
    "by %s gives its descriptor to nobody, nor closes it again",
    (close) => {
      const { fileSystem } = new Disk();
      const file = fileSystem.create("/000001.log");
      const identity = { table: Buffer.alloc(16), id: 1, covers: 0, type: 0 };
      const segment = new Segment(fileSystem, "/000001.log", file, identity, 0, 64);
      expect(segment.file).toBe(file);
      segment[close]();

      const calls = fileSystem.count();
      expect(() => segment.file).toThrowError(CLOSED);
      expect(() => segment.read(Buffer.alloc(1), 0, 1, 0)).toThrowError(CLOSED);
      expect(() => segment.close()).toThrowError(CLOSED);
      expect(() => segment.closeInBackground()).toThrowError(CLOSED);
      expect(fileSystem.count()).toBe(calls);
    },
  );

  test("without success isn't tried again under the same number", () => {
    const { fileSystem } = new Disk();
    const file = fileSystem.create("/000001.log");
    const identity = { table: Buffer.alloc(16), id: 1, covers: 0, type: 0 };
    const segment = new Segment(fileSystem, "/000001.log", file, identity, 0, 64);
    fileSystem.fail({ nth: 1, code: "EIO", calls: ["close"] });
    expect(() => segment.close()).toThrowError(expect.objectContaining({ code: "EIO" }));
    expect(() => segment.close()).toThrowError(CLOSED);
  });
});

// Issue 13: the write went to whatever file had got the number of the table's.
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
