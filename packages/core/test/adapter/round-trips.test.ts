import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  _,
  type Adapter,
  type AdapterTable,
  createStore,
  type Key,
  type StoreRecord,
} from "../../src/index.js";
import { type ArrayOptions, asyncArrayAdapter } from "../support/array-adapter.js";
import { all, type UntypedTable } from "../support/table-calls.js";

const PAGE = fileURLToPath(new URL("../../../../docs/adapters.md", import.meta.url));

/** The methods that an adapter has besides the mandatory ones; `transact` is its backend's. */
type Own = keyof AdapterTable | "transact";

/** Answers of methods of its own: what they do is nothing to their number. */
const OWN = {
  insert: async () => undefined,
  member: async () => true,
  lookupMany: async (keys: readonly Key[]) => keys.map(() => []),
  take: async () => [],
  deleteMany: async () => 0,
  insertNew: async () => true,
  update: async (key: Key, change: (record: StoreRecord) => StoreRecord) => change([key, 0]),
  replace: async () => true,
  updateCounter: async () => 1,
  append: async () => 11,
  firstLookup: async () => [1, [[1, 0]]],
  lastLookup: async () => [1, [[1, 0]]],
  nextLookup: async () => [1, [[1, 0]]],
  prevLookup: async () => [1, [[1, 0]]],
  scan: async function* () {},
  scanKeys: async function* () {},
  count: async () => 1,
  deleteRange: async () => 1,
  matchObject: async () => [],
  matchDelete: async () => 0,
} satisfies Partial<Record<Own, unknown>>;

interface Opened {
  readonly table: UntypedTable;
  readonly batch: ReturnType<ReturnType<typeof createStore>["batch"]>;
}

const TEN = Array.from({ length: 10 }, (_value, index) => index + 1);
const news = TEN.map((n): StoreRecord => [n + 10, 0]);

/** The calls of the page's table, on an ordered_set of the records `[1, 0]` to `[10, 0]`. */
const CALLS: Readonly<Record<string, (opened: Opened) => unknown>> = {
  "insert(record)": ({ table }) => table.insert([11, 0]),
  "insertMany(records)": ({ table }) => table.insertMany(news),
  "insertNew(record)": ({ table }) => table.insertNew([11, 0]),
  "insertNewMany(records)": ({ table }) => table.insertNewMany(news),
  "lookup(key)": ({ table }) => table.lookup(1),
  "member(key)": ({ table }) => table.member(1),
  "lookupMany(keys)": ({ table }) => table.lookupMany(TEN),
  "take(key)": ({ table }) => table.take(1),
  "delete(key)": ({ table }) => table.delete(1),
  "deleteObject(record)": ({ table }) => table.deleteObject([1, 0]),
  "deleteMany(keys)": ({ table }) => table.deleteMany(TEN),
  "replace(expected, record)": ({ table }) => table.replace([1, 0], [1, 1]),
  "updateElement(key, change)": ({ table }) => table.updateElement(1, [2, 1]),
  "updateCounter(key, op)": ({ table }) => table.updateCounter(1, 1),
  "updateCounter(newKey, op, default)": ({ table }) => table.updateCounter(11, 1, [11, 0]),
  "append(null, element)": ({ table }) => table.append(null, 0),
  "first()": ({ table }) => table.first(),
  "next(key)": ({ table }) => table.next(1),
  "firstLookup()": ({ table }) => table.firstLookup(),
  "nextLookup(key)": ({ table }) => table.nextLookup(1),
  "[...records()]": ({ table }) => all(table.records()),
  "[...keys()]": ({ table }) => all(table.keys()),
  "count()": ({ table }) => table.count(),
  "count({ gte, lte })": ({ table }) => table.count({ gte: 1, lte: 10 }),
  "deleteRange({ gte, lte })": ({ table }) => table.deleteRange({ gte: 1, lte: 10 }),
  "matchObject([key, _])": ({ table }) => table.matchObject([1, _]),
  "matchObject([_, element])": ({ table }) => table.matchObject([_, 0]),
  "matchDelete([_, element])": ({ table }) => table.matchDelete([_, 0]),
  size: ({ table }) => table.size,
  "batch: two inserts": ({ table, batch }) =>
    batch
      .insert(table as never, [11, 0])
      .insert(table as never, [12, 0])
      .commit(),
  "batch: insertNew, append": ({ table, batch }) =>
    batch
      .insertNew(table as never, [11, 0])
      .append(table as never, null, 0)
      .commit(),
};

/** How many methods of the adapter a call of {@link CALLS} comes to. */
async function roundTrips(call: (opened: Opened) => unknown, own?: Own): Promise<number> {
  let count = 0;
  const counted =
    (method: unknown, self?: unknown) =>
    (...args: unknown[]): unknown => {
      count++;
      return Reflect.apply(method as () => unknown, self, args);
    };
  const array = asyncArrayAdapter({
    capabilities: { batches: true },
    methods: (table) => {
      const extra = own === undefined || own === "transact" ? {} : pick(own);
      const methods = Object.entries({ ...table, ...extra });
      return Object.fromEntries(
        methods.map(([name, value]) => [name, name === "type" ? value : counted(value, table)]),
      );
    },
    // Applied by the methods of the tables, which are counted: one call of `applyChanges` is meant.
    onChanges: () => count++,
  });
  const adapter: Adapter<ArrayOptions, "async", ArrayOptions> = {
    ...array,
    async open(options, toolkit) {
      const backend = await array.open(options, toolkit);
      return {
        ...backend,
        async applyChanges(changes) {
          const before = count;
          await backend.applyChanges?.(changes);
          count = before + 1;
        },
        ...(own === "transact" && { transact: counted(async () => []) as never }),
      };
    },
  };
  const store = createStore({ adapter });
  const table = (await store.ensureTable("d", "t", {
    type: "ordered_set",
  })) as never as UntypedTable;
  await table.insertMany(TEN.map((n): StoreRecord => [n, 0]));
  count = 0;
  await call({ table, batch: store.batch() as never });
  return count;
}

function pick(own: Own): object {
  const method = (OWN as Partial<Record<Own, unknown>>)[own];
  expect(method, `no answer for ${own}`).toBeDefined();
  return { [own]: method };
}

/** The rows of the page's table: the call, how many round trips, and the methods that make it one. */
const rows = [
  ...readFileSync(PAGE, "utf8").matchAll(/^\| `([^`]+)` \| (\d+) \|(?: (.*?))? \|$/gm),
].map(([, call = "", count, own = ""]) => ({
  call,
  count: Number(count),
  own: [...own.matchAll(/`(\w+)`/g)].map(([, name]) => name as Own),
}));

test("docs/adapters.md has a row for each call that is counted here", () => {
  expect(rows.map(({ call }) => call)).toEqual(Object.keys(CALLS));
});

test.each(rows)(
  "$call on the mandatory methods of an async adapter is $count round trips",
  async (row) => {
    const call = CALLS[row.call];
    expect(call && (await roundTrips(call))).toBe(row.count);
  },
);

test.each(rows.flatMap(({ call, own }) => own.map((method) => [call, method] as const)))(
  "%s on an async adapter with its own %s is one round trip",
  async (name, own) => {
    const call = CALLS[name];
    expect(call && (await roundTrips(call, own))).toBe(1);
  },
);
