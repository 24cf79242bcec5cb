import type { Batch, Store, Table, TableType } from "@store/core";
import type { Random } from "../random.js";
import { BEGINNING, FAR_FUTURE, LONG_LIVED, SHORT_LIVED } from "./directory-digest.js";
import { randomTableChange } from "./table-change.js";

/** A table that a life may have. */
export interface TableName {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
}

/** A call that changes a data directory, or may. It does the same to any store that holds the same. */
export interface Change {
  readonly name: string;
  act(store: Store<"sync">): void;
}

const KEYS = 6;
/** Milliseconds. */
const LIFETIMES = 20_000;
/** More than a frame takes. */
const HUGE = "huge ".repeat(26_000);

/**
 * A change to tables that are there. `number` is another one each time.
 * @param there the tables that are there: at least one
 * @param missing those that could be
 */
export function randomChange(
  random: Random,
  there: readonly TableName[],
  missing: readonly TableName[],
  number: number,
): Change {
  const kind = random.below(24);
  if (kind < 12) {
    const table = random.pick(there);
    const { name, act } = randomTableChange(random, table.type, number);
    return change(`${name} in ${table.name}`, (store) => act(at(store, table)));
  }
  if (kind < 18) return randomBatch(random, there, number);
  if (kind < 20) return expiring(random, random.pick(there), number);
  if (kind < 21) {
    const table = random.pick(there);
    return change(`clear ${table.name}`, (store) => at(store, table).deleteAllObjects());
  }
  if (kind < 23 && missing.length > 0) {
    const table = random.pick(missing);
    return change(`create ${table.name}`, (store) => void at(store, table));
  }
  const droppable = there.slice(1);
  const table = droppable.length === 0 ? undefined : random.pick(droppable);
  if (table === undefined) {
    const [first] = there as readonly [TableName];
    return change("insert 0", (store) => at(store, first).insert([0, number]));
  }
  return change(`drop ${table.name}`, (store) => void store.dropTable(table.domain, table.name));
}

/** Changes of several frames. */
export function hugeChange(there: readonly TableName[], number: number): Change {
  return change("a huge batch", (store) => {
    const batch = store.batch();
    for (const table of there) {
      batch.insertMany(at(store, table), [
        ["huge", number, HUGE],
        ["huge too", number, HUGE],
      ]);
    }
    batch.commit();
  });
}

export function at(store: Store<"sync">, { domain, name, type }: TableName): Table {
  return store.ensureTable(domain, name, { type });
}

function randomBatch(random: Random, there: readonly TableName[], number: number): Change {
  const parts = Array.from({ length: 2 + random.below(4) }, () =>
    randomPart(random, random.pick(there), number),
  );
  return change(`batch (${parts.map(({ name }) => name).join("; ")})`, (store) => {
    const batch = store.batch();
    for (const { add } of parts) add(batch, store);
    batch.commit();
  });
}

interface BatchPart {
  readonly name: string;
  add(batch: Batch, store: Store<"sync">): void;
}

function randomPart(random: Random, table: TableName, number: number): BatchPart {
  const key = random.below(KEYS);
  const isBag = table.type.endsWith("bag");
  const filler = "0123456789".repeat(random.pick([0, 0, 1, 60, 400]));
  const kind = random.below(12);
  const part = (name: string, add: (batch: Batch, table: Table) => void): BatchPart => ({
    name: `${name} in ${table.name}`,
    add: (batch, store) => add(batch, at(store, table)),
  });
  if (kind < 5) {
    return part(`insert ${key}`, (batch, into) => batch.insert(into, [key, number, filler]));
  }
  if (kind < 7) return part(`delete ${key}`, (batch, from) => batch.delete(from, key));
  if (kind < 8) return part("clear", (batch, all) => batch.deleteAllObjects(all));
  if (kind < 9) {
    return part("insert two", (batch, into) =>
      batch.insertMany(into, [
        [key, number, filler],
        [(key + 1) % KEYS, number, filler],
      ]),
    );
  }
  if (kind < 10) {
    const key = LONG_LIVED + random.below(2);
    return part(`insert ${key}`, (batch, into) =>
      batch.insert(into, [key, number, filler], { expiresAt: FAR_FUTURE }),
    );
  }
  if (kind < 11 && random.oneIn(3)) {
    return part(`insertNew ${key}`, (batch, into) => batch.insertNew(into, [key, number, "new"]));
  }
  return isBag
    ? part(`delete ${key} too`, (batch, from) => batch.deleteMany(from, [key, key + 1]))
    : part(`count ${key}`, (batch, counted) => batch.updateCounter(counted, key, 1, [key, 0]));
}

function expiring(random: Random, table: TableName, number: number): Change {
  const long = LONG_LIVED + random.below(2);
  const short = SHORT_LIVED + random.below(3);
  const expiresAt = BEGINNING + random.below(LIFETIMES);
  const kind = random.below(6);
  if (kind < 2) {
    return change(`insert ${long} in ${table.name}`, (store) =>
      at(store, table).insert([long, number], { expiresAt: FAR_FUTURE }),
    );
  }
  if (kind < 3) {
    return change(`delete ${long} in ${table.name}`, (store) => at(store, table).delete(long));
  }
  if (kind < 4) {
    return change(`expire ${short} in ${table.name}`, (store) => {
      at(store, table).expire(short, expiresAt);
    });
  }
  return change(`insert ${short} in ${table.name}`, (store) =>
    at(store, table).insert([short, number], { expiresAt }),
  );
}

function change(name: string, act: (store: Store<"sync">) => void): Change {
  return { name, act };
}
