import { PGlite } from "@electric-sql/pglite";
import { type AdapterTable, createStore, toolkit } from "@store/core";
import { afterAll, describe, expect, test } from "vitest";
import { stepOf } from "../src/batches/plain-steps.js";
import { type PostgresClient, postgresAdapter } from "../src/index.js";
import { serverError } from "./support/fake-clients.js";

const database = new PGlite();
afterAll(() => database.close());

async function openTable(name: string, type: "set" | "bag"): Promise<AdapterTable<"async">> {
  const options = postgresAdapter.normalizeOptions({ client: database });
  const backend = await postgresAdapter.open(options, toolkit);
  return backend.openTable("tables", name, type);
}

describe("a backend", () => {
  test("domains lists those that have tables, whatever is in their names", async () => {
    const options = postgresAdapter.normalizeOptions({ client: database, schema: "domains" });
    const backend = await postgresAdapter.open(options, toolkit);
    const domains = async () => [...((await backend.domains?.()) ?? [])].sort();
    expect(await domains()).toEqual([]);
    for (const domain of ["b", "a/\ud800"]) {
      for (const name of ["t", "u"]) await (await backend.openTable(domain, name, "set")).close();
    }
    expect(await domains()).toEqual(["a/\ud800", "b"]);
    for (const name of ["t", "u"]) await backend.dropTable("b", name);
    expect(await domains()).toEqual(["a/\ud800"]);
  });
});

describe("a table", () => {
  test("that is a set leaves a record whose change is the record itself", async () => {
    const table = await openTable("same", "set");
    await table.insertMany([["k", 1]]);
    expect(await table.update?.("k", (record) => record)).toEqual(["k", 1]);
    expect(await table.update?.("none", (record) => record)).toBeUndefined();
  });

  test("counts bigints, by numbers and by bigints", async () => {
    const table = await openTable("bigints", "set");
    await table.insertMany([["k", 2n ** 70n]]);
    const step = { position: 2, increment: 1, bound: undefined };
    expect(await table.updateCounter?.("k", step)).toBe(2n ** 70n + 1n);
    expect(await table.updateCounter?.("k", { ...step, increment: 1n })).toBe(2n ** 70n + 2n);
    expect(await table.updateCounter?.("none", step)).toBeUndefined();
    expect(await table.updateCounter?.("new", step, ["new", 5n])).toBe(5n);
  });

  test("that is a bag has nothing to update or to replace", async () => {
    const table = await openTable("bag", "bag");
    await table.insertMany([["k", 1]]);
    expect(await table.update?.("k", (record) => record)).toBeUndefined();
    expect(await table.replace?.(["k", 1], ["k", 2])).toBe(false);
    expect(await table.lookup("k")).toEqual([["k", 1]]);
  });

  test("updates again when another store has come between", async () => {
    const stores = [1, 2].map(() =>
      createStore({ adapter: postgresAdapter, options: { client: database } }),
    );
    const tables = await Promise.all(
      stores.map((store) => store.ensureTable<[string, bigint]>("between", "t")),
    );
    await tables[0]?.insert(["k", 0n]);
    await Promise.all(
      Array.from({ length: 10 }, () => tables.map((table) => table.updateCounter("k", 1n))).flat(),
    );
    expect(await tables[0]?.lookup("k")).toEqual([["k", 20n]]);
    for (const store of stores) await store.close();
  });
});

describe("the schema", () => {
  test("is made where its format isn't known yet; what fails otherwise is passed on", async () => {
    const answers: (() => unknown)[] = [];
    const client: PostgresClient = {
      query: async () => answers.shift()?.() as { rows: unknown[] },
    };
    const options = postgresAdapter.normalizeOptions({ client });
    const rejecting = (state: string) => () => {
      throw serverError(state);
    };
    answers.push(
      () => ({ rows: [] }),
      () => ({ rows: [] }),
    );
    await (await postgresAdapter.open(options, toolkit)).close();
    expect(answers).toEqual([]);
    answers.push(rejecting("42P01"), rejecting("53100"));
    await expect(postgresAdapter.open(options, toolkit)).rejects.toMatchObject({
      code: "STORE_IO",
      message: expect.stringContaining("error 53100"),
    });
    answers.push(rejecting("57P03"));
    await expect(postgresAdapter.open(options, toolkit)).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
  });
});

test("an operation that needs nothing to be told says so when it is", () => {
  expect(() => stepOf([], []).learn({ at: 0 })).toThrow("can't come to");
});
