import { conformance } from "@store/conformance";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { type LentPool, lendPool } from "../src/connection/pools.js";
import { postgresAdapter } from "../src/index.js";
import { binaries, Cluster } from "./support/cluster.js";
import { Pooler, pgbouncer } from "./support/pooler.js";
import { Schemas } from "./support/schemas.js";

/** Connections to the server, for all clients of the pooler. */
const SIZE = 4;
const PROCESSES = 3;
const CALLERS = 64;
const INCREMENTS = partOf(5, 50);

/** Milliseconds that servers may take to start. */
const START = 60_000;

describe.skipIf(binaries === undefined || pgbouncer === undefined)("behind PgBouncer", () => {
  let cluster: Cluster;
  let pooler: Pooler;
  let lent: LentPool;
  let schemas: Schemas;

  beforeAll(async () => {
    cluster = await Cluster.create();
    pooler = await Pooler.start(cluster, SIZE);
    lent = await lendPool(cluster.url, 2);
    schemas = new Schemas(lent.pool);
  }, START);
  afterAll(async () => {
    await lent.release();
    await pooler.stop();
    await cluster.remove();
  });

  test(`${CALLERS} callers by ${PROCESSES} pools count exactly on ${SIZE} connections of the server`, async () => {
    const schema = schemas.take();
    // Pools of different sizes are different pools, as those of different processes are.
    const stores = Array.from({ length: PROCESSES }, (_unused, number) =>
      createStore({
        adapter: postgresAdapter,
        options: { client: pooler.url, schema, prepare: false, poolSize: 20 + number },
      }),
    );
    const tables = await Promise.all(stores.map((store) => store.ensureTable("d", "counts")));
    const caller = async (number: number) => {
      const store = stores[number % PROCESSES];
      const table = tables[number % PROCESSES];
      if (store === undefined || table === undefined) throw new Error("no table");
      for (let index = 0; index < INCREMENTS; index++) {
        await table.updateCounter("one", 1, ["one", 0]);
        const batch = store.batch().updateCounter(table, "two", 1, ["two", 0]);
        await batch.insert(table, [["by", number], index]).commit();
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, (_unused, number) => caller(number)));
    const count = CALLERS * INCREMENTS;
    expect(await tables[0]?.lookupMany(["one", "two"])).toEqual([
      [["one", count]],
      [["two", count]],
    ]);
    expect(await tables[1]?.size).toBe(CALLERS + 2);
    for (const store of stores) await store.close();
    await schemas.giveBack(schema);
  });

  conformance(kitRunner(40, isLong), {
    createAdapter: () => ({
      adapter: postgresAdapter,
      options: { client: pooler.url, schema: schemas.take(), prepare: false },
    }),
    cleanup: ({ options }) => schemas.giveBack(options.schema),
    reference: memoryAdapter,
    runs: partOf(1, 10),
    timeoutMs: 240_000,
  });
});
