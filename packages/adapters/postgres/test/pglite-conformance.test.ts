import { PGlite } from "@electric-sql/pglite";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { afterAll, describe } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { isLong, partOf } from "../../../../tooling/long.js";
import { type PostgresClient, postgresAdapter } from "../src/index.js";
import { Schemas } from "./support/schemas.js";
import { hasServer } from "./support/servers.js";

const database = new PGlite();
const schemas = new Schemas(database);

/** PGlite, with what is sent to it counted. */
let roundTrips = 0;
const client: PostgresClient = {
  query(text, values) {
    roundTrips++;
    return database.query(text, values);
  },
};

/** What takes most of the time, and is tried on a server as well, if there is one. */
const LONG = ["tables of 2,502 records", "migrateDomain", "createAdapter and cleanup"];

function describePart(name: string, define: () => void): void {
  const isLeftOut = hasServer && !isLong && LONG.some((long) => name.startsWith(long));
  if (!isLeftOut) describe(name, define);
}

describe("over PGlite", () => {
  afterAll(() => database.close());

  conformance(
    { describe: describePart, test: kitRunner(3).test },
    {
      createAdapter: () => ({
        adapter: postgresAdapter,
        options: { client, schema: schemas.take() },
      }),
      cleanup: ({ options }) => schemas.giveBack(options.schema),
      reference: memoryAdapter,
      runs: partOf(1, 20),
      timeoutMs: 60_000,
      roundTrips: () => roundTrips,
    },
  );
});
