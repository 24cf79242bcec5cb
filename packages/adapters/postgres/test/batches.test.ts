import { PGlite } from "@electric-sql/pglite";
import { createStore, type StandardSchema, type Store } from "@store/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresAdapter } from "../src/index.js";

/** What the kit leaves to each adapter: batches that must ask, and keys and records at the limits. */
describe("a batch", () => {
  const database = new PGlite();
  let statements = 0;
  const client = {
    query: (text: string, values?: unknown[]) => {
      statements++;
      return database.query(text, values);
    },
  };
  let store: Store<"async">;
  beforeAll(async () => {
    store = createStore({ adapter: postgresAdapter, options: { client } });
  });
  afterAll(async () => {
    await store.close();
    await database.close();
  });

  const LONG = "k".repeat(5_000);

  test("with a key that is too long finds nothing there, and deletes nothing", async () => {
    const table = await store.ensureTable<[string, number]>("long", "t");
    const batch = store.batch().check(table, LONG, undefined).delete(table, LONG);
    expect(await batch.deleteMany(table, [LONG, "k"]).insert(table, ["k", 1]).commit()).toBe(true);
    expect(await store.batch().updateElement(table, LONG, [2, 5]).commit()).toBe(true);
    await expect(
      store.batch().updateElement(table, LONG, [2, 5], [LONG, 1]).commit(),
    ).rejects.toMatchObject({ code: "STORE_INVALID_KEY" });
    expect(await table.size).toBe(1);
  });

  test("asks once for each thing that only JavaScript can compute", async () => {
    const table = await store.ensureTable<[string, unknown, number]>("asking", "t");
    await table.insertMany([
      ["a", { n: 1 }, 1],
      ["b", 2n ** 70n, 1],
    ]);
    statements = 0;
    const batch = store
      .batch()
      .updateElement(table, "a", [2, { n: 2 }])
      .updateCounter(table, "b", 1n as never)
      .updateCounter(table, "a", [3, 1])
      .updateElement(table, "none", [2, 1]);
    expect([await batch.commit(), batch.results]).toEqual([true, [true, 2n ** 70n + 1n, 2, false]]);
    expect(statements).toBe(3);
  });

  test("that can't be done because of an error says which, and changes nothing", async () => {
    const table = await store.ensureTable<[string, unknown]>("errors", "t");
    await table.insert(["text", "x"]);
    const failing = (call: (batch: ReturnType<typeof store.batch>) => unknown) => {
      const batch = store.batch().insert(table, ["new", 1]);
      call(batch);
      return expect(batch.commit()).rejects;
    };
    await failing((batch) => batch.updateCounter(table, "none", 1 as never)).toMatchObject({
      code: "STORE_KEY_NOT_FOUND",
    });
    await failing((batch) => batch.updateCounter(table, "text", 1 as never)).toMatchObject({
      code: "STORE_INVALID_OPERATION",
    });
    await failing((batch) =>
      batch.updateCounter(table, "none", 1 as never, ["none", "x"]),
    ).toMatchObject({ code: "STORE_INVALID_OPERATION" });
    await failing((batch) => batch.updateElement(table, "text", [7, 1] as never)).toMatchObject({
      code: "STORE_INVALID_OPERATION",
    });
    await failing((batch) =>
      batch.updateElement(table, "none", [7, 1] as never, ["none", 1]),
    ).toMatchObject({ code: "STORE_INVALID_OPERATION" });
    expect(await table.size).toBe(1);
  });

  test("appends by a schema that changes records, and has no number after the last one", async () => {
    const schema = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => {
          const [key, text] = value as [[string, number], string];
          return { value: [key, `${text} as ${key[1]}`] };
        },
      },
    } as unknown as StandardSchema<[[string, number], string]>;
    const table = await store.ensureTable("appending", "t", { type: "ordered_set", schema });
    const batch = store.batch().append(table, ["log"], "one").append(table, ["log"], "two");
    expect(await batch.commit()).toBe(true);
    expect(await table.lookup(["log", 2])).toEqual([[["log", 2], "two as 2"]]);
    const plain = await store.ensureTable<[number, string]>("appending", "n", {
      type: "ordered_set",
    });
    await plain.insert([Number.MAX_SAFE_INTEGER, "last"]);
    await expect(store.batch().append(plain, null, "x").commit()).rejects.toMatchObject({
      code: "STORE_COUNTER_OVERFLOW",
    });
    await expect(plain.append(null, "x")).rejects.toMatchObject({ code: "STORE_COUNTER_OVERFLOW" });
    await table.insert([["log", Number.MAX_SAFE_INTEGER], "last"]);
    await expect(store.batch().append(table, ["log"], "x").commit()).rejects.toMatchObject({
      code: "STORE_COUNTER_OVERFLOW",
    });
  });

  test("in a bag takes expired records for gone, and gives an equal one its place at the end", async () => {
    const bag = await store.ensureTable<[string, string]>("bags", "t", { type: "bag" });
    await bag.insert(["k", "first"], { expiresAt: 1 });
    expect(
      await store.batch().insertNew(bag, ["k", "second"]).insert(bag, ["k", "first"]).commit(),
    ).toBe(true);
    expect(await bag.lookup("k")).toEqual([
      ["k", "second"],
      ["k", "first"],
    ]);
  });
});
