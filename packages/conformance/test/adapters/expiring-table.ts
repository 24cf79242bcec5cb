import type { AdapterTable, Key, StoreRecord, Toolkit } from "@store/core";
import { idOf, minimalTable, type Shelf } from "./minimal-adapter.js";

/** The moments of each shelf's records, beside them: a shelf outlives the tables that are opened on it. */
const shelves = new WeakMap<Shelf["groups"], WeakMap<StoreRecord, number>>();

function momentsOf({ groups }: Shelf): WeakMap<StoreRecord, number> {
  const moments = shelves.get(groups) ?? new WeakMap<StoreRecord, number>();
  shelves.set(groups, moments);
  return moments;
}

/** {@link minimalTable} with moments: what is due stays on the shelf, hidden, until its key is written. */
export function expiringTable(shelf: Shelf, toolkit: Toolkit): AdapterTable<"sync"> {
  const { type, groups } = shelf;
  const table = minimalTable(shelf, toolkit);
  const moments = momentsOf(shelf);
  const isDue = (record: StoreRecord) => (moments.get(record) ?? Infinity) <= Date.now();
  const lookup = (key: Key) => table.lookup(key).filter((record) => !isDue(record));

  function forgetDue(key: Key): void {
    const left = lookup(key);
    if (left.length === 0) table.delete(key);
    else groups.set(idOf(key), left);
  }

  function insert(record: StoreRecord, at: number | undefined): void {
    const [key] = record;
    forgetDue(key);
    table.insertMany([record]);
    const there = table.lookup(key);
    const stored =
      type === "bag" ? there.find((other) => toolkit.equalRecords(other, record)) : there.at(-1);
    setMoment(stored ?? record, at);
  }

  function setMoment(record: StoreRecord, at: number | undefined): void {
    if (at === undefined) moments.delete(record);
    else moments.set(record, at);
  }

  /** Goes on until a key has a record that isn't due. */
  function present(start: Key | undefined, step: (key: Key) => Key | undefined): Key | undefined {
    let key = start;
    while (key !== undefined && lookup(key).length === 0) key = step(key);
    return key;
  }

  const isStart = (key: Key) => type === "ordered_set" || lookup(key).length > 0;

  return {
    ...table,
    lookup,
    insertMany(records, at) {
      for (const [n, record] of records.entries()) insert(record, at?.[n]);
    },
    deleteObjects(records) {
      for (const [key] of records) forgetDue(key);
      return table.deleteObjects(records);
    },
    size: () => [...groups.values()].flat().filter((record) => !isDue(record)).length,
    first: () => present(table.first(), table.next),
    last: () => present(table.last(), table.prev),
    next: (key) => (isStart(key) ? present(table.next(key), table.next) : undefined),
    prev: (key) => (isStart(key) ? present(table.prev(key), table.prev) : undefined),
    expire(key, at) {
      const records = lookup(key);
      for (const record of records) setMoment(record, at);
      return records.length > 0;
    },
    expiresAt: (key) => lookup(key).map((record) => moments.get(record)),
  };
}
