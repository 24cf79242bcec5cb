import { createStore, type StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, onTestFinished, test } from "vitest";
import { fileOptions, fileStore, memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

const keysOf = ({ rows }: { rows: readonly { key: string }[] }) => rows.map(({ key }) => key);

test("a journal shows its end, then what comes behind it", async () => {
  const store = memoryStore();
  const journal = store.ensureTable<StoreRecord>("d", "j", { type: "ordered_set" });
  for (let index = 1; index <= 10; index++) journal.append(null, { index });
  const viewing = await Viewing.of(store);
  const follow = (cursor?: string) =>
    viewing.get("follow", { table: named("j"), limit: 3, cursor });
  const first = await follow();
  expect(keysOf(first)).toEqual(["8", "9", "10"]);
  const nothing = await follow(first.cursor);
  expect([keysOf(nothing), nothing.cursor]).toEqual([[], "10"]);
  for (let index = 11; index <= 15; index++) journal.append(null, { index });
  const second = await follow(nothing.cursor);
  expect(keysOf(second)).toEqual(["11", "12", "13"]);
  expect(keysOf(await follow(second.cursor))).toEqual(["14", "15"]);
});

test("an empty journal is followed from its beginning on", async () => {
  const store = memoryStore();
  const journal = store.ensureTable<StoreRecord>("d", "j", { type: "ordered_set" });
  const viewing = await Viewing.of(store);
  const nothing = await viewing.get("follow", { table: named("j") });
  expect([nothing.rows, nothing.cursor]).toEqual([[], undefined]);
  journal.append(null, 1);
  expect(keysOf(await viewing.get("follow", { table: named("j") }))).toEqual(["1"]);
});

test("a part of it is followed by prefix, and what matches by pattern", async () => {
  const store = memoryStore();
  const journal = store.ensureTable<StoreRecord>("d", "j", { type: "ordered_set" });
  for (const run of ["r1", "r2"]) for (const n of [1, 2, 3]) journal.insert([[run, n], n]);
  const viewing = await Viewing.of(store);
  const asked = { table: named("j"), prefix: '["r1"]' };
  const { cursor, ...first } = await viewing.get("follow", asked);
  expect(keysOf(first as never)).toEqual(['["r1",1]', '["r1",2]', '["r1",3]']);
  journal.insertMany([
    [["r1", 4], 4],
    [["r2", 4], 4],
  ]);
  expect(keysOf(await viewing.get("follow", { ...asked, cursor }))).toEqual(['["r1",4]']);
  const matching = await viewing.get("follow", { table: named("j"), match: "[_,4]" });
  expect(keysOf(matching)).toEqual(['["r1",4]', '["r2",4]']);
});

test("only an ordered_set has an end", async () => {
  const store = memoryStore();
  store.ensureTable("d", "t");
  const viewing = await Viewing.of(store);
  expect((await viewing.ask("/api/follow", { table: named("t") })).status).toBe(400);
});

test("beside the owner of a data directory its tables, records and sizes are seen as they come", async () => {
  const options = fileOptions();
  const owner = fileStore(options);
  const journal = owner.ensureTable<StoreRecord>("d", "j", { type: "ordered_set" });
  journal.insert([1]);
  const reader = createStore({ adapter: fileAdapter, options: { ...options, readOnly: true } });
  onTestFinished(() => reader.close());
  const viewing = await Viewing.of(reader);
  const { cursor } = await viewing.get("follow", { table: named("j") });
  journal.insert([2]);
  owner.ensureTable<StoreRecord>("d", "late", { type: "bag" }).insert(["k", 1]);
  const poll = { timeout: 5_000 };
  await expect
    .poll(async () => keysOf(await viewing.get("follow", { table: named("j"), cursor })), poll)
    .toEqual(["2"]);
  await expect
    .poll(async () => {
      const { tables } = await viewing.get("tables");
      return tables.map((row: { table: string[]; records: number }) => [row.table[1], row.records]);
    }, poll)
    .toEqual([
      ["j", 2],
      ["late", 1],
    ]);
  // One of its name and another type comes in its place.
  owner.dropTable("d", "late");
  owner.ensureTable<StoreRecord>("d", "late", { type: "ordered_set" }).insert(["new", 1]);
  await expect
    .poll(async () => (await viewing.ask("/api/records", { table: named("late") })).json.rows, poll)
    .toMatchObject([{ key: '"new"' }]);
});
