import { createStore, type Store, type StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { compact } from "../../src/backup.js";
import type { TreeDetails } from "../../src/engine/tree-usage.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { changed, DATA_DIR, filesAfter, TreeDisk } from "../support/tree-disk.js";

const VALUE = "x".repeat(100);

function insert(store: Store<"sync">, name: string, from: number, to: number): void {
  const table = store.ensureTable<StoreRecord>("d", name);
  for (let key = from; key < to; key++) table.insert([key, VALUE]);
}

function detailsOf(store: Store<"sync">, name = "t"): TreeDetails {
  return store.ensureTable("d", name).info().details as unknown as TreeDetails;
}

test("info tells of each run with its level, and of each segment of the log", () => {
  const disk = new TreeDisk();
  const store = disk.open({ writeBufferBytes: 2 ** 16 });
  // More than the memory takes, by a writer that never yields.
  const last = new Set<number | undefined>();
  for (let from = 0; from < 4_000; from += 20) {
    insert(store, "t", from, from + 20);
    last.add(detailsOf(store).files.segments.at(-1)?.bytes);
  }
  // The last one is spare, and has its header alone; or, where all are in use, it grows.
  expect([...last].filter((bytes) => bytes !== undefined && bytes < 100)).toHaveLength(1);
  const { files, runs, entries, tombstones } = detailsOf(store);
  expect(files.runs.length).toBe(runs);
  expect(runs).toBeGreaterThan(4);
  expect(files.runs.every(({ level }) => level === 0)).toBe(true);
  expect(new Set(files.runs.map(({ id }) => id)).size).toBe(runs);
  expect(files.runs.reduce((sum, run) => sum + run.entries, 0)).toBe(entries);
  expect(files.runs.reduce((sum, run) => sum + run.tombstones, 0)).toBe(tombstones);
  expect(files.segments.length).toBeGreaterThanOrEqual(2);
  const onDisk = [...disk.files()];
  for (const [kind, all] of [
    ["run", files.runs],
    ["log", files.segments],
  ] as const) {
    const sizes = onDisk
      .filter(([path]) => path.endsWith(`.${kind}`))
      .map(([, { length }]) => length);
    expect(all.map(({ bytes }) => bytes).sort()).toEqual(sizes.sort());
  }
  compact(store, "d");
  const merged = detailsOf(store);
  expect(merged.files.runs.map(({ level }) => level)).toEqual([1]);
  store.close();
});

test("what waits for a flush is counted until it is in a run", () => {
  const disk = new TreeDisk();
  const store = disk.open();
  store.ensureTable("d", "t");
  const before = detailsOf(store).waiting;
  insert(store, "t", 0, 50);
  insert(store, "t", 0, 10);
  const { waiting, runs } = detailsOf(store);
  expect([waiting.entries - before.entries, runs]).toEqual([50, 0]);
  expect(waiting.bytes).toBe(store.ensureTable("d", "t").info().memoryBytes);
  store.close();
  const again = disk.open();
  expect(detailsOf(again)).toMatchObject({ waiting: { entries: 0 }, runs: 1 });
  again.close();
});

test("changes count the writes, over closes, too", () => {
  const disk = new TreeDisk();
  const store = disk.open();
  store.ensureTable("d", "t");
  const { changes } = detailsOf(store);
  insert(store, "t", 0, 7);
  store.ensureTable("d", "t").delete(0);
  expect(detailsOf(store).changes).toBe(changes + 8);
  store.close();
  const again = disk.open();
  expect(detailsOf(again).changes).toBeGreaterThanOrEqual(changes + 8);
  again.close();
});

test("the bytes of a table are its own, about, and shrink when it is compacted", () => {
  const disk = new TreeDisk();
  const store = disk.open({ writeBufferBytes: 2 ** 18 });
  insert(store, "small", 0, 200);
  insert(store, "large", 0, 4_000);
  store.ensureTable("d", "none");
  compact(store, "d");
  const small = detailsOf(store, "small").tableBytes as number;
  const large = detailsOf(store, "large").tableBytes as number;
  const { bytes } = detailsOf(store).files.runs[0] as { bytes: number };
  expect(small).toBeGreaterThan(200 * 100);
  expect(small).toBeLessThan(200 * 160);
  expect(large).toBeGreaterThan(4_000 * 100);
  expect(small + large).toBeLessThanOrEqual(bytes);
  expect(detailsOf(store, "none").tableBytes).toBe(0);
  store.ensureTable("d", "large").deleteAllObjects();
  compact(store, "d");
  expect(detailsOf(store, "large").tableBytes).toBe(0);
  expect(detailsOf(store, "small").tableBytes).toBeGreaterThan(200 * 100);
  store.close();
});

test("what the caches had, and had not, is counted", () => {
  const disk = new TreeDisk();
  const store = disk.open();
  insert(store, "t", 0, 1_000);
  compact(store, "d");
  const table = store.ensureTable("d", "t");
  const use = () => detailsOf(store).cache;
  const first = use();
  expect(first.limit).toBe(2 ** 16);
  table.lookup(500);
  const missed = use();
  expect(missed.entryMisses).toBe(first.entryMisses + 1);
  expect(missed.entryHits).toBe(first.entryHits);
  expect(missed.blockMisses).toBeGreaterThan(first.blockMisses);
  table.lookup(500);
  expect(use().entryHits).toBe(missed.entryHits + 1);
  expect(use().entryMisses).toBe(missed.entryMisses);
  expect(use().blockHits).toBeGreaterThan(missed.blockHits);
  // A write that looks whether its key is there reads nothing, in the cache or out of it.
  const before = use();
  insert(store, "t", 0, 10);
  insert(store, "t", 500, 501);
  expect(use()).toMatchObject({
    entryHits: before.entryHits,
    entryMisses: before.entryMisses,
  });
  expect(use().bytes).toBeGreaterThan(0);
  expect(use().bytes).toBeLessThanOrEqual(2 ** 16 + 2 ** 15);
  store.close();
});

test("a reader tells the same of the files, and counts the owner's changes", () => {
  const disk = new TreeDisk();
  const store = disk.open({ writeBufferBytes: 2 ** 16 });
  insert(store, "t", 0, 2_000);
  const { fileSystem, host } = disk;
  const environment = { fileSystem, host: host.spawn(), createHeartbeat: createTimerHeartbeat };
  const reader = createStore({
    adapter: createFileAdapter(environment),
    options: { dataDir: DATA_DIR, readOnly: true },
  });
  const owned = detailsOf(store);
  const read = detailsOf(reader);
  expect(read.files).toEqual(owned.files);
  expect([read.changes, read.entries, read.tombstones, read.tableBytes]).toEqual([
    owned.changes,
    owned.entries,
    owned.tombstones,
    owned.tableBytes,
  ]);
  insert(store, "t", 0, 5);
  host.advance(1_000);
  expect(detailsOf(reader).changes).toBe(owned.changes + 5);
  reader.close();
  store.close();
});

test("with a damaged block info tells all but the bytes of the table", () => {
  const files = filesAfter((store) => {
    insert(store, "t", 0, 1_000);
    store.close();
  });
  const [path, content] = [...files].find(
    ([name, { length }]) => name.endsWith(".run") && length > 50_000,
  ) as [string, Buffer];
  const damaged = Buffer.from(content);
  // The value of the last record, in the last block of data.
  damaged.write("y", damaged.lastIndexOf(VALUE));
  const store = TreeDisk.with(changed(files, path, damaged)).open({ repair: false });
  const details = detailsOf(store);
  expect(details.tableBytes).toBeUndefined();
  expect(details.runs).toBeGreaterThan(0);
  store.close();
});
