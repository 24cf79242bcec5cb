import type { StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, test } from "vitest";
import type { TablesAnswer } from "../../src/protocol.js";
import { fileOptions, memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

test("tables are listed with types and sizes, and the engines that they share", async () => {
  const options = fileOptions();
  const store = memoryStore();
  store.configureDomain("files", { adapter: fileAdapter, options });
  store.ensureTable<StoreRecord>("d", "bag", { type: "bag" }).insertMany([
    [1, 1],
    [1, 2],
  ]);
  store.ensureTable("d", "empty");
  store.ensureTable<StoreRecord>("files", "t", { type: "ordered_set" }).insert([1]);
  const viewing = await Viewing.of(store, { domains: ["files", "d"] });
  const answer: TablesAnswer = await viewing.get("tables");
  expect(
    answer.tables.map(({ table, type, adapter, records }) => [...table, type, adapter, records]),
  ).toEqual([
    ["d", "bag", "bag", "memory", 2],
    ["d", "empty", "set", "memory", 0],
    ["files", "t", "ordered_set", "file", 1],
  ]);
  const [first, , third] = answer.tables;
  expect(answer.engines[first?.engine ?? -1]).toMatchObject({
    adapter: "memory",
    domains: ["d"],
    tables: 2,
    records: 2,
  });
  const engine = answer.engines[third?.engine ?? -1];
  expect(engine).toMatchObject({ adapter: "file", domains: ["files"], tables: 1 });
  expect(engine?.diskBytes).toBeGreaterThan(0);
  expect(engine?.details).toMatchObject({ changes: expect.any(Number), files: { runs: [] } });
});

test("a thousand tables are listed; what they say of themselves comes bit by bit", async () => {
  const store = memoryStore();
  for (let index = 0; index < 1_000; index++) {
    store.ensureTable<StoreRecord>("d", `t${index}`).insert([index]);
  }
  const viewing = await Viewing.of(store);
  await expect
    .poll(
      async () => {
        const { tables }: TablesAnswer = await viewing.get("tables");
        return [tables.length, tables.filter(({ records }) => records === 1).length];
      },
      { timeout: 20_000 },
    )
    .toEqual([1_000, 1_000]);
});

test("a table that is dropped while it is shown is gone from the list, and the others stay", async () => {
  const store = memoryStore();
  store.ensureTable("d", "a");
  store.ensureTable("d", "b");
  const viewing = await Viewing.of(store);
  expect((await viewing.get("tables")).tables).toHaveLength(2);
  store.dropTable("d", "a");
  // Who asks at once, before the list is old, doesn't make it again.
  await viewing.get("tables");
  await viewing.ask("/api/records", { table: named("a") });
  expect(store.tables("d").map(({ name }) => name)).toEqual(["b"]);
  await expect
    .poll(async () => (await viewing.get("tables")).tables.length, { timeout: 5_000 })
    .toBe(1);
});
