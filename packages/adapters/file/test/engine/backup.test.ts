import { createStore, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { backup, compact } from "../../src/backup.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import type { FileSystem } from "../../src/platform/file-system.js";

function newAdapter(fileSystem: FileSystem = new MemoryFileSystem()) {
  const environment = { fileSystem, host: new ManualHost(), createHeartbeat: createTimerHeartbeat };
  return createFileAdapter(environment, { writeBufferBytes: 2 ** 12 });
}

const notSupported = expect.objectContaining({ code: "STORE_NOT_SUPPORTED", name: "StoreError" });

describe("backup", () => {
  test("copies what counters are", () => {
    const adapter = newAdapter();
    const options = { dataDir: "/data", atomicCounters: true };
    const store = createStore({ adapter, options });
    const table = store.ensureTable<[string, number]>("d", "t");
    table.insert(["a", 0]);
    for (let count = 0; count < 5; count++) table.updateCounter("a", 1);
    backup(store, "d", "/copy");
    const copy = createStore({ adapter, options: { dataDir: "/copy" } });
    expect(copy.ensureTable("d", "t").lookup("a")).toEqual([["a", 5]]);
  });

  test("and compact are the owner's, whichever store of its process they are asked of; with readOnly they are refused", () => {
    const adapter = newAdapter();
    const store = createStore({ adapter, options: { dataDir: "/data" } });
    store.ensureTable("d", "t").insert(["a", 1]);
    const another = createStore({ adapter, options: { dataDir: "/data" } });
    compact(another, "d");
    backup(another, "d", "/copy");
    const reader = createStore({ adapter, options: { dataDir: "/data", readOnly: true } });
    reader.ensureTable("d", "t");
    store.close();
    another.close();
    const readOnly = expect.objectContaining({ code: "STORE_READ_ONLY" });
    expect(() => compact(reader, "d")).toThrow(readOnly);
    expect(() => backup(reader, "d", "/another")).toThrow(readOnly);
    expect(reader.ensureTable("d", "t").lookup("a")).toEqual([["a", 1]]);
  });

  test("copies all tables as they are, while their owner goes on, to a directory like any other", () => {
    const adapter = newAdapter();
    const store = createStore({ adapter, options: { dataDir: "/data" } });
    const runs = store.ensureTable<StoreRecord>("d", "runs");
    const bag = store.ensureTable<StoreRecord>("another domain", "bag", { type: "bag" });
    for (let number = 0; number < 200; number++) runs.insert([number, "x".repeat(50)]);
    bag.insertMany([
      ["a", 1],
      ["a", 2],
      ["b", { c: new Date(0) }],
    ]);
    runs.delete(7);
    backup(store, "d", "/copy/of it");
    runs.insert(["later", 1]);
    bag.deleteAllObjects();
    compact(store, "d");
    const copy = createStore({ adapter, options: { dataDir: "/copy/of it" } });
    expect(copy.tables("d")).toEqual([{ name: "runs", type: "set" }]);
    const copied = copy.ensureTable<StoreRecord>("d", "runs");
    expect([copied.size, copied.member("later"), copied.member(7)]).toEqual([199, false, false]);
    expect([...copy.ensureTable("another domain", "bag").records()]).toHaveLength(3);
    copied.insert(["only here", 1]);
    copy.close();
    expect([runs.member("only here"), runs.member("later"), bag.size]).toEqual([false, true, 0]);
    store.close();
  });

  test("refuses a directory that isn't empty, and a domain that isn't in files", () => {
    const store = createStore({ adapter: newAdapter(), options: { dataDir: "/data" } });
    store.ensureTable<StoreRecord>("d", "t").insert(["k"]);
    const invalid = expect.objectContaining({
      code: "STORE_INVALID_OPERATION",
      name: "StoreError",
    });
    expect(() => backup(store, "d", "/data")).toThrow(invalid);
    store.configureDomain("elsewhere", { adapter: memoryAdapter });
    expect(() => backup(store, "elsewhere", "/copy")).toThrow(notSupported);
    store.close();
  });

  test("finds what is behind an adapter that observes it", () => {
    const adapter = newAdapter();
    const observing = { ...adapter, [Symbol.for("@store/observed-adapter")]: adapter };
    const store = createStore({ adapter: observing, options: { dataDir: "/data" } });
    store.ensureTable<StoreRecord>("d", "t").insert(["k", 1]);
    backup(store, "d", "/copy");
    const copy = createStore({ adapter, options: { dataDir: "/copy" } });
    expect(copy.ensureTable("d", "t").lookup("k")).toEqual([["k", 1]]);
    copy.close();
    store.close();
  });

  test("opens the data directory of a domain that nobody has used yet, and closes it again", () => {
    const fileSystem = new MemoryFileSystem();
    const first = createStore({ adapter: newAdapter(fileSystem), options: { dataDir: "/data" } });
    first.ensureTable<StoreRecord>("d", "t").insert(["k"]);
    first.close();
    const adapter = newAdapter(fileSystem);
    const store = createStore({ adapter, options: { dataDir: "/data" } });
    backup(store, "d", "/copy");
    const another = createStore({ adapter: newAdapter(fileSystem), options: { dataDir: "/data" } });
    expect(another.ensureTable("d", "t").size).toBe(1);
    another.close();
    const copy = createStore({ adapter, options: { dataDir: "/copy" } });
    expect(copy.ensureTable("d", "t").size).toBe(1);
    copy.close();
    store.close();
  });

  test("that fails since a system call does is STORE_IO", () => {
    const fileSystem = new FailingFileSystem(new MemoryFileSystem());
    const store = createStore({ adapter: newAdapter(fileSystem), options: { dataDir: "/data" } });
    store.ensureTable("d", "t");
    const failed = expect.objectContaining({
      code: "STORE_IO",
      cause: expect.objectContaining({ code: "EMFILE" }),
    });
    fileSystem.fail({ nth: 1, code: "EMFILE", calls: ["status"] });
    expect(() => backup(store, "d", "/copy")).toThrow(failed);
    store.close();
  });

  test("is a promise in an async store", async () => {
    const store = createStore({
      adapter: newAdapter(),
      options: { dataDir: "/data" },
      mode: "async",
    });
    const table = await store.ensureTable<StoreRecord>("d", "t");
    await table.insert(["k"]);
    await backup(store, "d", "/copy");
    await expect(backup(store, "d", "/copy")).rejects.toMatchObject({
      code: "STORE_INVALID_OPERATION",
    });
    await compact(store, "d");
    await store.close();
  });
});

describe("compact", () => {
  test("of a directory in which there is nothing does nothing", () => {
    const fileSystem = new MemoryFileSystem();
    const store = createStore({ adapter: newAdapter(fileSystem), options: { dataDir: "/data" } });
    compact(store, "d");
    expect(store.tables("d")).toEqual([]);
    store.ensureTable("d", "t").insert(["a", 1]);
    compact(store, "d");
    expect(store.ensureTable("d", "t").lookup("a")).toEqual([["a", 1]]);
  });

  test.each([false, true])(
    "takes away the record where an iteration stands, which goes on behind it (to another: %s)",
    (hasNext) => {
      const store = createStore({ adapter: newAdapter(), options: { dataDir: "/data" } });
      const table = store.ensureTable("d", "t", { type: "ordered_set" });
      table.insertMany([[1], [2]]);
      if (hasNext) table.insertMany([[3], [4]]);
      const seen: unknown[] = [];
      for (let key = table.first(); key !== undefined; key = table.next(key)) seen.push(key);
      expect(seen).toEqual(hasNext ? [1, 2, 3, 4] : [1, 2]);
      const keys: unknown[] = [];
      for (const key of table.keys()) {
        keys.push(key);
        if (key !== 2) continue;
        table.delete(2);
        compact(store, "d");
      }
      expect(keys).toEqual(seen);
    },
  );

  test("leaves one run with what is there, and nothing of what was deleted, cleared or dropped", () => {
    const store = createStore({ adapter: newAdapter(), options: { dataDir: "/data" } });
    const table = store.ensureTable<StoreRecord>("d", "t");
    const cleared = store.ensureTable<StoreRecord>("d", "cleared");
    const dropped = store.ensureTable<StoreRecord>("d", "dropped");
    for (let number = 0; number < 500; number++) {
      for (const each of [table, cleared, dropped]) each.insert([number, "x".repeat(50)]);
    }
    for (let number = 0; number < 490; number++) table.delete(number);
    cleared.deleteAllObjects();
    store.dropTable("d", "dropped");
    compact(store, "d");
    expect(table.info()).toMatchObject({ details: { runs: 1, tombstones: 0 } });
    const { details } = table.info() as { details?: Readonly<Record<string, unknown>> };
    expect(details?.entries).toBeLessThan(20);
    expect([table.size, cleared.size]).toEqual([10, 0]);
    expect([...table.keys()].sort()).toEqual([...Array(10).keys()].map((n) => 490 + n));
    store.close();
  });

  test("refuses a domain that isn't in files", () => {
    const store = createStore({ adapter: memoryAdapter });
    expect(() => compact(store, "d")).toThrow(notSupported);
  });
});
