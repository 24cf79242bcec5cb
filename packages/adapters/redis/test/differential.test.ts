import { createStore, type Store, type StoreRecord, type Table, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { randomFrom } from "./support/random.js";
import { isServerThere } from "./support/server.js";
import { openStore } from "./support/stores.js";

type AnyTable = Table<StoreRecord, "async">;
type Random = () => number;

const OPERATIONS = partOf(1_500, 100_000);
const SEED = 18;
const LATER = 4e12;
const isThere = await isServerThere();

/** What two stores do alike: both get the same arguments. */
type Step = (store: Store<"async">, tables: readonly AnyTable[]) => Promise<unknown>;

function keyFrom(random: Random): StoreRecord[0] {
  const n = Math.floor(random() * 12);
  return [n, `k${n}`, ["r", n], BigInt(n), ["r", n, "x"], n + 0.5][Math.floor(random() * 6)] ?? n;
}

function valueFrom(random: Random): unknown {
  const n = Math.floor(random() * 4);
  const values = [
    n,
    -n,
    2 ** (30 + 7 * n),
    2n ** BigInt(60 + n),
    { b: n, a: [n] },
    new Map([["x", n]]),
    `text ${n}`,
    Object.assign(Object.create(null), { n }),
  ];
  return values[Math.floor(random() * values.length)];
}

function recordFrom(random: Random): StoreRecord {
  return random() < 0.8
    ? [keyFrom(random), valueFrom(random), Math.floor(random() * 3)]
    : [keyFrom(random), valueFrom(random)];
}

/** A step on a table of some type. */
function stepFrom(random: Random, types: readonly TableType[]): Step {
  const at = Math.floor(random() * types.length);
  const type = types[at] as TableType;
  const key = keyFrom(random);
  const [record, other] = [recordFrom(random), recordFrom(random)];
  const moved: StoreRecord = [key, ...other.slice(1)];
  const steps: ((table: AnyTable, store: Store<"async">) => unknown)[] = [
    (table) => table.insert(record),
    (table) => table.insert(record, { expiresAt: LATER }),
    (table) => table.insertMany([record, other]),
    (table) => table.insertNew(record),
    (table) => table.lookup(key),
    (table) => table.lookupMany([key, record[0]]),
    (table) => table.take(key),
    (table) => table.deleteObject(record),
    (table) => table.deleteMany([key, record[0]]),
    (table) => table.expire(key, LATER),
    (table) => table.expiresAt(key),
    (table) => table.size,
    (table, store) => store.batch().insert(table, record).delete(table, key).commit(),
  ];
  if (type.endsWith("set")) {
    steps.push(
      async (table) => table.replace(moved, record[0] === key ? record : moved),
      async (table) => {
        const [stored] = await table.lookup(key);
        return stored === undefined ? false : table.replace(stored as StoreRecord, moved);
      },
      (table) => table.updateElement(key, [2, record[1]]),
      (table) => table.updateCounter(key, [2, 5, 20, 0], [key, 1]),
      (table) => table.updateCounter(key, [3, 2]),
      (table, store) =>
        store
          .batch()
          .insert(table, moved)
          .updateElement(table, key, [2, 1])
          .updateCounter(table, key, 4)
          .commit(),
      (table, store) =>
        store
          .batch()
          .deleteAllObjects(table)
          .insertNew(table, record)
          .check(table, key, moved)
          .commit(),
    );
  }
  if (type === "ordered_set") {
    steps.push(
      (table) => table.append(["r"], record[1]),
      (table) => table.append(null, record[1]),
      (table) => table.next(key),
      (table) => table.prevLookup(key),
      (table) => table.count({ gte: key }),
      (table) => table.deleteRange({ gt: key, limit: 2, reverse: true }),
    );
  }
  const step = steps[Math.floor(random() * steps.length)] as (typeof steps)[number];
  return async (store, tables) => step(tables[at] as AnyTable, store);
}

async function outcome(step: Step, ...on: Parameters<Step>): Promise<unknown> {
  try {
    return { value: await step(...on) };
  } catch (error) {
    return { code: (error as { code?: unknown }).code };
  }
}

describe.skipIf(!isThere)(isThere ? "beside memory" : "skipped: no Redis answers", () => {
  test(`${OPERATIONS} random operations come to the same as in memory`, {
    timeout: 600_000,
  }, async () => {
    const random = randomFrom(SEED);
    const types: TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
    const redis = openStore();
    const memory = createStore({ adapter: memoryAdapter, mode: "async" });
    const open = (store: Store<"async">) =>
      Promise.all(types.map((type) => store.ensureTable("d", type, { type })));
    const [ours, theirs] = [await open(redis), await open(memory)];
    for (let n = 0; n < OPERATIONS; n++) {
      const step = stepFrom(random, types);
      const [ourOutcome, theirOutcome] = [
        await outcome(step, redis, ours),
        await outcome(step, memory, theirs),
      ];
      expect(ourOutcome, `operation ${n} of seed ${SEED}`).toEqual(theirOutcome);
    }
    for (const [index, table] of ours.entries()) {
      const [found, expected] = [await sorted(table), await sorted(theirs[index] as AnyTable)];
      expect(found).toEqual(expected);
    }
    await memory.close();
  });
});

/** All records, those of a key in their order. */
async function sorted(table: AnyTable): Promise<unknown[]> {
  const records = await table.foldl<unknown[]>((record, all) => [...all, record], []);
  const name = (record: unknown) =>
    JSON.stringify((record as unknown[])[0], (_key, value) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
  return records.sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}
