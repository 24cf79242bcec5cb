import { createStore, type Store, type StoreRecord, type Table } from "@store/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { redisAdapter } from "../src/index.js";
import { randomFrom } from "./support/random.js";
import { canStartServers, RedisServer } from "./support/redis-server.js";

type AnyTable = Table<StoreRecord, "async">;

const canStart = canStartServers();
const LIVES = partOf(2, 40);
const WRITERS = 8;
const CALL_TIMEOUT_MS = 1_000;

/** What a writer knows of its own writes. */
interface Written {
  acknowledged: number;
  /** Those whose outcome nobody told. */
  unknown: number;
  /** When each was acknowledged. */
  readonly moments: number[];
}

/** Writers that go on until they are told to stop: each write is a batch over two tables. */
class Load {
  readonly written: readonly Written[] = Array.from({ length: WRITERS }, () => ({
    acknowledged: 0,
    unknown: 0,
    moments: [],
  }));
  longestCallMs = 0;
  #isStopping = false;
  #onAcknowledged: () => void = () => {};

  get acknowledged(): number {
    return this.written.reduce((sum, each) => sum + each.acknowledged, 0);
  }

  async run(store: Store<"async">, counts: AnyTable, events: AnyTable): Promise<void> {
    this.#isStopping = false;
    await Promise.all(this.written.map((_written, n) => this.#write(n, store, counts, events)));
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Resolves when so many more writes have been acknowledged. */
  more(count: number): Promise<void> {
    const wanted = this.acknowledged + count;
    return new Promise((resolve) => {
      this.#onAcknowledged = () => {
        if (this.acknowledged >= wanted) resolve();
      };
    });
  }

  async #write(n: number, store: Store<"async">, counts: AnyTable, events: AnyTable) {
    const written = this.written[n] as Written;
    while (!this.#isStopping) {
      const start = performance.now();
      try {
        await store.batch().updateCounter(counts, n, 1, [n, 0]).append(events, [n], "x").commit();
        written.acknowledged++;
        written.moments.push(performance.now());
        this.#onAcknowledged();
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === "STORE_OUTCOME_UNKNOWN") written.unknown++;
        else if (code !== "STORE_UNAVAILABLE") throw error;
      }
      this.longestCallMs = Math.max(this.longestCallMs, performance.now() - start);
    }
  }
}

async function counted(counts: AnyTable, events: AnyTable, n: number): Promise<number> {
  const [record] = await counts.lookup(n);
  const count = record === undefined ? 0 : Number(record[1]);
  // Whole, in order, and none twice.
  expect(await events.count({ prefix: [n] })).toBe(count);
  expect(await events.prev([n, Number.MAX_SAFE_INTEGER])).toEqual(
    count === 0 ? expect.anything() : [n, count],
  );
  return count;
}

const SETTINGS = {
  always: ["--appendonly", "yes", "--appendfsync", "always"],
  everysec: ["--appendonly", "yes", "--appendfsync", "everysec"],
};

describe.skipIf(!canStart)(canStart ? "a server killed" : "skipped: no redis-server", () => {
  test.each(["always", "everysec"] as const)(
    `appendfsync %s: ${LIVES} kills under load lose nothing acknowledged, and double nothing`,
    { timeout: 600_000 },
    async (fsync) => {
      const random = randomFrom(18);
      const server = await RedisServer.start(...SETTINGS[fsync]);
      onTestFinished(() => server.remove());
      const options = { client: server.url, callTimeout: CALL_TIMEOUT_MS };
      const store = createStore({ adapter: redisAdapter, options });
      onTestFinished(() => store.close());
      const counts: AnyTable = await store.ensureTable("d", "counts");
      const events: AnyTable = await store.ensureTable("d", "events", { type: "ordered_set" });
      await events.insert([-1, "the first"]);
      const load = new Load();

      for (let life = 0; life < LIVES; life++) {
        const running = load.run(store, counts, events);
        await load.more(50 + Math.floor(random() * 400));
        const killed = performance.now();
        await server.kill();
        await server.restart();
        const returned = performance.now();
        await load.more(1);
        expect(performance.now() - returned).toBeLessThan(2_000);
        load.stop();
        await running;

        for (const [n, { acknowledged, unknown, moments }] of load.written.entries()) {
          const count = await counted(counts, events, n);
          // Of those a second before the kill, and two before it, nothing may be missing.
          const old = moments.filter(
            (moment) => moment < killed - 2_000 || moment > returned,
          ).length;
          expect(count).toBeGreaterThanOrEqual(fsync === "always" ? acknowledged : old);
          expect(count).toBeLessThanOrEqual(acknowledged + unknown);
        }
      }
      expect(load.longestCallMs).toBeLessThan(CALL_TIMEOUT_MS + 500);
    },
  );

  test("without AOF a killed server has nothing; open tables say so, and are made again", async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.remove());
    const store = createStore({ adapter: redisAdapter, options: { client: server.url } });
    onTestFinished(() => store.close());
    const table = await store.ensureTable("d", "t");
    await table.insert(["k", 1]);
    await server.kill();
    await server.restart();
    expect(await table.lookup("k")).toEqual([]);
    await expect(table.insert(["k", 2])).rejects.toThrow(
      expect.objectContaining({ code: "STORE_TABLE_CLOSED" }),
    );
    await table.close();
    const again = await store.ensureTable("d", "t");
    await again.insert(["k", 3]);
    expect(await again.lookup("k")).toEqual([["k", 3]]);
  });
});
