import type { StandardSchema } from "@store/core";
import { describe, expect, test } from "vitest";
import { connect, serve } from "../support/stores.js";

type Count = [id: string, n: number, note: string];

/** Takes records whose count is no more than 100, and trims the note. */
const schema: StandardSchema<Count, Count> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const [id, n, note] = value as Count;
      return n > 100
        ? { issues: [{ message: "too many", path: [1] }] }
        : { value: [id, n, note.trim()] };
    },
  },
};
const refused = { code: "STORE_INVALID_RECORD", message: expect.stringContaining("too many") };

describe.each(["client", "server"])("a schema of the %s", (side) => {
  test("is asked about every record that is written, whatever computes it", async () => {
    const { path, store } = await serve();
    if (side === "server") await store.ensureTable("d", "t", { schema, type: "ordered_set" });
    const client = connect({ path });
    const table = await client.ensureTable<Count>(
      "d",
      "t",
      side === "client" ? { schema, type: "ordered_set" } : { type: "ordered_set" },
    );
    await table.insert(["a", 1, " x "]);
    expect(await table.lookup("a")).toEqual([["a", 1, "x"]]);
    await expect(table.insert(["a", 101, ""])).rejects.toMatchObject(refused);
    await expect(table.updateElement("a", [2, 101])).rejects.toMatchObject(refused);
    await expect(table.updateCounter("a", 100)).rejects.toMatchObject(refused);
    await table.updateElement("a", [3, " y "]);
    expect(await table.updateCounter("a", [[2, 1]])).toEqual([2]);
    expect(await table.updateCounter("b", 5, ["b", 0, " new "])).toBe(5);
    expect(await table.lookup("b")).toEqual([["b", 5, "new"]]);

    const batch = client
      .batch()
      .updateElement(table, "a", [3, " z "])
      .updateCounter(table, "a", 3)
      .updateCounter(table, "a", 3)
      .updateElement(table, "c", [3, " d "], ["", 7, ""]);
    expect(await batch.commit()).toBe(true);
    expect(batch.results).toEqual([true, 5, 8, false]);
    expect(await table.lookup("a")).toEqual([["a", 8, "z"]]);
    expect(await table.lookup("c")).toEqual([["c", 7, "d"]]);

    const failing = client.batch().insert(table, ["d", 1, ""]).updateCounter(table, "a", 100);
    await expect(failing.commit()).rejects.toMatchObject(refused);
    expect(await table.member("d")).toBe(false);
  });

  test("and batches of many clients lose nothing", async () => {
    const { path, store } = await serve();
    if (side === "server") await store.ensureTable("d", "t", { schema });
    const clients = await Promise.all(
      [1, 2, 3].map(async () => {
        const client = connect({ path });
        const options = side === "client" ? { schema } : {};
        return { client, table: await client.ensureTable<Count>("d", "t", options) };
      }),
    );
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => clients[n % 3]).map((each) =>
        each?.client.batch().updateCounter(each.table, "k", 1, ["k", 0, ""]).commit(),
      ),
    );
    expect(await clients[0]?.table.lookup("k")).toEqual([["k", 30, ""]]);
  });
});

test("updateElement by many callers at once keeps the record's moment, and loses nothing", async () => {
  const { path } = await serve();
  const tables = await Promise.all(
    [1, 2, 3].map(() => connect({ path }).ensureTable<[string, ...number[]]>("d", "t")),
  );
  const at = Date.now() + 1e6;
  await tables[0]?.insert(["k", 0, 0, 0], { expiresAt: at });
  await Promise.all(
    tables.flatMap((table, which) =>
      Array.from({ length: 20 }, (_, n) => table.updateElement("k", [which + 2, n])),
    ),
  );
  expect(await tables[0]?.lookup("k")).toEqual([["k", 19, 19, 19]]);
  expect(await tables[0]?.expiresAt("k")).toBe(at);
});

test("what is served without batches or expiry refuses both, and does the rest", async () => {
  const { createStore } = await import("@store/core");
  const { slowAdapter } = await import("../support/slow-adapter.js");
  const slow = slowAdapter(() => 0);
  const plain = { ...slow, capabilities: { ...slow.capabilities, batches: false } };
  const { path } = await serve({}, createStore({ adapter: plain }));
  const client = connect({ path });
  const table = await client.ensureTable("d", "t");
  await table.insert(["k", 1]);
  const batch = client.batch().insert(table, ["l", 1]);
  await expect(batch.commit()).rejects.toMatchObject({ code: "STORE_NOT_SUPPORTED" });
});

test("a batch over tables that the server keeps in several backends is STORE_NOT_SUPPORTED", async () => {
  const { memoryAdapter } = await import("@store/memory");
  const { path, store } = await serve();
  const other = { ...memoryAdapter, name: "other" };
  await store.configureDomain("e", { adapter: other });
  const client = connect({ path });
  const [a, b] = [await client.ensureTable("d", "t"), await client.ensureTable("e", "t")];
  const batch = client.batch().insert(a, ["k", 1]).insert(b, ["k", 1]);
  await expect(batch.commit()).rejects.toMatchObject({ code: "STORE_NOT_SUPPORTED" });
  expect(await a.size).toBe(0);
});
