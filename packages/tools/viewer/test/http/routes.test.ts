import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createStore, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test } from "vitest";
import { serveViewer } from "../../src/index.js";
import { memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

describe("without write", () => {
  test("a put and a delete are refused, and change nothing", async () => {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t");
    table.insert([1, "a"]);
    const viewing = await Viewing.of(store);
    const put = await viewing.post("put", { table: named("t"), record: '[2,"b"]' });
    const deleted = await viewing.post("delete", { table: named("t"), record: '[1,"a"]' });
    for (const { status, json } of [put, deleted]) {
      expect([status, json.error.code]).toEqual([403, "READ_ONLY"]);
    }
    expect([...table.records()]).toEqual([[1, "a"]]);
  });

  test("a mark, which changes nothing, is taken", async () => {
    const viewing = await Viewing.of(memoryStore());
    expect((await viewing.post("marks", {})).status).toBe(200);
  });
});

describe("with write", () => {
  async function writable() {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t");
    table.insert(["a", { n: 1 }]);
    const viewing = await Viewing.of(store, { write: true });
    return {
      table,
      viewing,
      put: (body: object) => viewing.post("put", { table: named("t"), ...body }),
    };
  }

  test("a new record is put, unless its key is there", async () => {
    const { table, put } = await writable();
    const record = '["b",{"when":{"$date":"2026-01-31T00:00:00.000Z"},"big":{"$bigint":"12"}}]';
    expect((await put({ record, isNew: true })).status).toBe(200);
    expect(table.lookup("b")).toEqual([["b", { when: new Date("2026-01-31"), big: 12n }]]);
    expect((await put({ record: '["b",1]', isNew: true })).status).toBe(409);
    expect(table.lookup("b")).toHaveLength(1);
  });

  test("a record is replaced only if it is what was seen", async () => {
    const { table, put } = await writable();
    const expected = '["a",{"n":1}]';
    expect((await put({ record: '["a",{"n":2}]', expected })).status).toBe(200);
    const again = await put({ record: '["a",{"n":3}]', expected });
    expect([again.status, again.json.error.message]).toEqual([
      409,
      "this record has changed meanwhile: look again",
    ]);
    expect(table.lookup("a")).toEqual([["a", { n: 2 }]]);
  });

  test("what replaces a record that expires expires with it", async () => {
    const { table, put } = await writable();
    const moment = Date.now() + 1_000_000;
    table.insert(["a", { n: 1 }], { expiresAt: moment });
    await put({ record: '["a",{"n":2}]', expected: '["a",{"n":1}]' });
    expect(table.lookup("a")).toEqual([["a", { n: 2 }]]);
    expect(table.expiresAt("a")).toBe(moment);
  });

  test("a record is deleted only if it is what was seen; in a bag the others stay", async () => {
    const { viewing } = await writable();
    const store = memoryStore();
    const bag = store.ensureTable<StoreRecord>("d", "bag", { type: "bag" });
    bag.insertMany([
      ["k", 1],
      ["k", 2],
    ]);
    const other = await Viewing.of(store, { write: true });
    const deleted = await other.post("delete", { table: named("bag"), record: '["k",1]' });
    expect(deleted.json).toEqual({ records: 1 });
    expect(bag.lookup("k")).toEqual([["k", 2]]);
    const gone = await viewing.post("delete", { table: named("t"), record: '["a",{"n":7}]' });
    expect(gone.status).toBe(409);
  });

  test.each([
    ['{"a":1}', /begins with its key/],
    ["[]", /begins with its key/],
    ["[1", /./],
    ['[{"no":"key"},1]', /key/],
    ['["a",{"a":1,"a":2}]', /twice/],
  ])("%s is no record, and says why", async (record, message) => {
    const { put } = await writable();
    const { status, json } = await put({ record });
    expect([status, json.error.message]).toEqual([400, expect.stringMatching(message)]);
  });

  test("what is sent is JSON of a limited size", async () => {
    const { viewing, put } = await writable();
    const headers = { "content-type": "text/plain", origin: viewing.origin };
    const asked = { method: "POST", headers, body: "{}" };
    expect((await viewing.ask("/api/put", {}, asked)).status).toBe(400);
    expect((await put({ record: 5 })).status).toBe(400);
    expect((await viewing.post("put", [1])).status).toBe(400);
    const large = JSON.stringify(["a", "x".repeat(2 ** 24)]);
    // The answer may come before all of it was sent.
    const outcome = await put({ record: large }).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([413, "ECONNRESET", "EPIPE"]).toContain(outcome);
  });
});

describe("what isn't there", () => {
  test("a table is 404, and none is made", async () => {
    const store = memoryStore();
    store.ensureTable("d", "t");
    const viewing = await Viewing.of(store, { domains: ["d", "e"] });
    for (const table of [named("x"), named("t", "e"), named("t", "f")]) {
      expect((await viewing.ask("/api/records", { table })).status).toBe(404);
    }
    for (const table of ["", "t", "[1,2]", '["d"]', "null"]) {
      expect((await viewing.ask("/api/records", { table })).status).toBe(400);
    }
    expect([...store.tables("d"), ...store.tables("e"), ...store.tables("f")]).toHaveLength(1);
  });

  test("a record, a part of one, and a page are 404", async () => {
    const store = memoryStore();
    store.ensureTable<StoreRecord>("d", "t").insert([1, [1, 2]]);
    const viewing = await Viewing.of(store);
    const ask = async (name: string, params: Record<string, string>) =>
      (await viewing.ask(`/api/${name}`, { table: named("t"), ...params })).status;
    expect(await ask("record", { key: "2" })).toBe(404);
    expect(await ask("record", { key: "1", nth: "1" })).toBe(404);
    expect(await ask("value", { key: "1", path: "[1,2]" })).toBe(404);
    expect(await ask("value", { key: "1", path: "[1,0]" })).toBe(200);
    expect(await ask("value", { key: "1", path: "[-1]" })).toBe(400);
    expect(await ask("value", { key: "1", path: "x" })).toBe(400);
    expect(await ask("nothing", {})).toBe(404);
    expect(await ask("constructor", {})).toBe(404);
  });
});

describe("options", () => {
  test.each([
    [{}, /domains/],
    [{ domains: "d" }, /domains/],
    [{ domains: [""] }, /domains/],
    [{ domains: [], port: -1 }, /port/],
    [{ domains: [], port: 1.5 }, /port/],
    [{ domains: [], write: "yes" }, /write/],
    [{ domains: [], lable: "x" }, /lable/],
    [undefined, /domains/],
  ])("%j is refused", async (options, message) => {
    const store = createStore({ adapter: memoryAdapter });
    await expect(serveViewer(store, options as never)).rejects.toMatchObject({
      code: "STORE_INVALID_OPTIONS",
      message: expect.stringMatching(message),
    });
  });

  test("a port that is taken is STORE_IO, which names it", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const store = createStore({ adapter: memoryAdapter });
    await expect(serveViewer(store, { domains: [], port })).rejects.toMatchObject({
      code: "STORE_IO",
      message: expect.stringContaining(String(port)),
    });
    other.close();
  });

  test("the port that is asked for is its own, and free again when it is closed", async () => {
    const store = createStore({ adapter: memoryAdapter });
    const first = await serveViewer(store, { domains: [] });
    await first.close();
    const second = await serveViewer(store, { domains: [], port: first.port });
    expect(second.url).toContain(`http://127.0.0.1:${first.port}/?token=`);
    await second.close();
  });

  test("the domains are asked again and again", async () => {
    const store = memoryStore();
    const domains = ["d"];
    store.ensureTable("late", "t");
    const viewing = await Viewing.of(store, { domains: () => domains });
    expect((await viewing.get("tables")).tables).toHaveLength(0);
    domains.push("late");
    await expect
      .poll(async () => (await viewing.get("tables")).tables.length, { timeout: 5_000 })
      .toBe(1);
  });
});
