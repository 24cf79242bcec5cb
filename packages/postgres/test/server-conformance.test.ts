import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import pg from "pg";
import { afterAll, describe, test } from "vitest";
import { postgresAdapter } from "../src/index.js";
import { Schemas } from "./support/schemas.js";
import { hasServer, QUICK_URL } from "./support/servers.js";

const pool = new pg.Pool({ connectionString: QUICK_URL, max: 2, allowExitOnIdle: true });
const schemas = new Schemas(pool);

describe.skipIf(!hasServer)("on a server", () => {
  afterAll(async () => {
    await schemas.drop();
    await pool.end();
  });

  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter: postgresAdapter,
        options: { client: QUICK_URL, schema: schemas.take() },
      }),
      cleanup: ({ options }) => schemas.giveBack(options.schema),
      reference: memoryAdapter,
      runs: 5,
      timeoutMs: 60_000,
      processes: {
        module: new URL("../dist/index.js", import.meta.url),
        export: "postgresAdapter",
        survivesKill: "returned",
      },
    },
  );
});
