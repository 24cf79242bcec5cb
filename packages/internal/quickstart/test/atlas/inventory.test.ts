import { expect, test } from "vitest";
import { takeInventory } from "../../src/atlas/inventory.js";
import { importSlice, slice } from "../support/slice.js";

const TABLES = ["cities", "ranking", "names", "countries"];

test("after an import nothing is missing", () => {
  const { tables, batches } = importSlice();

  expect(takeInventory(tables, slice, batches)).toEqual(
    TABLES.map((table) => {
      return { table, acknowledged: slice.length, missing: 0, stored: slice.length };
    }),
  );
});

test("what is stored but wasn't acknowledged isn't looked for", () => {
  const { tables } = importSlice();
  const acknowledged = [
    { step: "names", records: 2 },
    { step: "names", records: 1 },
  ];

  const inventories = takeInventory(tables, slice, acknowledged);
  expect(inventories.map(({ acknowledged }) => acknowledged)).toEqual([0, 0, 3, 0]);
  expect(inventories.map(({ stored }) => stored)).toEqual(TABLES.map(() => slice.length));
});

test("a record that is gone, and one that is another, are missing", () => {
  const { tables, batches } = importSlice();
  const { cities, ranking, names, countries } = tables;
  const missing = () => takeInventory(tables, slice, batches).map(({ missing }) => missing);

  for (const key of cities.keys({ limit: 1 })) cities.delete(key);
  for (const key of cities.keys({ reverse: true, limit: 1 })) cities.updateElement(key, [2, -1]);
  for (const key of ranking.keys({ limit: 1 })) ranking.delete(key);
  for (const record of names.lookup("Richmond").slice(1, 2)) names.deleteObject(record);
  expect(missing()).toEqual([2, 1, 1, 0]);

  const last = slice.findLastIndex(({ country }) => country === "IS") + 1;
  expect(countries.lookup("IS")[0]?.[3]).toBe(last);
  countries.updateElement("IS", [4, last - 1]);
  expect(missing()).toEqual([2, 1, 1, 1]);
});
