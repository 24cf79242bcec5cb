import type { Store, Table, TableType } from "@store/core";

/** A source of numbers that are the same each time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 on and below `end`. */
  below(end: number): number {
    // xorshift32
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % end;
  }

  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}

type AnyKey = string | number | bigint | (string | number)[];
type AnyTable = Table<[AnyKey, ...unknown[]], "async">;

const VALUES: readonly unknown[] = [
  0,
  -0,
  1,
  2 ** 40,
  1.5,
  5n,
  "text",
  "\ud800",
  null,
  undefined,
  { a: 1, b: [2] },
  { b: [2], a: 1 },
  new Map([["k", 1]]),
  Uint8Array.of(1, 2),
  Number.NaN,
];

/** Does an operation on a table, the next one by `random`, and returns what it came to, or the code of its error. */
export async function operate(store: Store<"async">, table: AnyTable, random: Random) {
  const ordered = table.type === "ordered_set";
  const isBag = table.type === "bag" || table.type === "duplicate_bag";
  const key = (): AnyKey => {
    const number = random.below(40);
    return random.of([number, `k${number}`, ["log", number], ["log", number, "x"], BigInt(number)]);
  };
  const record = (): [AnyKey, ...unknown[]] => [
    key(),
    ...Array.from({ length: 1 + random.below(2) }, () => random.of(VALUES)),
  ];
  const records = () => Array.from({ length: 1 + random.below(6) }, record);
  const range = () => ({
    gte: key(),
    reverse: random.below(2) === 0,
    limit: random.of([1, 3, Number.POSITIVE_INFINITY]),
  });
  const all = async (items: AsyncIterable<unknown>) => {
    const found: unknown[] = [];
    for await (const item of items) found.push(item);
    return found;
  };
  const calls: (() => unknown)[] = [
    () => table.insert(record()),
    () => table.insertMany(records()),
    () => table.insertNew(record()),
    () => table.insertNewMany(records()),
    () => table.lookup(key()),
    () => table.lookupMany([key(), key(), key()]),
    () => table.member(key()),
    () => table.take(key()),
    () => table.delete(key()),
    () => table.deleteMany([key(), key(), key()]),
    () => table.deleteObject(record()),
    () => table.size,
    () => table.expire(key(), random.of([null, 1, 2 ** 42])),
    () => table.expiresAt(key()),
    () => {
      const batch = store.batch().insertNew(table, record()).insert(table, record());
      batch.deleteMany(table, [key()]).deleteObject(table, record());
      if (!isBag) batch.updateElement(table, key(), [2, random.of(VALUES)]);
      if (ordered) batch.append(table, ["log"], "batch").deleteRange(table, range());
      return batch.commit();
    },
  ];
  if (!isBag) {
    calls.push(
      () => table.replace(record(), record()),
      async () => {
        const [found = record()] = await table.lookup(key());
        return table.replace(found, [found[0], ...record().slice(1)]);
      },
      () => table.updateElement(key(), [2, random.of(VALUES)]),
      () => table.updateCounter(key(), random.of([1, -3, 2 ** 45])),
      () => table.updateCounter(key(), 1, [key(), 10]),
      () => table.updateCounter(key(), [2, 5, 20, 0] as never, [key(), 10]),
    );
  }
  if (ordered) {
    calls.push(
      () => table.first(),
      () => table.last(),
      () => table.next(key()),
      () => table.prevLookup(key()),
      () => all(table.records(range())),
      () => all(table.keys({ prefix: ["log"] })),
      () => table.count(range()),
      () => table.deleteRange({ ...range(), limit: 2 }),
      () => table.append(["log"], random.of(VALUES)),
      () => table.append(null, random.of(VALUES)),
    );
  }
  try {
    return { value: await random.of(calls)() };
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}

/** All records of a table with their moments, in an order that doesn't depend on the adapter. */
export async function contentOf(table: AnyTable): Promise<unknown[]> {
  const keys: AnyKey[] = [];
  for await (const key of table.keys()) keys.push(key as AnyKey);
  const content: [string, unknown, unknown][] = [];
  for (const key of keys) {
    const name = typeof key === "bigint" ? `${key}n` : JSON.stringify(key);
    content.push([name, await table.lookup(key), await table.expiresAt(key)]);
  }
  return content.sort(([a], [b]) => (a < b ? -1 : 1));
}

export const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
