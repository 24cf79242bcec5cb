import { setImmediate } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { toolkit } from "@store/core";
import { afterAll, describe, expect, test } from "vitest";
import type { PostgresClient } from "../../src/connection/client.js";
import { Connection } from "../../src/connection/connection.js";
import { Sweeper } from "../../src/expiry/sweeper.js";
import { schemaSql } from "../../src/schema/install.js";
import { namesIn } from "../../src/schema/names.js";

const database = new PGlite();
afterAll(() => database.close());

function sweeperOver(client: PostgresClient, schema: string, pauseMs = 1): Sweeper {
  const options = { client, timeout: 10_000, signal: undefined, prepare: false };
  return new Sweeper(new Connection(options, toolkit), namesIn(schema), pauseMs);
}

describe("the sweeper", () => {
  test("removes what has expired, in steps, and nothing else", async () => {
    await database.exec(schemaSql("sweep"));
    await database.exec(`INSERT INTO sweep.store_entry
      SELECT 1, int8send(n), '', CASE WHEN n > 1200 THEN NULL ELSE n END FROM generate_series(1, 1203) n;
      INSERT INTO sweep.store_entry VALUES (2, '', '', 'Infinity');
      INSERT INTO sweep.store_item (table_id, key, digest, copy, body, expires_at)
        SELECT 1, '', int8send(n), 0, '', n FROM generate_series(1, 3) n`);
    let statements = 0;
    const client: PostgresClient = {
      query: (text, values) => {
        statements++;
        return database.query(text, values);
      },
    };
    const sweeper = sweeperOver(client, "sweep");
    sweeper.start();
    sweeper.start();
    const left = async () => {
      const { rows } = await database.query<{ n: number }>(
        "SELECT (SELECT count(*) FROM sweep.store_entry) + (SELECT count(*) FROM sweep.store_item) AS n",
      );
      return Number(rows[0]?.n);
    };
    await expect.poll(left).toBe(4);
    await sweeper.stop();
    // 500, 500 and 200 entries, and the items.
    expect(statements).toBeGreaterThanOrEqual(4);
    const before = statements;
    await setImmediate();
    expect(statements).toBe(before);
  });

  test("goes on after a round that failed, and stops in the midst of one", async () => {
    let rounds = 0;
    const client: PostgresClient = {
      query: async () => {
        if (++rounds === 1) throw new Error("no connection");
        await setImmediate();
        return { rows: [], rowCount: 500 };
      },
    };
    const sweeper = sweeperOver(client, "store");
    sweeper.start();
    await expect.poll(() => rounds).toBeGreaterThan(3);
    await sweeper.stop();
    const stopped = rounds;
    await setImmediate();
    expect(rounds).toBe(stopped);
  });

  test("that was never started is stopped at once", async () => {
    await sweeperOver(database, "store").stop();
  });
});
