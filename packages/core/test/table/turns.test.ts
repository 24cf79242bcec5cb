import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStore, type StoreRecord, type Table } from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";

/** Milliseconds, by the clock that calls look at. It moves on by {@link STEP} at each method of the adapter. */
let now = 0;
const STEP = 0.2;

beforeEach(() => {
  now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function slowTable(): Promise<Table<StoreRecord, "async">> {
  const slow =
    <A extends unknown[], T>(method: (...args: A) => T) =>
    (...args: A): T => {
      now += STEP;
      return method(...args);
    };
  const adapter = arrayAdapter({
    methods: ({ lookup, insertMany, next }) => ({
      lookup: slow(lookup),
      insertMany: slow(insertMany),
      next: slow(next),
    }),
  });
  return createStore({ adapter, mode: "async" }).ensureTable("d", "t", { type: "ordered_set" });
}

/** How often the event loop turns in the course of `work`, and how long (by the clock) the longest time between is. */
async function turnsOf(work: () => Promise<unknown>): Promise<{ turns: number; longest: number }> {
  let [turns, last, longest, isOver] = [0, now, 0, false];
  const tick = () => {
    if (isOver) return;
    turns++;
    longest = Math.max(longest, now - last);
    last = now;
    setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  isOver = true;
  return { turns, longest };
}

describe("an awaited loop over a sync adapter in an async store", () => {
  const loops: Record<string, (table: Table<StoreRecord, "async">) => Promise<unknown>> = {
    async lookup(table) {
      for (let index = 0; index < 2_000; index++) await table.lookup(index);
    },
    async insert(table) {
      for (let index = 0; index < 2_000; index++) await table.insert([index % 10, index]);
    },
    async insertMany(table) {
      for (let index = 0; index < 2_000; index++) await table.insertMany([[index % 10]]);
    },
    async "insert that fails"(table) {
      for (let index = 0; index < 2_000; index++) {
        await table.lookup(index);
        await table.insert([Number.NaN]).catch(() => {});
      }
    },
    async records(table) {
      for (let index = 0; index < 30; index++) {
        for await (const _record of table.records());
      }
    },
    async "foldl, and within one,"(table) {
      await table.insertMany(Array.from({ length: 500 }, (_unused, key): StoreRecord => [key]));
      for (let index = 0; index < 2; index++) {
        const count = await table.foldl((_record, sum) => sum + 1, 0);
        expect(count).toBe(500);
      }
    },
    async "keys of many readers"(table) {
      const read = async () => {
        for (let index = 0; index < 10; index++) for await (const _key of table.keys());
      };
      await Promise.all([read(), read(), read()]);
    },
  };

  test.each(Object.entries(loops))(
    "of %s lets the event loop turn at least every 20 ms",
    async (_name, loop) => {
      const table = await slowTable();
      await table.insertMany(Array.from({ length: 20 }, (_unused, key): StoreRecord => [key]));
      const { turns, longest } = await turnsOf(() => loop(table));
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThanOrEqual(20);
      expect(turns).toBeGreaterThan(10);
    },
  );

  test("of a foldl that others close the table in ends with STORE_TABLE_CLOSED", async () => {
    const table = await slowTable();
    await table.insertMany(Array.from({ length: 500 }, (_unused, key): StoreRecord => [key]));
    let visited = 0;
    let before = 0;
    const folded = table.foldl(() => ++visited, 0);
    setImmediate(() => {
      before = visited;
      void table.close();
    });
    await expect(folded).rejects.toMatchObject({ code: "STORE_TABLE_CLOSED" });
    expect(before).toBeGreaterThan(0);
    expect(visited).toBe(before);
  });

  test("that takes no time takes no turn", async () => {
    const table = await createStore({ adapter: arrayAdapter(), mode: "async" }).ensureTable(
      "d",
      "t",
    );
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    for (let index = 0; index < 2_000; index++) await table.lookup(index);
    for await (const _record of table.records());
    expect(turned).toBe(false);
  });
});

test.each([
  ["MessageChannel", ["setImmediate"]],
  ["timers, as in jest's jsdom,", ["setImmediate", "MessageChannel"]],
])("where there is nothing but %s the event loop turns by that", async (_title, missing) => {
  for (const name of missing) vi.stubGlobal(name, undefined);
  // A module of its own, which sees these globals.
  const file = `../../src/table/turns.js?without=${missing.join()}`;
  const { Turns }: typeof import("../../src/table/turns.js") = await import(file);
  vi.unstubAllGlobals();
  const turns = new Turns();
  now = 1_000;
  let isDone = false;
  const turn = turns.due(true)?.then(() => {
    isDone = true;
  });
  await Promise.resolve();
  expect(isDone).toBe(false);
  await turn;
  expect(turns.due(true)).toBeUndefined();
});
