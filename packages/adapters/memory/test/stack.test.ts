import { isDeepStrictEqual } from "node:util";
import {
  _,
  createStore,
  StoreError,
  type StoreRecord,
  type Table,
  type TableType,
} from "@store/core";
import { afterAll, describe, expect, test } from "vitest";
import { memoryAdapter } from "../src/index.js";

const store = createStore({ adapter: memoryAdapter });
afterAll(() => store.close());

type AnyTable = Table<StoreRecord, "sync">;

/** A key and an element that core and the table recurse through. */
const deepKey = ["a", ["b", ["c", ["d", ["e", [1]]]]]] as const;
const element = () => ({ at: [new Map([["k", [new Date(1), { deep: [[[["x"]]]] }]]])] });

interface Operation {
  readonly name: string;
  readonly types?: readonly TableType[];
  run(table: AnyTable): unknown;
}

const BAGS = ["bag", "duplicate_bag"] as const;
const SETS = ["set", "ordered_set"] as const;

const FRESH: StoreRecord[0] = ["fresh", [1, [2]]];

const OPERATIONS: readonly Operation[] = [
  { name: "lookup", run: (table) => table.lookup([deepKey, 1]) },
  { name: "member", run: (table) => table.member([deepKey, 1]) },
  { name: "records", run: (table) => [...table.records()] },
  { name: "keys", run: (table) => [...table.keys()] },
  { name: "foldl", run: (table) => table.foldl((_record, sum: number) => sum + 1, 0) },
  { name: "insert", run: (table) => table.insert([1, element(), 7]) },
  { name: "insert of a new key", run: (table) => table.insert([FRESH, element()]) },
  {
    name: "insert of an equal record",
    types: BAGS,
    run: (table) => table.insert([1, element(), 0]),
  },
  {
    name: "insertMany",
    run: (table) =>
      table.insertMany([
        [FRESH, element()],
        [1, 1],
        [2, element(), 7],
        [[deepKey, deepKey, [1]], element()],
        [[deepKey, deepKey, [1]], element()],
      ]),
  },
  {
    name: "insertNewMany",
    run: (table) =>
      table.insertNewMany([
        [FRESH, element()],
        [[FRESH, deepKey], element()],
      ]),
  },
  { name: "take", run: (table) => table.take(1) },
  { name: "take of a deep key", run: (table) => table.take([deepKey, 1]) },
  { name: "delete", run: (table) => table.delete([deepKey, 1]) },
  { name: "deleteObject", run: (table) => table.deleteObject([[deepKey, 1], element(), 0]) },
  { name: "matchObject", run: (table) => table.matchObject([1, element(), 0] as never) },
  { name: "matchDelete", run: (table) => table.matchDelete([_, element(), 0] as never) },
  { name: "deleteAllObjects", run: (table) => table.deleteAllObjects() },
  {
    name: "replace",
    types: SETS,
    run: (table) => table.replace([1, element(), 0], [1, "replaced"]),
  },
  { name: "updateElement", types: SETS, run: (table) => table.updateElement(1, [2, element()]) },
  { name: "updateCounter", types: SETS, run: (table) => table.updateCounter([deepKey, 1], [3, 1]) },
  {
    name: "updateCounter from a default record",
    types: SETS,
    run: (table) => table.updateCounter(FRESH, 1, [0, 1, element()]),
  },
];

/** Records to begin with: some keys of a bag have so many that they are found by their hashes. */
function fill(table: AnyTable): void {
  table.deleteAllObjects();
  const records: StoreRecord[] = [];
  for (let key = 0; key < 3; key++) {
    for (let count = key === 1 ? 18 : 1; count >= 0; count--) {
      records.push([key, element(), count], [[deepKey, key], element(), count]);
    }
  }
  table.insertMany(records);
}

/** All that a table holds, got in more than one way: they must agree. */
function contentOf(table: AnyTable) {
  const keys = [...table.keys()];
  const lists = keys.map((key) => table.lookup(key));
  const walked: unknown[] = [];
  for (let key = table.first(); key !== undefined; key = table.next(key)) walked.push(key);
  return {
    keys,
    lists,
    walked,
    records: [...table.records()],
    size: table.size,
    missing: keys.filter((key) => !table.member(key)),
  };
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Calls `code` under so many frames, or as many as the stack holds, less or more with the way in which the engine has
 * compiled them. Returns how many it were.
 */
function under(frames: number, code: () => void): number {
  let depth = 0;
  const descend = (): void => {
    depth++;
    if (depth < frames) descend();
    else code();
  };
  try {
    descend();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return depth;
}

/** Makes a call from a frame with room for so many arguments: a step smaller than any function's frame. */
function padded(size: number, call: () => unknown): Outcome {
  let outcome: Outcome | undefined;
  const inner = (..._padding: number[]): void => {
    try {
      outcome = { value: call() };
    } catch (error) {
      outcome = { error };
    }
  };
  const padding = new Array<number>(size).fill(0);
  try {
    inner(...padding);
  } catch (error) {
    outcome = { error };
  }
  return outcome ?? { error: "nothing" };
}

/** At most so many calls of one operation, from the end of the stack up. */
const MOST_CALLS = 400;

/** A call has succeeded so often in a row: it will from here on up. */
const ENOUGH = 5;

const TYPES = ["set", "ordered_set", "bag", "duplicate_bag"] as const;
const cases = TYPES.flatMap((type) =>
  OPERATIONS.filter(({ types = TYPES }) => types.includes(type)).map(
    ({ name, run }) => [name, type, run] as const,
  ),
);

describe("near the end of the stack", () => {
  test.each(cases)(
    "%s in a %s returns the value or fails, and then has changed nothing",
    (name, type, run) => {
      const table: AnyTable = store.ensureTable("d", `${name} ${type}`, { type });
      const twin: AnyTable = store.ensureTable("d", `${name} ${type}, twin`, { type });
      let calls = 0;
      let failures = 0;
      let successes = 0;
      let frames = under(Number.POSITIVE_INFINITY, () => {});
      fill(table);
      fill(twin);
      const before = contentOf(table);
      const expected = settle(() => run(twin));
      const after = contentOf(twin);
      while (successes < ENOUGH && calls < MOST_CALLS) {
        let outcome: Outcome | undefined;
        frames -= 1;
        frames = under(frames, () => {
          outcome = padded((calls * 7) % 16, () => run(table));
        });
        if (outcome === undefined) continue;
        calls++;
        if ("error" in outcome && !sameOutcome(outcome, expected)) {
          failures++;
          successes = 0;
          expect(isFailureOfStack(outcome.error), String(outcome.error)).toBe(true);
          same(contentOf(table), before);
        } else {
          successes++;
          same(outcome, expected);
          expect(contentOf(table)).toEqual(after);
          fill(table);
        }
      }
      expect(failures).toBeGreaterThan(0);
      expect(successes).toBe(ENOUGH);
      table.close();
      twin.close();
    },
  );
});

test.each(["set", "ordered_set", "bag"] as const)(
  "a %s is whole after many changes that failed before they succeeded",
  (type) => {
    const table: AnyTable = store.ensureTable("d", `many changes of a ${type}`, { type });
    const keys = Array.from({ length: 100 }, (_none, index): StoreRecord[0] => {
      const key = (index * 37) % 100;
      return index % 3 === 0 ? [["n"], key] : key;
    });
    const failures = [insistently(keys, (key) => table.insert([key, key]))];
    expect(contentOf(table)).toMatchObject({ size: 100, missing: [] });
    failures.push(insistently(keys.slice(20), (key) => table.delete(key)));
    const left = new Set(keys.slice(0, 20));
    const content = contentOf(table);
    expect(content).toMatchObject({ size: 20, missing: [] });
    expect(new Set(content.keys)).toEqual(left);
    expect(new Set(content.walked)).toEqual(left);
    expect(Math.min(...failures)).toBeGreaterThan(0);
  },
);

/** Makes a change for each key, from the end of the stack up until it succeeds. Returns how many calls failed. */
function insistently(
  keys: readonly StoreRecord[0][],
  change: (key: StoreRecord[0]) => unknown,
): number {
  let failures = 0;
  let frames = under(Number.POSITIVE_INFINITY, () => {});
  for (const [turn, key] of keys.entries()) {
    // From where the last one succeeded back to where it failed.
    frames += 24;
    for (let outcome: Outcome = { error: "none" }; "error" in outcome; ) {
      frames = under(frames - 3, () => {
        outcome = padded(turn % 16, () => change(key));
      });
      if ("error" in outcome && outcome.error !== "none") failures++;
    }
  }
  return failures;
}

/** As `toEqual`, which takes its time. */
function same(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

function settle(call: () => unknown): Outcome {
  try {
    return { value: call() };
  } catch (error) {
    return { error };
  }
}

function sameOutcome(one: Outcome, other: Outcome): boolean {
  return "error" in one && "error" in other && String(one.error) === String(other.error);
}

/** A `StoreError`; or the engine's own, when there was no room to call the table at all. */
function isFailureOfStack(error: unknown): boolean {
  return error instanceof StoreError
    ? error.code === "STORE_INVALID_OPERATION"
    : error instanceof RangeError;
}
