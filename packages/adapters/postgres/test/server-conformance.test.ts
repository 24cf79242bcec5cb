import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import type pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { partOf } from "../../../../tooling/long.js";
import { type LentPool, lendPool } from "../src/connection/pools.js";
import { postgresAdapter } from "../src/index.js";
import { Schemas } from "./support/schemas.js";
import { hasServer, QUICK_URL } from "./support/servers.js";

describe.skipIf(!hasServer)("on a server", () => {
  let lent: LentPool;
  let schemas: Schemas;

  // Each statement borrows a connection, and each borrowing sends one.
  let borrowed = 0;

  // The adapter's own pool for this connection string: as long as it is lent, no test connects anew.
  beforeAll(async () => {
    lent = await lendPool(QUICK_URL, 10);
    (lent.pool as unknown as pg.Pool).on("acquire", () => borrowed++);
    schemas = new Schemas(lent.pool);
  });
  afterAll(async () => {
    await schemas.drop();
    await lent.release();
  });

  conformance(kitRunner(8), {
    createAdapter: () => ({
      adapter: postgresAdapter,
      options: { client: QUICK_URL, schema: schemas.take() },
    }),
    cleanup: ({ options }) => schemas.giveBack(options.schema),
    reference: memoryAdapter,
    invalidOptions: [
      { client: undefined },
      { client: 5 },
      { client: "localhost" },
      { client: "postgres://" + "[" },
      { client: { connect: () => {} } },
      { client: QUICK_URL, schema: "" },
      { client: QUICK_URL, schema: 'a"; DROP SCHEMA store; --' },
      { client: QUICK_URL, schema: "s".repeat(64) },
      { client: QUICK_URL, timeout: 0 },
      { client: QUICK_URL, timeout: 1.5 },
      { client: QUICK_URL, poolSize: 0 },
      { client: QUICK_URL, prepare: 1 },
      { client: QUICK_URL, readFrom: "elsewhere" },
      { client: QUICK_URL, signal: {} },
      { client: QUICK_URL, prefix: "store" },
    ],
    runs: partOf(2, 30),
    timeoutMs: 60_000,
    roundTrips: () => borrowed,
    processes: {
      module: new URL("../dist/index.js", import.meta.url),
      export: "postgresAdapter",
      survivesKill: "returned",
    },
  });
});
