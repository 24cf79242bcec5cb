import { randomUUID } from "node:crypto";
import {
  createStore,
  type Store,
  type StoreRecord,
  type Table,
  type TableType,
  toolkit,
} from "@store/core";
import { createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { type RedisOptions, redisAdapter } from "../src/index.js";
import { canStartServers, RedisCluster } from "./support/redis-server.js";

type AnyTable = Table<StoreRecord, "async">;

const canStart = canStartServers();
const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const DOMAINS = ["runs", "journal", "artifacts", "agents"];
const KILLS = partOf(1, 10);
const CALL_TIMEOUT_MS = 2_000;

describe.skipIf(!canStart)(canStart ? "a cluster of six" : "skipped: no redis-server", () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start("--appendonly", "yes", "--appendfsync", "always");
  }, 60_000);
  afterAll(() => cluster.remove());

  async function openStore(options: Partial<RedisOptions> = {}): Promise<Store<"async">> {
    const client = createCluster({ rootNodes: cluster.rootNodes });
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => client.destroy());
    const store = createStore({
      adapter: redisAdapter,
      options: { client, prefix: randomUUID(), callTimeout: CALL_TIMEOUT_MS, ...options },
    });
    onTestFinished(() => store.close());
    return store;
  }

  test("tables of all types work in domains of several nodes, batches within each", async () => {
    const store = await openStore();
    for (const domain of DOMAINS) {
      const tables: AnyTable[] = [];
      for (const type of TYPES) {
        const table = await store.ensureTable(domain, type, { type });
        await table.insertMany([
          ["a", 1],
          ["b", 2],
        ]);
        expect(await table.lookupMany(["a", "b"])).toEqual([[["a", 1]], [["b", 2]]]);
        tables.push(table);
      }
      const [set, ordered] = tables as [AnyTable, AnyTable];
      const batch = store.batch().updateCounter(set, "a", 1).append(ordered, ["r"], domain);
      expect(await batch.commit()).toBe(true);
      expect(await ordered.last()).toEqual(["r", 1]);
      expect(await store.tables(domain)).toHaveLength(TYPES.length);
      expect(await store.dropTable(domain, "bag")).toBe(true);
    }
  });

  test("a list of its domains is STORE_NOT_SUPPORTED", async () => {
    const client = createCluster({ rootNodes: cluster.rootNodes });
    client.on("error", () => {});
    await client.connect();
    onTestFinished(() => client.destroy());
    const options = redisAdapter.normalizeOptions({ client, prefix: randomUUID() });
    const backend = await redisAdapter.open(options, toolkit);
    await expect(backend.domains?.()).rejects.toMatchObject({ code: "STORE_NOT_SUPPORTED" });
    await backend.close();
  });

  test("a batch over two slots is STORE_NOT_SUPPORTED, and nothing is done", async () => {
    const store = await openStore();
    const [one, two] = [
      await store.ensureTable("runs", "t"),
      await store.ensureTable("agents", "t"),
    ];
    const batch = store.batch().insert(one, ["k", 1]).insert(two, ["k", 1]);
    await expect(batch.commit()).rejects.toThrow(
      expect.objectContaining({ code: "STORE_NOT_SUPPORTED" }),
    );
    expect(await one.size).toBe(0);
  });

  test("with a slot for each table, tables of a domain are on several nodes", async () => {
    const store = await openStore({ slots: "table" });
    const names = ["a", "b", "c", "d", "e"];
    const tables: AnyTable[] = await Promise.all(names.map((name) => store.ensureTable("d", name)));
    await Promise.all(tables.map((table, n) => table.insert(["k", n])));
    expect(await Promise.all(tables.map((table) => table.lookup("k")))).toEqual(
      tables.map((_table, n) => [["k", n]]),
    );
    const [one, two] = tables as [AnyTable, AnyTable];
    expect(await store.batch().insert(one, ["x", 1]).updateCounter(one, "k", 1).commit()).toBe(
      true,
    );
    await expect(
      store.batch().insert(one, ["k", 1]).insert(two, ["k", 1]).commit(),
    ).rejects.toThrow(expect.objectContaining({ code: "STORE_NOT_SUPPORTED" }));
    expect(await store.dropTable("d", "b")).toBe(true);
    expect(await store.dropTable("d", "b")).toBe(false);
    expect((await store.tables("d")).map(({ name }) => name)).toEqual(["a", "c", "d", "e"]);
  });

  test(`a master killed under load, ${KILLS} times: calls go on at its replica, and none is done twice`, {
    timeout: 300_000,
  }, async () => {
    const store = await openStore({ replicas: 1 });
    const table: AnyTable = await store.ensureTable("runs", "t");
    await table.insert(["n", 0]);
    await table.sync();
    let [acknowledged, unknown, longestMs] = [0, 0, 0];

    const write = async () => {
      const start = performance.now();
      try {
        await table.updateCounter("n", 1);
        acknowledged++;
        return true;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === "STORE_OUTCOME_UNKNOWN") unknown++;
        else if (code !== "STORE_UNAVAILABLE") throw error;
        return false;
      } finally {
        longestMs = Math.max(longestMs, performance.now() - start);
      }
    };

    for (let kill = 0; kill < KILLS; kill++) {
      for (let n = 0; n < 100; n++) await write();
      // What a replica has survives its master.
      await table.sync();
      const synced = acknowledged;
      const master = await masterOf(cluster, table);
      await master.kill();
      while (!(await write()));
      await master.restart();
      const [record] = await table.lookup("n");
      const count = Number(record?.[1]);
      expect(count).toBeGreaterThanOrEqual(synced);
      expect(count).toBeLessThanOrEqual(acknowledged + unknown);
      await cluster.agreed();
    }
    expect(longestMs).toBeLessThan(CALL_TIMEOUT_MS + 500);
  });
});

/** The server that has the table's slot now: the one that counts its reads. */
async function masterOf(cluster: RedisCluster, table: AnyTable) {
  for (const server of cluster.servers) await server.command("CONFIG", "RESETSTAT");
  await table.insert(["probe", 1]);
  for (const server of cluster.servers) {
    const info = String(await server.command("INFO", "everything"));
    if (info.includes("role:master") && info.includes("cmdstat_evalsha")) return server;
  }
  throw new Error("no master has the table");
}
