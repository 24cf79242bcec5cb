import { createStore, type Store } from "@store/core";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type RedisOptions, redisAdapter } from "../src/index.js";
import { canStartServers, RedisServer } from "./support/redis-server.js";

const canStart = canStartServers();

let prefixes = 0;

function storeOn(server: RedisServer, options: Partial<RedisOptions> = {}): Store<"async"> {
  const prefix = `failures-${prefixes++}`;
  const store = createStore({
    adapter: redisAdapter,
    options: { client: server.url, prefix, callTimeout: 400, ...options },
  });
  onTestFinished(() => store.close());
  return store;
}

const code = (name: string) => expect.objectContaining({ code: name });

describe.skipIf(!canStart)(canStart ? "failures" : "skipped: no redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start(
      ...["--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"],
    );
  });
  afterAll(() => server.remove());

  test("calls while the server is gone are STORE_UNAVAILABLE within their time, and work when it is back", async () => {
    const table = await storeOn(server).ensureTable("d", "t");
    await table.insert(["k", 1]);
    await server.kill();
    const start = performance.now();
    await expect(table.lookup("k")).rejects.toThrow(code("STORE_UNAVAILABLE"));
    await expect(table.updateCounter("k", 1)).rejects.toThrow(code("STORE_UNAVAILABLE"));
    expect(performance.now() - start).toBeLessThan(3_000);
    await server.restart();
    const back = performance.now();
    while (
      !(await table.lookup("k").then(
        () => true,
        () => false,
      ))
    );
    expect(performance.now() - back).toBeLessThan(2_000);
    expect(await table.updateCounter("k", 1)).toBe(2);
  });

  test("a write whose answer doesn't come is STORE_OUTCOME_UNKNOWN, and is done once at most", async () => {
    const table = await storeOn(server).ensureTable("d", "t");
    await table.insert(["k", 1]);
    server.freeze();
    const [write, read] = await Promise.allSettled([
      table.updateCounter("k", 1),
      table.lookup("k"),
    ]);
    server.thaw();
    expect(write).toMatchObject({ reason: code("STORE_OUTCOME_UNKNOWN") });
    expect(read).toMatchObject({ reason: code("STORE_UNAVAILABLE") });
    let count: unknown;
    while (count === undefined) count = await table.updateCounter("k", 10).catch(() => undefined);
    // The one that was given up is done by now, or will be, or not: but once at most.
    expect([11, 12]).toContain(count);
    expect([[["k", 11]], [["k", 12]]]).toContainEqual(await table.lookup("k"));
  });

  test("a write whose connection breaks is STORE_OUTCOME_UNKNOWN", async () => {
    const table = await storeOn(server, { callTimeout: 5_000 }).ensureTable("d", "t");
    await table.insert(["k", 1]);
    server.freeze();
    const writes = Promise.allSettled([table.insert(["k", 2]), table.insertNew(["n", 1])]);
    // Both are written before the timer's turn comes.
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    for (const write of await writes) {
      expect(write).toMatchObject({ reason: code("STORE_OUTCOME_UNKNOWN") });
    }
    await server.restart();
    expect(await table.member("k")).toBe(true);
  });

  test("a signal that is aborted ends what is under way, and refuses what comes", async () => {
    const controller = new AbortController();
    const store = storeOn(server, { signal: controller.signal, callTimeout: 60_000 });
    const table = await store.ensureTable("d", "t");
    await table.insert(["k", 1]);
    server.freeze();
    const calls = Promise.allSettled([table.insert(["k", 2]), table.lookup("k")]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("enough"));
    const [write, read] = await calls;
    server.thaw();
    expect(write).toMatchObject({ reason: code("STORE_OUTCOME_UNKNOWN") });
    expect(read).toMatchObject({ reason: code("STORE_UNAVAILABLE") });
    await expect(table.insert(["k", 3])).rejects.toThrow(code("STORE_UNAVAILABLE"));
    const late = storeOn(server, { signal: controller.signal });
    await expect(late.ensureTable("d", "t")).rejects.toThrow(code("STORE_UNAVAILABLE"));
  });

  test("a server that has forgotten its scripts is told them again", async () => {
    const table = await storeOn(server).ensureTable("d", "t");
    await table.insert(["k", 1]);
    await server.command("SCRIPT", "FLUSH");
    expect(await table.updateCounter("k", 1)).toBe(2);
  });

  test("a server that is full refuses a write, which changes nothing, and still reads", async () => {
    const store = storeOn(server);
    const table = await store.ensureTable("d", "t");
    const other = await store.ensureTable("d", "u", { type: "bag" });
    await table.insert(["k", 1]);
    await server.command("CONFIG", "SET", "maxmemory", "1");
    onTestFinished(() => server.command("CONFIG", "SET", "maxmemory", "0").then(() => {}));
    await expect(table.insert(["k", 2])).rejects.toThrow(code("STORE_IO"));
    const [read, write] = await Promise.allSettled([table.member("k"), other.insert(["n", 1])]);
    expect(read).toEqual({ status: "fulfilled", value: true });
    expect(write).toMatchObject({ reason: code("STORE_IO") });
    const batch = store.batch().insert(table, ["n", 1]).delete(table, "k");
    await expect(batch.commit()).rejects.toThrow(code("STORE_IO"));
    expect(await table.lookup("k")).toEqual([["k", 1]]);
    expect(await other.size).toBe(0);
  });

  test("a replica refuses a write as STORE_UNAVAILABLE", async () => {
    const table = await storeOn(server).ensureTable("d", "t");
    await server.command("REPLICAOF", "127.0.0.1", "1");
    const write = table.insert(["k", 1]);
    await expect(write).rejects.toThrow(code("STORE_UNAVAILABLE"));
    await server.command("REPLICAOF", "NO", "ONE");
    await table.insert(["k", 1]);
  });

  test("sync waits for as many replicas as there have to be", async () => {
    const replica = await RedisServer.start("--replicaof", "127.0.0.1", `${server.port}`);
    onTestFinished(() => replica.remove());
    let info = "";
    while (!info.includes("state=online"))
      info = String(await server.command("INFO", "replication"));
    const one = await storeOn(server, { replicas: 1, callTimeout: 5_000 }).ensureTable("d", "t");
    await one.insert(["k", 1]);
    await expect(one.sync()).resolves.toBeUndefined();
    const two = await storeOn(server, { replicas: 2 }).ensureTable("d", "t");
    await two.insert(["k", 1]);
    await expect(two.sync()).rejects.toThrow(code("STORE_UNAVAILABLE"));
  });

  test("a server that isn't there is STORE_UNAVAILABLE, within the time for it", async () => {
    const store = storeOn(server, { client: "redis://127.0.0.1:1", connectTimeout: 200 });
    const failure = store.ensureTable("d", "t");
    await expect(failure).rejects.toThrow(code("STORE_UNAVAILABLE"));
    await expect(failure).rejects.toThrow(/within 200 ms/);
  });

  test("a password is in no message, nor in what causes it", async () => {
    const client = server.url.replace("//", "//user:s3cret@");
    const error: unknown = await storeOn(server, { client })
      .ensureTable("d", "t")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "STORE_UNAVAILABLE" });
    for (let each: unknown = error; each instanceof Error; each = each.cause) {
      expect(`${each.message}${each.stack}`).not.toContain("s3cret");
    }
    expect(() => redisAdapter.normalizeOptions({ client: "s3cret" })).toThrow(/got another string/);
  });

  test("a client that was handed in is connected if need be, and never closed", async () => {
    const client = createClient({ url: server.url });
    onTestFinished(() => client.close());
    const store = storeOn(server, { client });
    await (await store.ensureTable("d", "t")).insert(["k", 1]);
    await store.close();
    expect(client.isReady).toBe(true);
    const again = storeOn(server, { client });
    expect(await (await again.ensureTable("d", "u")).size).toBe(0);
  });

  test("a client that was handed in and doesn't connect is STORE_UNAVAILABLE", async () => {
    const client = createClient({
      url: "redis://127.0.0.1:1",
      socket: { reconnectStrategy: false },
    });
    client.on("error", () => {});
    await expect(storeOn(server, { client }).ensureTable("d", "t")).rejects.toThrow(
      code("STORE_UNAVAILABLE"),
    );
  });

  test("a client that throws is STORE_UNAVAILABLE", async () => {
    const client = {
      isOpen: true,
      connect: () => Promise.resolve(),
      sendCommand(): never {
        throw new Error("no");
      },
    };
    await expect(storeOn(server, { client }).ensureTable("d", "t")).rejects.toThrow(
      code("STORE_UNAVAILABLE"),
    );
  });

  test("a table that another store has dropped is STORE_TABLE_CLOSED, and nothing is written", async () => {
    const store = storeOn(server, { prefix: "dropped" });
    const other = storeOn(server, { prefix: "dropped", callTimeout: 500 });
    const table = await store.ensureTable("d", "t");
    await table.insert(["k", 1]);
    expect(await other.dropTable("d", "t")).toBe(true);
    await expect(table.insert(["k", 2])).rejects.toThrow(code("STORE_TABLE_CLOSED"));
    const both = await Promise.allSettled([table.size, table.insert(["k", 1])]);
    expect(both.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    await expect(store.batch().insert(table, ["k", 1]).commit()).rejects.toThrow(
      code("STORE_TABLE_CLOSED"),
    );
    expect(await table.lookup("k")).toEqual([]);
    const bag = await other.ensureTable("d", "t", { type: "bag" });
    await expect(table.insert(["k", 2])).rejects.toThrow(code("STORE_TABLE_CLOSED"));
    expect(await bag.size).toBe(0);
  });

  test("keys of a newer format, or of a type that isn't known, are STORE_NEWER_FORMAT", async () => {
    const store = storeOn(server, { prefix: "newer" });
    await server.command("HSET", "newer:{a}", ":format", "2");
    await server.command("HSET", "newer:{b}", ":format", "1", "t", "9");
    await expect(store.ensureTable("a", "t")).rejects.toThrow(code("STORE_NEWER_FORMAT"));
    await expect(store.ensureTable("b", "t")).rejects.toThrow(code("STORE_NEWER_FORMAT"));
    expect(await store.tables("b")).toEqual([]);
  });

  test("keys of somebody else in the place of a table's are STORE_IO, bytes that are no record STORE_CORRUPT", async () => {
    const table = await storeOn(server, { prefix: "foreign" }).ensureTable("d", "t");
    await table.insert(["k", 1]);
    await server.command("HSET", "foreign:{d}:t:r", "@k\0", "x");
    await expect(table.lookup("k")).rejects.toThrow(code("STORE_CORRUPT"));
    await server.command("SET", "foreign:{d}:t:r", "x");
    await expect(table.insert(["k", 1])).rejects.toThrow(code("STORE_IO"));
    await expect(table.lookup("k")).rejects.toThrow(code("STORE_IO"));
  });
});
