import { createStore } from "@store/core";
import { createClient, createSentinel } from "redis";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CommandOptions, NodeClient, SentinelClient } from "../src/connection/client.js";
import { redisAdapter } from "../src/index.js";
import { canStartServers, RedisSentinel, RedisServer } from "./support/redis-server.js";
import { isServerThere, SERVER_URL } from "./support/server.js";
import { ownPrefix } from "./support/stores.js";

const isThere = await isServerThere();

/** Does as the client for Sentinel does: a command whose answer was lost is sent once more. */
class LosingClient implements SentinelClient {
  readonly isOpen = true;
  losesNext = false;
  readonly #client = createClient({ url: SERVER_URL });

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  close(): void {
    this.#client.destroy();
  }

  getSentinelNode(): void {}

  async sendCommand(
    _isReadonly: boolean | undefined,
    args: readonly (string | Buffer)[],
    options?: CommandOptions,
  ): Promise<unknown> {
    const client: NodeClient = this.#client;
    const reply = await client.sendCommand(args, options);
    if (!this.losesNext) return reply;
    this.losesNext = false;
    return client.sendCommand(args, options);
  }
}

describe.skipIf(!isThere)(isThere ? "behind Sentinel" : "skipped: no Redis answers", () => {
  test("a write whose answer was lost isn't sent again: STORE_OUTCOME_UNKNOWN", async () => {
    const client = new LosingClient();
    await client.connect();
    onTestFinished(() => client.close());
    const store = createStore({ adapter: redisAdapter, options: { client, prefix: ownPrefix() } });
    onTestFinished(() => store.close());
    const table = await store.ensureTable("d", "t");
    expect(await table.updateCounter("n", 1, ["n", 0])).toBe(1);
    client.losesNext = true;
    await expect(table.updateCounter("n", 1)).rejects.toThrow(
      expect.objectContaining({ code: "STORE_OUTCOME_UNKNOWN" }),
    );
    expect(await table.lookup("n")).toEqual([["n", 2]]);
  });
});

const canStart = canStartServers();
const CALL_TIMEOUT_MS = 2_000;

describe.skipIf(!canStart)(canStart ? "a Sentinel" : "skipped: no redis-server", () => {
  test("a master killed: calls go on at its replica, and none is done twice", async () => {
    const master = await RedisServer.start("--repl-diskless-sync-delay", "0");
    onTestFinished(() => master.remove());
    const replica = await RedisServer.start("--replicaof", "127.0.0.1", `${master.port}`);
    onTestFinished(() => replica.remove());
    let info = "";
    while (!info.includes("state=online"))
      info = String(await master.command("INFO", "replication"));
    const sentinel = await RedisSentinel.start("main", master);
    onTestFinished(() => sentinel.remove());
    const sentinelRootNodes = [{ host: "127.0.0.1", port: sentinel.port }];
    const client = createSentinel({ name: "main", sentinelRootNodes });
    client.on("error", () => {});
    onTestFinished(() => client.destroy());
    const store = createStore({
      adapter: redisAdapter,
      options: { client, callTimeout: CALL_TIMEOUT_MS, replicas: 1 },
    });
    onTestFinished(() => store.close());

    const table = await store.ensureTable("d", "t");
    await table.updateCounter("n", 1, ["n", 0]);
    await table.sync();
    await master.kill();
    let [acknowledged, unknown] = [1, 0];
    while (acknowledged < 20) {
      try {
        await table.updateCounter("n", 1);
        acknowledged++;
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === "STORE_OUTCOME_UNKNOWN") unknown++;
        else if (code !== "STORE_UNAVAILABLE") throw error;
      }
    }
    const [record] = await table.lookup("n");
    expect(Number(record?.[1])).toBeGreaterThanOrEqual(acknowledged);
    expect(Number(record?.[1])).toBeLessThanOrEqual(acknowledged + unknown);
  });
});
