import { createStore, type Store } from "@store/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { postgresAdapter } from "../src/index.js";
import { binaries, Cluster } from "./support/cluster.js";

/** Milliseconds that servers may take to start. */
const START = 60_000;

describe.skipIf(binaries === undefined)("readFrom a streaming replica", () => {
  let primary: Cluster;
  let replica: Cluster;
  let store: Store<"async">;

  beforeAll(async () => {
    primary = await Cluster.create();
    // Its schema is there when the replica is made.
    const first = createStore({ adapter: postgresAdapter, options: { client: primary.url } });
    await first.ensureTable("d", "t", { type: "ordered_set" });
    await first.close();
    replica = await primary.replicate();
    const options = { client: primary.url, readFrom: replica.url, timeout: 5_000 };
    store = createStore({ adapter: postgresAdapter, options });
  }, START);
  afterAll(async () => {
    await store.close();
    await replica.remove();
    await primary.remove();
  });

  test("reads what the replica has replayed, and writes by what the primary has", async () => {
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await table.insert(["k", 1]);
    // Whatever the replica shows by now: these are decided where the writes are.
    expect(await table.insertNew(["k", 2])).toBe(false);
    expect(await table.updateCounter("k", 1)).toBe(2);
    expect(await table.replace(["k", 2], ["k", 3])).toBe(true);
    expect(await store.batch().check(table, "k", ["k", 3]).insert(table, ["l", 1]).commit()).toBe(
      true,
    );
    await vi.waitFor(async () => expect(await table.lookup("l")).toEqual([["l", 1]]), {
      timeout: 20_000,
    });
    expect(await table.lookup("k")).toEqual([["k", 3]]);
    const records = [];
    for await (const record of table.records()) records.push(record);
    expect(records).toEqual([
      ["k", 3],
      ["l", 1],
    ]);
    expect(await table.count({ gte: "l" })).toBe(1);
  });

  test("shows what the replica has replayed, not what was written since", async () => {
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    const admin = new pg.Client({ connectionString: replica.url });
    await admin.connect();
    await admin.query("SELECT pg_wal_replay_pause()");
    await vi.waitFor(
      async () => {
        const { rows } = await admin.query("SELECT pg_get_wal_replay_pause_state() AS state");
        expect(rows).toEqual([{ state: "paused" }]);
      },
      { timeout: 20_000 },
    );
    await table.insert(["late", 1]);
    expect(await table.lookup("late")).toEqual([]);
    expect(await table.updateCounter("late", 1)).toBe(2);
    await admin.query("SELECT pg_wal_replay_resume()");
    await vi.waitFor(async () => expect(await table.lookup("late")).toEqual([["late", 2]]), {
      timeout: 20_000,
    });
    await table.delete("late");
    await vi.waitFor(async () => expect(await table.member("late")).toBe(false), {
      timeout: 20_000,
    });
    await admin.end();
  });

  test("goes on reading while the primary is down, and refuses writes", async () => {
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await table.insert(["m", 1]);
    await vi.waitFor(async () => expect(await table.member("m")).toBe(true), { timeout: 20_000 });
    await primary.stop("immediate");
    expect(await table.lookup("m")).toEqual([["m", 1]]);
    await expect(table.insert(["n", 1])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(await table.lookup("n")).toEqual([]);
    await primary.start();
    await table.insert(["n", 1]);
    await vi.waitFor(async () => expect(await table.member("n")).toBe(true), { timeout: 20_000 });
  });

  test("is STORE_UNAVAILABLE where the replica is down, which isn't passed over", async () => {
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await replica.stop("immediate");
    await expect(table.lookup("k")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await table.insert(["o", 1]);
    await replica.start();
    await vi.waitFor(async () => expect(await table.member("o")).toBe(true), { timeout: 20_000 });
  });
});
