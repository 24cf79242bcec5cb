import { isDeepStrictEqual } from "node:util";
import type { ReadRecord, StoreRecord, Table } from "@store/core";
import type { City } from "./cities.js";
import { cityRecord, nameRecord, rankRecord } from "./import-cities.js";
import type { Batch } from "./run.js";
import type { Tables } from "./tables.js";

/** What a table has of what it should have, counted in cities. */
export interface Inventory {
  readonly table: string;
  /** How many there are in the batches that were acknowledged. */
  readonly acknowledged: number;
  /** How many of these the table hasn't, or not as they were stored. */
  readonly missing: number;
  /** How many the table has. */
  readonly stored: number;
}

/** Reads all records, and compares them, table by table in the order in which an import fills them. */
export function takeInventory(
  { cities, ranking, names, countries }: Tables,
  items: readonly City[],
  acknowledged: readonly Batch[],
): Inventory[] {
  return [
    inventory(cities, ([[, , id]]) => id, cityRecord),
    inventory(ranking, ([[, id]]) => id, rankRecord),
    inventory(names, ([, , , id]) => id, nameRecord),
    inventoryOfCounts(),
  ];

  function inventory<R extends StoreRecord>(
    table: Table<R>,
    idOf: (record: ReadRecord<R>) => number,
    recordOf: (city: City) => R,
  ): Inventory {
    const found = new Map<number, ReadRecord<R>>();
    for (const record of table.records()) found.set(idOf(record), record);
    const expected = expectedIn(table.name);
    const missing = expected.filter((city) => {
      return !isDeepStrictEqual(found.get(city.cityId), recordOf(city));
    });
    return summary(table.name, expected, missing, table.size);
  }

  function inventoryOfCounts(): Inventory {
    const expected = expectedIn("countries");
    const missing = expected.filter(({ country }, index) => {
      return index >= (countries.lookup(country)[0]?.[3] ?? 0);
    });
    const counted = countries.foldl(([, cities], sum) => sum + cities, 0);
    return summary("countries", expected, missing, counted);
  }

  function expectedIn(table: string): readonly City[] {
    const batches = acknowledged.filter(({ step }) => step === table);
    return items.slice(
      0,
      batches.reduce((sum, { records }) => sum + records, 0),
    );
  }
}

function summary(
  table: string,
  expected: readonly City[],
  missing: readonly City[],
  stored: number,
): Inventory {
  return { table, acknowledged: expected.length, missing: missing.length, stored };
}
