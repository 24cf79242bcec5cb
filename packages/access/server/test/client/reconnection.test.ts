import { join } from "node:path";
import { createStore } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { serveStore } from "../../src/index.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { ownDirectory } from "../support/places.js";
import { until } from "../support/raw-client.js";
import { slowAdapter } from "../support/slow-adapter.js";
import { connect, serve } from "../support/stores.js";

test("without a server, opening is STORE_UNAVAILABLE after callTimeout, and says why", async () => {
  const path = join(ownDirectory(), "s");
  const from = performance.now();
  await expect(connect({ path, callTimeout: 100 }).ensureTable("d", "t")).rejects.toMatchObject({
    code: "STORE_UNAVAILABLE",
    message: expect.stringContaining("ENOENT"),
  });
  expect(performance.now() - from).toBeGreaterThan(95);
});

test("a call waits for a server that comes within callTimeout", async () => {
  const path = join(ownDirectory(), "s");
  const opened = connect({ path }).ensureTable("d", "t");
  await serve({ path });
  expect(await (await opened).size).toBe(0);
});

test("a call without an answer within callTimeout: a read is STORE_UNAVAILABLE, a write STORE_OUTCOME_UNKNOWN", async () => {
  let wait = 0;
  const { path } = await serve({}, createStore({ adapter: slowAdapter(() => wait) }));
  const table = await connect({ path, callTimeout: 80 }).ensureTable("d", "t");
  wait = 400;
  await expect(table.lookup("k")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  await expect(table.insert(["k", 1])).rejects.toMatchObject({ code: "STORE_OUTCOME_UNKNOWN" });
});

test("calls wait for a server that is started anew; a durable table goes on where it was", async () => {
  const directory = ownDirectory();
  const path = join(directory, "s");
  const options = { dataDir: join(directory, "data") };
  const before = createStore({ adapter: fileAdapter, options });
  const server = await serveStore(before, { path });
  const table = await connect({ path }).ensureTable("d", "t", { type: "ordered_set" });
  await table.insert([1, "a"]);
  await server.close();
  before.close();
  const reads = [table.lookup(1), table.size];
  const write = table.insert([2, "b"]);
  await serve({ path }, createStore({ adapter: fileAdapter, options }));
  expect(await Promise.all(reads)).toEqual([[[1, "a"]], expect.any(Number)]);
  await write;
  expect(await table.last()).toBe(2);
});

test("a table that the server has no more is STORE_TABLE_CLOSED, and not made anew behind one's back", async () => {
  const path = join(ownDirectory(), "s");
  const server = await serveStore(createStore({ adapter: memoryAdapter }), { path });
  const store = connect({ path });
  const table = await store.ensureTable("d", "t");
  await table.insert(["k", 1]);
  await server.close();
  const { store: anew } = await serve({ path });
  await expect(table.lookup("k")).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
  expect(await anew.tables("d")).toEqual([]);
  await table.close();
  const again = await store.ensureTable("d", "t");
  expect(await again.lookup("k")).toEqual([]);
});

test("a table that is dropped, or closed, in the server is STORE_TABLE_CLOSED for its clients", async () => {
  const { path, store } = await serve();
  const client = connect({ path });
  for (const end of ["drop", "close"]) {
    const table = await client.ensureTable("d", end);
    await table.insert(["k", 1]);
    if (end === "drop") await store.dropTable("d", end);
    else await (await store.ensureTable("d", end)).close();
    for (const call of [() => table.lookup("k"), () => table.insert(["k", 2]), () => table.size]) {
      await expect(call(), end).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
    }
    const batch = client.batch().insert(table, ["k", 2]);
    await expect(batch.commit(), end).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
    await table.close();
  }
});

test("a write whose answer is lost with its server is STORE_OUTCOME_UNKNOWN, and isn't done by the next one", async () => {
  const directory = ownDirectory();
  const [path, proxyPath] = [join(directory, "s"), join(directory, "p")];
  const adapter = slowAdapter(() => 30);
  const store = createStore({ adapter });
  const server = await serveStore(store, { path });
  const proxy = await CuttingProxy.start(proxyPath, path);
  onTestFinished(() => proxy.close());
  const table = await connect({ path: proxyPath }).ensureTable<[id: string, n: number]>("d", "t");
  await table.insert(["n", 0]);
  const counted = table.updateCounter("n", 1);
  const looked = table.lookup("other");
  await new Promise((resolve) => setTimeout(resolve, 10));
  // The server has got it. Another one with the same tables comes after it, and knows nothing of the client.
  proxy.cutNow();
  const closed = server.close();
  await closed;
  await serve({ path }, store);
  await expect(counted).rejects.toMatchObject({ code: "STORE_OUTCOME_UNKNOWN" });
  expect(await looked).toEqual([]);
  expect(await table.lookup("n")).toEqual([["n", 1]]);
});

test("a server that closes does what it has begun, and the rest is done by the next one: nothing is unknown", async () => {
  const path = join(ownDirectory(), "s");
  const store = createStore({ adapter: memoryAdapter });
  let server = await serveStore(store, { path });
  const table = await connect({ path }).ensureTable<[id: string, n: number]>("d", "t");
  const counts = new Set<number>();
  let isOver = false;
  const callers = Array.from({ length: 50 }, async () => {
    while (!isOver) counts.add(await table.updateCounter("n", 1, ["n", 0]));
  });
  for (let restart = 0; restart < 10; restart++) {
    const before = counts.size;
    await until(() => counts.size > before + 100);
    await server.close();
    server = await serveStore(store, { path });
  }
  isOver = true;
  await Promise.all(callers);
  await server.close();
  const [[, n]] = store.ensureTable("d", "t").lookup("n") as [[string, number]];
  expect(counts.size).toBe(n);
  expect(Math.max(...counts)).toBe(n);
});

test("calls beyond what may be under way wait their turn, and all are answered", async () => {
  const { path } = await serve({ maxUnderWay: 3 });
  const table = await connect({ path }).ensureTable("d", "t", { type: "ordered_set" });
  const writes = Array.from({ length: 500 }, (_, n) => table.insert([n, n]));
  const size = table.size;
  await Promise.all(writes);
  // Calls are done in their order.
  expect(await size).toBe(500);
});
