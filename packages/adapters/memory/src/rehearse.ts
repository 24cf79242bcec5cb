import type { AdapterTable, StoreRecord } from "@store/core";

/** Enough for nodes of a small tree to split and merge, holes to be closed, and a bag to find its records by hashes. */
const MANY = 40;

/**
 * Makes changes of every kind to a table that nobody uses. An engine compiles a function when it is first called, and that
 * takes far more stack than the call: near its end, a change that is the first to split a node of a tree, say, would fail
 * half-way. So all that a change may call is called once before.
 */
export function rehearse(table: AdapterTable<"sync">): void {
  const records = Array.from({ length: MANY }, (_none, index): StoreRecord => {
    const position = (index * 37) % MANY;
    return [position % 4 === 0 ? [[[position]]] : position - MANY / 2, { position }];
  });
  for (const record of records) table.insert?.(record);
  table.deleteAllObjects();
  table.insertMany(records);
  table.insertNew?.(records);
  for (const [key] of records.slice(1)) {
    table.update?.(key, ([stored]) => [stored, 1]);
    table.delete(key);
  }
  table.insertMany(records.map((_record, index): StoreRecord => [0, index]));
  table.deleteObjects([
    [0, 1],
    [0, 2],
  ]);
  table.take?.(0);
  table.insertMany(records.toReversed());
  table.insertMany(records.toSorted(([one], [other]) => Number(one) - Number(other)));
  for (const [key] of records) table.take?.(key);
  table.deleteAllObjects();
}
