import { createStore, type Store, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test, vi } from "vitest";
import { Random } from "../../prove/random.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { Log } from "../../src/log/log.js";
import type { FileOptions } from "../../src/options.js";

const TYPES = ["set", "ordered_set", "bag", "duplicate_bag"] as const;
const DATA_DIR = "/data";

/** A data directory on a disk in memory, and processes that own it one after another. */
class Directory {
  host = new ManualHost();
  readonly fileSystem = new MemoryFileSystem({ now: () => this.host.wallTime() });
  readonly #writeBufferBytes: number;

  constructor(writeBufferBytes: number) {
    this.#writeBufferBytes = writeBufferBytes;
  }

  open(options: FileOptions = {}): Store<"sync"> {
    const { fileSystem, host } = this;
    const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
    const adapter = createFileAdapter(environment, { writeBufferBytes: this.#writeBufferBytes });
    return createStore({
      adapter,
      // A repair would make up for a manifest that names what isn't there.
      options: { dataDir: DATA_DIR, cacheBytes: 2 ** 16, repair: false, ...options },
    });
  }

  kill(): void {
    const next = this.host.spawn();
    this.host.kill(this.host.process);
    this.host = next;
  }
}

function contents(store: Store<"sync">): unknown {
  return TYPES.map((type) => {
    const table = store.ensureTable<StoreRecord>("d", type, { type });
    const records = [...table.records()];
    expect(table.size).toBe(records.length);
    // What is looked up comes by another way than what is gone through.
    for (const record of records) expect(table.lookup(record[0])).toContainEqual(record);
    const texts = records.map((record) => JSON.stringify(record));
    return [type, type === "ordered_set" ? texts : texts.sort()];
  });
}

/** A few random changes of all four tables, the same in each store. */
function change(
  random: Random,
  stores: readonly Store<"sync">[],
  step: number,
  { longest = 200, drops = true } = {},
): void {
  const type = random.pick(TYPES);
  const key = random.pick([random.below(30), `k${random.below(30)}`, ["t", random.below(9)]]);
  const kind = random.below(12);
  const note = "x".repeat(random.below(longest));
  for (const store of stores) {
    const table = store.ensureTable<StoreRecord>("d", type, { type });
    if (kind < 6) table.insert([key, { step, note }]);
    else if (kind < 8) table.delete(key);
    else if (kind === 8)
      table.insertMany([
        [key, 1],
        [[key, 2], 2],
        ["k1", { step }],
      ]);
    else if (kind === 9 && step % 7 === 0) table.deleteAllObjects();
    else if (kind === 10 && step % 11 === 0 && drops) store.dropTable("d", type);
    else {
      store
        .batch()
        .insert(store.ensureTable<StoreRecord>("d", "set", { type: "set" }), [key, step])
        .delete(store.ensureTable<StoreRecord>("d", "bag", { type: "bag" }), key)
        .commit();
    }
  }
}

describe("a reader", () => {
  test("sees what its owner has written, over flushes, compactions and another owner, and writes nothing", () => {
    const random = new Random(7);
    const directory = new Directory(2 ** 12);
    const model = createStore({ adapter: memoryAdapter });
    let store = directory.open();
    change(random, [store, model], 1);
    contents(store);
    contents(model);
    const reader = directory.open({ readOnly: true });
    for (let step = 2; step <= 300; step++) {
      change(random, [store, model], step);
      if (step % 90 === 0) {
        if (step % 180 === 0) directory.kill();
        else store.close();
        store = directory.open();
      }
      if (step % 10 !== 0) continue;
      contents(store);
      contents(model);
      directory.host.advance(1_000);
      expect(contents(reader)).toEqual(contents(model));
    }
    const table = reader.ensureTable<StoreRecord>("d", "set", { type: "set" });
    const readOnly = expect.objectContaining({ code: "STORE_READ_ONLY" });
    expect(() => table.insert(["k", 1])).toThrow(readOnly);
    expect(() => reader.ensureTable("d", "another")).toThrow(readOnly);
    expect(() => reader.dropTable("d", "set")).toThrow(readOnly);
    reader.close();
    store.close();
  });
});

describe("the tables of a data directory", () => {
  test.each([1, 2, 3, 4, 5, 6])(
    "are the same after kills, flushes and compactions, seed %i",
    async (seed) => {
      const random = new Random(seed);
      const directory = new Directory(2 ** 12);
      const model = createStore({ adapter: memoryAdapter });
      let store = directory.open();
      for (let step = 1; step <= 400; step++) {
        change(random, [store, model], step);
        const event = random.below(40);
        if (event === 0) {
          directory.kill();
          store = directory.open();
        } else if (event === 1) {
          store.close();
          store = directory.open();
        } else if (event < 8) {
          directory.host.advance(3_000);
          for (let turn = 0; turn < 50; turn++) {
            directory.host.runDeferred();
            await Promise.resolve();
          }
        }
        if (step % 20 === 0) expect(contents(store)).toEqual(contents(model));
      }
      store.close();
      store = directory.open();
      expect(contents(store)).toEqual(contents(model));
      store.close();
    },
  );

  test.each([1, 2, 3])(
    "with ramFile are after a kill as they were at the last sync, seed %i",
    (seed) => {
      const random = new Random(seed);
      const directory = new Directory(2 ** 14);
      const options = { ramFile: true, autoSave: Number.POSITIVE_INFINITY };
      const condensed = vi.spyOn(Log.prototype, "replaceHeld");
      let model = createStore({ adapter: memoryAdapter });
      let store = directory.open(options);
      let synced = contents(model);
      contents(store);
      store.ensureTable("d", "set", { type: "set" }).sync();
      for (let step = 1; step <= 700; step++) {
        // To drop a table closes it, and to close one syncs.
        change(random, [store, model], step, { longest: 3_000, drops: false });
        const event = random.below(120);
        if (event < 2) {
          store.ensureTable("d", "set", { type: "set" }).sync();
          synced = contents(model);
        } else if (event === 2) {
          if (random.below(2) === 0) {
            directory.kill();
          } else {
            store.close();
            synced = contents(model);
          }
          store = directory.open(options);
          expect(contents(store)).toEqual(synced);
          model = copyOf(store);
        }
        if (step % 60 === 0) expect(contents(store)).toEqual(contents(model));
      }
      expect(condensed.mock.calls.length).toBeGreaterThan(1);
      condensed.mockRestore();
      store.close();
    },
  );
});

test("equal records of a duplicate_bag stay apart when one was written before a kill", () => {
  const directory = new Directory(2 ** 24);
  const open = () =>
    directory.open().ensureTable<StoreRecord>("d", "bag", { type: "duplicate_bag" });
  open().insert(["a", 1]);
  directory.kill();
  const bag = open();
  bag.insert(["a", 1]);
  expect(bag.lookup("a")).toEqual([
    ["a", 1],
    ["a", 1],
  ]);
  expect(bag.size).toBe(2);
});

/** The same tables in memory. */
function copyOf(store: Store<"sync">): Store<"sync"> {
  const copy = createStore({ adapter: memoryAdapter });
  for (const type of TYPES) {
    const records = [...store.ensureTable<StoreRecord>("d", type, { type }).records()];
    copy.ensureTable<StoreRecord>("d", type, { type }).insertMany(records);
  }
  return copy;
}
