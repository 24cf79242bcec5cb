import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import v8 from "node:v8";
import vm from "node:vm";
import { type AdapterTable, createStore, type StoreRecord, toolkit } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { serverAdapter, serveStore } from "../../src/index.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { ownDirectory } from "../support/places.js";
import { newSeed, randomOf } from "../support/random.js";
import { slowAdapter } from "../support/slow-adapter.js";
import { connect, serve } from "../support/stores.js";

const RECORDS = 20_000;
const later = Date.now() + 3_600_000;

type Entry = readonly [record: StoreRecord, expiresAt: number | undefined];
type AnyTable = AdapterTable<"async">;

async function backendAt(path: string, callTimeout = 30_000) {
  const options = serverAdapter.normalizeOptions({ path, callTimeout });
  const backend = await serverAdapter.open(options, toolkit);
  onTestFinished(() => backend.close());
  return backend;
}

async function snapshotOf(table: AnyTable): Promise<AsyncIterable<Entry>> {
  const snapshot = await table.snapshot?.();
  if (snapshot === undefined) throw new Error("the table has no snapshots");
  return snapshot;
}

async function all(snapshot: AsyncIterable<Entry>, each = () => {}): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of snapshot) {
    entries.push(entry);
    each();
  }
  return entries;
}

test("a snapshot over a socket stays as it was, with its moments, and may be gone through twice", async () => {
  const { path, store } = await serve();
  const served = await store.ensureTable("d", "t", { type: "ordered_set" });
  for (let n = 0; n < 3_000; n++) await served.insert([n], n % 2 ? { expiresAt: later } : {});
  const table = await (await backendAt(path)).openTable("d", "t", undefined);
  const before = Array.from({ length: 3_000 }, (_, n) => [[n], n % 2 ? later : undefined]);
  const taking = snapshotOf(table);
  // The calls of one client are done in their order.
  const writing = table.deleteAllObjects();
  const snapshot = await taking;
  await writing;
  expect(await served.size).toBe(0);
  expect(await all(snapshot)).toEqual(before);
  await served.insert([-1]);
  expect(await all(snapshot)).toEqual(before);
});

test("the scan of a snapshot goes on where its connection broke", async () => {
  const seed = newSeed();
  const random = randomOf(seed);
  const { path, store } = await serve();
  const proxyPath = join(ownDirectory(), "proxy");
  const proxy = await CuttingProxy.start(proxyPath, path);
  onTestFinished(() => proxy.close());
  const served = await store.ensureTable("d", "t", { type: "duplicate_bag" });
  for (let n = 0; n < RECORDS; n++) await served.insert([n % 100, n, "x".repeat(30)]);
  const table = await (await backendAt(proxyPath)).openTable("d", "t", undefined);
  const snapshot = await snapshotOf(table);
  let cuts = 0;
  const found = await all(snapshot, () => {
    if (random() > 0.0005) return;
    cuts++;
    proxy.cutNow();
    void served.insert(["new", cuts]);
  });
  expect(cuts, `seed ${seed}`).toBeGreaterThan(0);
  const numbers = found.map(([[, n]]) => n as number);
  expect(new Set(numbers).size, `seed ${seed}: some twice`).toBe(numbers.length);
  expect(numbers.length, `seed ${seed}`).toBe(RECORDS);
});

test("a snapshot is unavailable once its server is another one, and once its table is closed", async () => {
  const path = join(ownDirectory(), "s");
  const store = createStore({ adapter: memoryAdapter });
  onTestFinished(() => store.close());
  store.ensureTable("d", "t").insert(["k"]);
  const server = await serveStore(store, { path });
  const table = await (await backendAt(path)).openTable("d", "t", undefined);
  const [first, second] = [await snapshotOf(table), await snapshotOf(table)];
  expect(await all(first)).toHaveLength(1);
  await server.close();
  const next = await serveStore(store, { path });
  onTestFinished(() => next.close());
  await expect(all(first)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  const third = await snapshotOf(table);
  expect(await all(third)).toHaveLength(1);
  await table.close();
  for (const each of [second, third]) {
    await expect(all(each)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  }
});

test("a table has snapshots where the served one has", async () => {
  const { path } = await serve({}, createStore({ adapter: slowAdapter(() => 0) }));
  const table = await (await backendAt(path)).openTable("d", "t", undefined);
  expect(table.snapshot).toBeUndefined();
});

test("snapshots are released, and one more than a session may keep is refused", async () => {
  const { path } = await serve();
  const backend = await backendAt(path);
  const table = await backend.openTable("d", "t", undefined);
  const kept = await Promise.all(Array.from({ length: 1_000 }, () => snapshotOf(table)));
  await expect(snapshotOf(table)).rejects.toMatchObject({ code: "STORE_INVALID_OPERATION" });
  expect(kept).toHaveLength(1_000);
  await table.close();
  const again = await backend.openTable("d", "t", undefined);
  expect(await all(await snapshotOf(again))).toEqual([]);
});

test("a snapshot that nobody holds any more is released in the server", async () => {
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;
  const { path } = await serve();
  const table = await (await backendAt(path)).openTable("d", "t", undefined);
  let refused = 0;
  for (let taken = 0; taken < 1_500; ) {
    try {
      await snapshotOf(table);
      taken++;
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_INVALID_OPERATION" });
      expect(++refused).toBeLessThan(10_000);
      collectGarbage();
      // The engine tells of what it has collected in a turn of its own.
      await setImmediate();
    }
  }
});

test("copyDomain over a socket copies a table that is written to meanwhile as of one moment", async () => {
  const { path, store } = await serve();
  const served = await store.ensureTable<[n: number]>("d", "t", { type: "ordered_set" });
  await served.insertMany(Array.from({ length: 3_000 }, (_, n) => [n] as [number]));
  const remote = connect({ path });
  const target = { adapter: memoryAdapter, options: {} };
  let next = 3_000;
  const copied = await remote.copyDomain("d", target, {
    onProgress: () => void served.insert([next++]),
  });
  expect(next).toBeGreaterThan(3_000);
  expect(copied).toEqual([{ table: "t", records: 3_000 }]);
});
