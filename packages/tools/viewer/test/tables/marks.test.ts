import type { StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import type { ComparisonAnswer, KeyChanges } from "../../src/protocol.js";
import { memoryStore } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

const keysOf = ({ count, keys }: KeyChanges) => [count, ...keys.map(({ key }) => key)];

async function marked(viewing: Viewing, selection?: Record<string, string>) {
  const body =
    selection === undefined ? {} : { selection: new URLSearchParams(selection).toString() };
  const { status, json, text } = await viewing.post("marks", body);
  if (status !== 200) throw new Error(text);
  return {
    mark: json,
    compare: (): Promise<ComparisonAnswer> => viewing.get("compare", { mark: json.mark }),
  };
}

test("a mark tells which tables have grown, shrunk, come and gone since", async () => {
  const store = memoryStore();
  for (const name of ["same", "grown", "shrunk", "gone"]) {
    store.ensureTable<StoreRecord>("d", name).insertMany([[1], [2]]);
  }
  const viewing = await Viewing.of(store);
  const { mark, compare } = await marked(viewing);
  expect(mark).toMatchObject({ tables: 4 });
  store.ensureTable<StoreRecord>("d", "grown").insert([3]);
  store.ensureTable<StoreRecord>("d", "shrunk").delete(1);
  store.dropTable("d", "gone");
  store.ensureTable<StoreRecord>("d", "new").insert([1]);
  await expect
    .poll(
      async () => {
        const { tables } = await compare();
        return tables.map(({ table, before, after }) => [table[1], before, after]);
      },
      { timeout: 5_000 },
    )
    .toEqual([
      ["gone", 2, undefined],
      ["grown", 2, 3],
      ["same", 2, 2],
      ["shrunk", 2, 1],
      ["new", undefined, 1],
    ]);
});

test.each(["set", "ordered_set", "bag"] as const)(
  "a mark of a %s tells which keys were added, changed and removed",
  async (type) => {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t", { type });
    table.insertMany([
      ["same", { a: [1n, new Date(0)] }],
      ["changed", 1],
      ["removed", 1],
    ]);
    const viewing = await Viewing.of(store);
    const { mark, compare } = await marked(viewing, { table: named("t") });
    expect(mark.range).toEqual({ table: ["d", "t"], records: 3, isWhole: true });
    const none = (await compare()).range;
    expect([none?.added, none?.changed, none?.removed].map((each) => each?.count)).toEqual([
      0, 0, 0,
    ]);
    table.insert(["added", 1]);
    table.insert(["changed", 2]);
    table.delete("removed");
    const { range } = await compare();
    expect(range && [keysOf(range.added), keysOf(range.changed), keysOf(range.removed)]).toEqual([
      [1, '"added"'],
      [1, '"changed"'],
      [1, '"removed"'],
    ]);
  },
);

test("a mark of a range or a pattern compares that alone", async () => {
  const store = memoryStore();
  const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
  table.insertMany(Array.from({ length: 100 }, (_each, index) => [index, index % 2]));
  const viewing = await Viewing.of(store);
  const range = await marked(viewing, { table: named("t"), gte: "10", lt: "20" });
  const pattern = await marked(viewing, { table: named("t"), match: "[_,1]" });
  expect([range.mark.range.records, pattern.mark.range.records]).toEqual([10, 50]);
  table.insert([15, 7]);
  table.insert([50, 7]);
  table.insert([51, 7]);
  const inRange = (await range.compare()).range;
  expect(inRange && keysOf(inRange.changed)).toEqual([1, "15"]);
  const inPattern = (await pattern.compare()).range;
  expect(inPattern && keysOf(inPattern.removed)).toEqual([2, "15", "51"]);
});

test("of more than a mark remembers sizes alone are compared, and it says so", async () => {
  const store = memoryStore();
  const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
  table.insertMany(Array.from({ length: 100_001 }, (_each, index) => [index]));
  const viewing = await Viewing.of(store);
  const { mark, compare } = await marked(viewing, { table: named("t") });
  expect(mark.range).toMatchObject({ records: 100_000, isWhole: false });
  table.delete(5);
  const { range, tables } = await compare();
  expect(range?.isWhole).toBe(false);
  expect(tables).toEqual([{ table: ["d", "t"], before: 100_001, after: 100_000 }]);
});

test("of many marks the oldest is let go, and says so", async () => {
  const viewing = await Viewing.of(memoryStore());
  const { mark } = await marked(viewing);
  for (let index = 0; index < 16; index++) await marked(viewing);
  const { status, json } = await viewing.ask("/api/compare", { mark: mark.mark });
  expect([status, json.error.message]).toEqual([404, expect.stringContaining("let go")]);
});
