import { getEventListeners } from "node:events";
import { toolkit } from "@store/core";
import { describe, expect, test } from "vitest";
import type { PostgresClient } from "../../src/connection/client.js";
import { Connection } from "../../src/connection/connection.js";
import { read, write } from "../../src/connection/statement.js";
import { FakePool, networkError, never, serverError } from "../support/fake-clients.js";

const READ = read("SELECT 1");
const WRITE = write("DELETE FROM t");
const ROWS = { rows: [{ n: 1 }], rowCount: 1 };

function connectionTo(
  client: PostgresClient,
  options: { timeout?: number; signal?: AbortSignal; prepare?: boolean } = {},
): Connection {
  const { timeout = 10_000, signal, prepare = true } = options;
  return new Connection({ client, timeout, signal, prepare }, toolkit);
}

describe("a pool", () => {
  test("is sent named statements, and gets the connection back", async () => {
    const pool = new FakePool(async () => ROWS);
    expect(await connectionTo(pool).run(READ, [1])).toEqual({ rows: [{ n: 1 }], count: 1 });
    expect(pool.sent).toEqual([{ name: READ.name, text: READ.text, values: [1] }]);
    expect(pool.released).toEqual([undefined]);
  });

  test("is sent statements without a name with prepare: false", async () => {
    const pool = new FakePool(async () => ROWS);
    await connectionTo(pool, { prepare: false }).run(READ, []);
    expect(pool.sent).toEqual([{ text: READ.text, values: [] }]);
  });

  test("that lends no connection in time is STORE_UNAVAILABLE, also for a write, and gets a late one back", async () => {
    const pool = new FakePool(async () => ROWS);
    let resolve = () => {};
    const late = new Promise<void>((done) => {
      resolve = done;
    });
    pool.connecting = () => late;
    await expect(connectionTo(pool, { timeout: 5 }).run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("no answer within 5 ms (option timeout)"),
    });
    resolve();
    await expect.poll(() => pool.released).toEqual([undefined]);
    expect(pool.sent).toEqual([]);
  });

  test("that can't connect is STORE_UNAVAILABLE", async () => {
    const pool = new FakePool(async () => ROWS);
    pool.connecting = () =>
      Promise.reject(
        Object.assign(new AggregateError([new Error("refused by ::1"), new Error("by 127.0.0.1")])),
      );
    await expect(connectionTo(pool).run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("refused by ::1; by 127.0.0.1"),
    });
  });

  test("closes a connection whose answer didn't come, and keeps one whose answer was an error", async () => {
    const pool = new FakePool(() => never());
    await expect(connectionTo(pool, { timeout: 5 }).run(READ, [])).rejects.toThrow();
    pool.answer = () => Promise.reject(serverError("22003"));
    await expect(connectionTo(pool).run(READ, [])).rejects.toThrow();
    expect(pool.released).toEqual([expect.any(Error), undefined]);
  });
});

describe("a lost answer", () => {
  test.each([
    ["the network", networkError("ECONNRESET")],
    ["a server that is stopped", serverError("57P01")],
    ["a server that crashes", serverError("57P02")],
    ["a connection that fails", serverError("08006")],
  ])(
    "of %s is STORE_OUTCOME_UNKNOWN for a write, STORE_UNAVAILABLE for a read, and asked for once",
    async (_of, error) => {
      const pool = new FakePool(() => Promise.reject(error));
      await expect(connectionTo(pool).run(WRITE, [])).rejects.toMatchObject({
        code: "STORE_OUTCOME_UNKNOWN",
        cause: error,
      });
      await expect(connectionTo(pool).run(READ, [])).rejects.toMatchObject({
        code: "STORE_UNAVAILABLE",
      });
      expect(pool.sent).toHaveLength(2);
    },
  );

  test("that doesn't come in time is one, too, whatever the client", async () => {
    const client = { query: () => never<never>() };
    const connection = connectionTo(client, { timeout: 5 });
    await expect(connection.run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_OUTCOME_UNKNOWN",
    });
    await expect(connection.run(READ, [])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });
});

describe("a signal", () => {
  test("that was aborted keeps a statement from being sent", async () => {
    const pool = new FakePool(async () => ROWS);
    const connection = connectionTo(pool, { signal: AbortSignal.abort() });
    await expect(connection.run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      message: expect.stringContaining("the signal was aborted"),
    });
    expect(pool.sent).toEqual([]);
  });

  test("that is aborted ends a call that is under way", async () => {
    const controller = new AbortController();
    const pool = new FakePool(() => {
      queueMicrotask(() => controller.abort());
      return never();
    });
    const connection = connectionTo(pool, { signal: controller.signal });
    await expect(connection.run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_OUTCOME_UNKNOWN",
    });
    expect(pool.released).toEqual([expect.any(Error)]);
  });

  test("that isn't aborted is left without listeners", async () => {
    const { signal } = new AbortController();
    await connectionTo(new FakePool(async () => ROWS), { signal }).run(WRITE, []);
    await expect.poll(() => getEventListeners(signal, "abort")).toEqual([]);
  });
});

describe("a conflict", () => {
  test.each(["40001", "40P01"])("with SQLSTATE %s is tried again", async (state) => {
    let left = 3;
    const pool = new FakePool(async () => {
      if (left-- > 0) throw serverError(state);
      return ROWS;
    });
    expect(await connectionTo(pool).run(WRITE, [])).toMatchObject({ count: 1 });
    expect(pool.sent).toHaveLength(4);
  });

  test("that lasts is STORE_UNAVAILABLE once the time is over", async () => {
    const pool = new FakePool(() => Promise.reject(serverError("40001")));
    await expect(connectionTo(pool, { timeout: 40 }).run(WRITE, [])).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
    expect(pool.sent.length).toBeGreaterThan(0);
    expect(pool.sent.length).toBeLessThan(12);
  });
});

describe("an answer of the server", () => {
  test.each([
    ["28P01", "STORE_UNAVAILABLE"],
    ["3D000", "STORE_UNAVAILABLE"],
    ["53300", "STORE_UNAVAILABLE"],
    ["57P03", "STORE_UNAVAILABLE"],
    ["57014", "STORE_UNAVAILABLE"],
    ["55P03", "STORE_UNAVAILABLE"],
    ["25006", "STORE_READ_ONLY"],
    ["42501", "STORE_READ_ONLY"],
    ["53100", "STORE_IO"],
    ["22003", "STORE_IO"],
  ])("with SQLSTATE %s is %s for a write", async (state, code) => {
    const pool = new FakePool(() => Promise.reject(serverError(state)));
    await expect(connectionTo(pool).run(WRITE, [])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`(SQLSTATE ${state})`),
    });
  });

  test("that a role may not read is STORE_IO", async () => {
    const pool = new FakePool(() => Promise.reject(serverError("42501")));
    await expect(connectionTo(pool).run(READ, [])).rejects.toMatchObject({ code: "STORE_IO" });
  });

  test("says how many rows there were as pg does, as PGlite does, or by its rows", async () => {
    const countOf = async (result: object) => {
      const client = { query: async () => ({ rows: [{}, {}], ...result }) };
      return (await connectionTo(client).run(READ, [])).count;
    };
    expect(await countOf({ rowCount: 5 })).toBe(5);
    expect(await countOf({ rowCount: null, affectedRows: 4 })).toBe(4);
    expect(await countOf({})).toBe(2);
  });
});
