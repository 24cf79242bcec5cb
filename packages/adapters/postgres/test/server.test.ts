import { connect, createServer, type Server, type Socket } from "node:net";
import { inspect } from "node:util";
import { createStore } from "@store/core";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lendPool } from "../src/connection/pools.js";
import { type PostgresOptions, postgresAdapter, schemaSql } from "../src/index.js";
import { dropSchema, hasServer, QUICK_URL, SERVER_URL, uniqueSchema } from "./support/servers.js";

function storeOn(options: Partial<PostgresOptions> & { schema: string }) {
  return createStore({ adapter: postgresAdapter, options: { client: QUICK_URL, ...options } });
}

describe.skipIf(!hasServer)("a schema on a server", () => {
  const schemas: string[] = [];
  const newSchema = () => {
    const schema = uniqueSchema();
    schemas.push(schema);
    return schema;
  };
  let admin: pg.Pool;
  beforeAll(() => {
    admin = new pg.Pool({ connectionString: SERVER_URL, max: 1 });
  });
  afterAll(async () => {
    await admin.end();
    for (const schema of schemas) await dropSchema(schema);
  });

  test("stands beside others: each has tables of its own", async () => {
    const stores = [newSchema(), newSchema()].map((schema) => storeOn({ schema }));
    const [one, two] = await Promise.all(stores.map((store) => store.ensureTable("d", "t")));
    await one?.insert(["k", 1]);
    expect(await two?.lookup("k")).toEqual([]);
    for (const store of stores) await store.close();
  });

  test("of a newer format is STORE_NEWER_FORMAT, and left untouched", async () => {
    const schema = newSchema();
    await admin.query(schemaSql(schema));
    await admin.query(`UPDATE ${schema}.store_format SET version = 9, readable_from = 8`);
    const store = storeOn({ schema });
    await expect(store.ensureTable("d", "t")).rejects.toMatchObject({ code: "STORE_NEWER_FORMAT" });
    await store.close();
  });

  test("of a newer format that this version can use is used, with the functions of this version", async () => {
    const schema = newSchema();
    await admin.query(schemaSql(schema));
    await admin.query(`UPDATE ${schema}.store_format SET version = 9`);
    await admin.query(`DROP FUNCTION ${schema}.store_batch_1(jsonb, jsonb)`);
    const store = storeOn({ schema });
    const table = await store.ensureTable("d", "t");
    expect(await store.batch().insert(table, ["k", 1]).commit()).toBe(true);
    await store.close();
    const { rows } = await admin.query(`SELECT version FROM ${schema}.store_format`);
    expect(rows).toEqual([{ version: 9 }]);
  });

  test("that the role may not make is refused with the SQL to run, and with that a role without rights works", async () => {
    const schema = newSchema();
    const role = `${schema}_role`;
    const url = new URL(QUICK_URL);
    url.username = role;
    const client = url.href;
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    try {
      const store = storeOn({ client, schema });
      const error = await store.ensureTable("d", "t").catch((error: Error) => error);
      expect(error).toMatchObject({ code: "STORE_IO" });
      const sql = String(Object(error).message).split("as one that may: ")[1];
      await admin.query(String(sql));
      await admin.query(`GRANT USAGE ON SCHEMA ${schema} TO ${role};
        GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
      await expect(store.ensureTable("d", "t")).rejects.toMatchObject({ code: "STORE_READ_ONLY" });
      await admin.query(`GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`);
      const table = await store.ensureTable<[[string, number], string]>("d", "t", {
        type: "ordered_set",
      });
      expect(await table.append(["log"], "x")).toEqual(["log", 1]);
      await store.close();
    } finally {
      await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  test("that is there, but not the right to read it, is STORE_IO", async () => {
    const schema = newSchema();
    const role = `${schema}_role`;
    const url = new URL(QUICK_URL);
    url.username = role;
    await admin.query(schemaSql(schema));
    await admin.query(`CREATE ROLE ${role} LOGIN`);
    const store = storeOn({ client: url.href, schema });
    await expect(store.ensureTable("d", "t")).rejects.toMatchObject({ code: "STORE_IO" });
    await store.close();
    await admin.query(`DROP ROLE ${role}`);
  });

  test.each(["repeatable read", "serializable"])(
    "counts exactly where transactions are %s by default",
    async (level) => {
      const url = new URL(SERVER_URL);
      const escaped = level.replace(" ", "\\ ");
      url.searchParams.set(
        "options",
        `-c synchronous_commit=off -c default_transaction_isolation=${escaped}`,
      );
      const store = storeOn({ client: url.href, schema: newSchema(), poolSize: 4 });
      const table = await store.ensureTable<[string, number]>("d", "t");
      await Promise.all(
        Array.from({ length: 12 }, () =>
          store.batch().updateCounter(table, "n", 1, ["n", 0]).commit(),
        ),
      );
      await Promise.all(Array.from({ length: 12 }, () => table.updateCounter("n", 1)));
      expect(await table.lookup("n")).toEqual([["n", 24]]);
      await store.close();
    },
  );

  test("sync with synchronous_commit off brings what was written to the disk", async () => {
    const schema = newSchema();
    const store = storeOn({ schema });
    const table = await store.ensureTable("d", "t");
    await table.insert(["k", 1]);
    const { rows: written } = await admin.query("SELECT pg_current_wal_insert_lsn() AS lsn");
    await table.sync();
    const { rows } = await admin.query(
      "SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS flushed",
      [written[0].lsn],
    );
    expect(rows).toEqual([{ flushed: true }]);
    await store.close();
  });

  test("is read from readFrom, and written, and read for updates, by client", async () => {
    const schema = newSchema();
    await admin.query(schemaSql(schema));
    const writes = new pg.Pool({ connectionString: QUICK_URL, max: 1 });
    const reads = new pg.Pool({ connectionString: QUICK_URL, max: 1 });
    const asked = { writes: 0, reads: 0 };
    writes.on("acquire", () => asked.writes++);
    reads.on("acquire", () => asked.reads++);
    const store = storeOn({ client: writes, readFrom: reads, schema });
    const table = await store.ensureTable<[string, number]>("d", "t");
    const opening = asked.writes;
    await table.insert(["k", 1]);
    await table.updateElement("k", [2, 5]);
    expect(asked).toEqual({ writes: opening + 3, reads: 0 });
    expect([await table.lookup("k"), await table.size]).toEqual([[["k", 5]], 1]);
    expect(asked).toEqual({ writes: opening + 3, reads: 2 });
    await store.close();
    // They were handed in: they still work.
    for (const pool of [writes, reads]) {
      await pool.query("SELECT 1");
      await pool.end();
    }
  });

  test("holds records of up to maxRecordBytes, and refuses longer ones with both sizes", async () => {
    const store = storeOn({ schema: newSchema() });
    const table = await store.ensureTable<[string, Uint8Array]>("limits", "t");
    const limit = Number(postgresAdapter.capabilities.maxRecordBytes);
    // Version, count, the key's two bytes, the tag and four bytes of the length.
    const longest = new Uint8Array(limit - 9).fill(7);
    await table.insert(["k", longest]);
    expect((await table.lookupElement("k", 2)).length).toBe(longest.length);
    const longer = table.insert(["k", new Uint8Array(limit - 8)]);
    await expect(longer).rejects.toMatchObject({
      code: "STORE_INVALID_RECORD",
      message: expect.stringContaining(`takes ${limit + 1} bytes; at most ${limit}`),
    });
    await store.close();
  });

  test("a pool whose connections are all taken is STORE_UNAVAILABLE after the timeout, and then works", async () => {
    const pool = new pg.Pool({ connectionString: QUICK_URL, max: 1 });
    const store = storeOn({ client: pool, schema: newSchema(), timeout: 300 });
    const table = await store.ensureTable("d", "t");
    const taken = await pool.connect();
    await expect(table.insert(["k", 1])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    taken.release();
    await table.insert(["k", 2]);
    expect(await table.lookup("k")).toEqual([["k", 2]]);
    await store.close();
    await pool.end();
  });

  test("two stores with one connection string share a pool, which goes with the last of them", async () => {
    const url = new URL(QUICK_URL);
    const name = uniqueSchema();
    url.searchParams.set("application_name", name);
    const schema = newSchema();
    const stores = [1, 2].map(() => storeOn({ client: url.href, schema }));
    const connections = async () => {
      const { rows } = await admin.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = $1",
        [name],
      );
      return rows[0].n;
    };
    for (const store of stores) await (await store.ensureTable("d", "t")).insert(["k", 1]);
    expect(await connections()).toBe(1);
    await stores[0]?.close();
    expect(await (await stores[1]?.ensureTable("d", "t"))?.lookup("k")).toEqual([["k", 1]]);
    await stores[1]?.close();
    await expect.poll(connections).toBe(0);
  });

  test("an idle connection that breaks ends nothing", async () => {
    const { pool, release } = await lendPool(QUICK_URL, 3);
    await pool.query("SELECT 1");
    const { rows } = await pool.query("SELECT pg_backend_pid() AS pid");
    const broken = new Promise((resolve) => (pool as unknown as pg.Pool).on("error", resolve));
    await admin.query("SELECT pg_terminate_backend($1)", [Object(rows[0]).pid]);
    expect(await broken).toMatchObject({ code: "57P01" });
    expect((await pool.query("SELECT 1")).rowCount).toBe(1);
    await release();
  });

  test("a server that can't be reached is STORE_UNAVAILABLE, and no password is in the error", async () => {
    for (const client of [
      "postgres://someone:s3cret@127.0.0.1:1/d",
      "postgres://someone:s3cret@nowhere.invalid/d",
    ]) {
      const store = storeOn({ client, schema: "store" });
      const error = await store.ensureTable("d", "t").catch((error: Error) => error);
      expect(error).toMatchObject({ code: "STORE_UNAVAILABLE" });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("s3cret");
      await store.close();
    }
    expect(() => storeOn({ client: "postgres://someone:s3cret@[/d", schema: "store" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
    );
  });
});

/** Between a client and the server: hands bytes on, or keeps them back, or cuts all connections. */
class FaultyNetwork {
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  isStalled = false;

  async listen(): Promise<string> {
    const target = new URL(SERVER_URL);
    this.#server = createServer((near) => {
      const far = connect(Number(target.port || 5432), target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on("data", (data) => this.isStalled || to.write(data));
        from.on("error", () => to.destroy());
        from.on("close", () => to.destroy());
      }
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => this.#server?.once("listening", resolve));
    const url = new URL(SERVER_URL);
    url.host = `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
    return url.href;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server?.close();
  }
}

describe.skipIf(!hasServer)("a network that fails", () => {
  const schema = uniqueSchema();
  const network = new FaultyNetwork();
  let client: string;
  beforeAll(async () => {
    client = await network.listen();
  });
  afterAll(async () => {
    network.close();
    await dropSchema(schema);
  });

  test("a stall ends calls at their timeout, a cut at once, and the next calls succeed", async () => {
    const store = storeOn({ client, schema, timeout: 400 });
    const table = await store.ensureTable<[string, number]>("d", "t");
    await table.insert(["k", 0]);

    network.isStalled = true;
    const begin = performance.now();
    const [written, looked] = await Promise.allSettled([
      table.updateCounter("k", 1),
      table.lookup("k"),
    ]);
    expect(performance.now() - begin).toBeLessThan(2_000);
    expect([written, looked]).toMatchObject([
      // The connection that was there got it; the other one was still to be made.
      { status: "rejected", reason: { code: "STORE_OUTCOME_UNKNOWN" } },
      { status: "rejected", reason: { code: "STORE_UNAVAILABLE" } },
    ]);

    network.isStalled = false;
    await table.updateCounter("k", 10);
    const [[, count] = ["k", Number.NaN]] = await table.lookup("k");
    expect([10, 11]).toContain(count);

    const calls = Array.from({ length: 20 }, () => table.updateCounter("k", 100));
    const settled = Promise.allSettled(calls);
    await calls[0];
    network.cut();
    const outcomes = (await settled).map((outcome) =>
      outcome.status === "fulfilled" ? "done" : outcome.reason.code,
    );
    const done = outcomes.filter((outcome) => outcome === "done").length;
    const unknown = outcomes.filter((outcome) => outcome === "STORE_OUTCOME_UNKNOWN").length;
    await table.updateCounter("k", 1_000);
    const counted = Number(await table.lookupElement("k", 2)) - 1_000 - count;
    expect(counted).toBeGreaterThanOrEqual(done * 100);
    expect(counted).toBeLessThanOrEqual((done + unknown) * 100);
    await store.close();
  });
});
