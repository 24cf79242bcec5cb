import { PGlite } from "@electric-sql/pglite";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { afterAll, describe, test } from "vitest";
import { type PostgresClient, postgresAdapter } from "../src/index.js";
import { Schemas } from "./support/schemas.js";

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

describe("over PGlite", () => {
  afterAll(() => database.close());

  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter: postgresAdapter,
        options: { client, schema: schemas.take() },
      }),
      cleanup: ({ options }) => schemas.giveBack(options.schema),
      reference: memoryAdapter,
      runs: 5,
      timeoutMs: 60_000,
      roundTrips: () => roundTrips,
    },
  );
});
