import type { CounterOp, StoreRecord } from "@store/core";
import { refuses, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { type Suite, UNIQUE } from "../../harness/suite.js";

const MAX = Number.MAX_SAFE_INTEGER;
const MIN = Number.MIN_SAFE_INTEGER;
const HUGE = 10n ** 40n;

/** The value of a counter of 10 after each op. */
const STEPS: readonly (readonly [op: CounterOp, result: number])[] = [
  [1, 11],
  [-3, 7],
  [0, 10],
  [-0, 10],
  [[2, 5], 15],
  [[2, -20], -10],
  [[2, 5, 15, 0], 15],
  [[2, 6, 15, 0], 0],
  [[2, 5, 14, -7], -7],
  [[2, 0, 9, 3], 3],
  [[2, 0, 10, 3], 10],
  [[2, 0, 11, 3], 10],
  [[2, -5, 5, 100], 5],
  [[2, -6, 5, 100], 100],
  [[2, -1, 20, 100], 100],
  [[2, 1, 5, 100], 100],
  [[2, MAX, 100, 1], 1],
  [[2, MIN, 0, 1], 1],
  [MAX - 10, MAX],
  [MIN, MIN + 10],
  [[2, MIN + 1], MIN + 11],
];

/** The value of a bigint counter of 10n after each op. */
const BIG_STEPS: readonly (readonly [op: CounterOp, result: bigint])[] = [
  [1, 11n],
  [1n, 11n],
  [-20n, -10n],
  [HUGE, HUGE + 10n],
  [-HUGE, 10n - HUGE],
  [MAX, BigInt(MAX) + 10n],
  [[2, 1, 10, 5], 5n],
  [[2, 1n, 10n, 5n], 5n],
  [[2, 1n, 11, 5n], 11n],
  [[2, -1, 9n, 5], 9n],
  [[2, -1n, 10, 5], 5n],
  [[2, HUGE, HUGE, -HUGE], -HUGE],
];

const NO_OPS = [
  undefined,
  null,
  "1",
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  MAX + 1,
  {},
  [2],
  [[2, 1], 3],
  [[2, 1], [3]],
  [2, 1, 5],
  [2, 1, 5, 0, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [2.5, 1],
  [2n, 1],
  ["2", 1],
  [2, "1"],
  [2, 1.5],
  [2, 1, 5.5, 0],
  [2, 1, 5, 0.5],
  [2, 1, Number.POSITIVE_INFINITY, 0],
  [2, 1, undefined, undefined],
];

/** Counting. That it is atomic is checked in concurrency.ts. */
export const counter: Suite = {
  name: "updateCounter",
  heading: "Counters",
  lookAt:
    "updateCounter or update if the adapter has them, else lookup and insertMany; toolkit.counted",
  define({ eachType }) {
    eachType(
      "updateCounter adds, with and without a threshold, and returns the new value",
      UNIQUE,
      async (table) => {
        await checkSteps(table, 10, STEPS);
        same(await table.size, STEPS.length, "size");
      },
    );

    eachType("updateCounter of a bigint stays a bigint, of any size", UNIQUE, async (table) => {
      await checkSteps(table, 10n, BIG_STEPS);
    });

    eachType(
      "updateCounter counts the element at its position, and no other",
      UNIQUE,
      async (table) => {
        await table.insertMany([
          ["k", 1, 2, 3n, "x"],
          ["j", 1],
        ]);
        same(await table.updateCounter("k", [3, 10]), 12);
        same(await table.updateCounter("k", [4, 10]), 13n);
        same(await table.updateCounter("k", 10), 11);
        same(await table.lookup("k"), [["k", 11, 12, 13n, "x"]]);
        same(await table.lookup("j"), [["j", 1]]);
      },
    );

    eachType("updateCounter called many times counts each call", UNIQUE, async (table) => {
      await table.insert([["k", 1], 0]);
      for (let count = 1; count <= 30; count++) {
        same(await table.updateCounter(["k", 1], 1), count);
      }
      same(await table.lookup(["k", 1]), [[["k", 1], 30]]);
    });

    eachType(
      "updateCounter of a missing key inserts the default, its key replaced, then counts",
      UNIQUE,
      async (table) => {
        same(await table.updateCounter("k", 5, ["another", 10, "x"]), 15);
        same(await table.lookup("k"), [["k", 15, "x"]]);
        same([await table.lookup("another"), await table.size], [[], 1]);
        same(await table.updateCounter("k", 5, ["k", 1_000, "y"]), 20, "with the key there");
        same(await table.lookup("k"), [["k", 20, "x"]]);
      },
    );

    eachType(
      "updateCounter with a default applies thresholds and positions",
      UNIQUE,
      async (table) => {
        same(await table.updateCounter("a", [3, 5, 12, 1], ["a", "x", 10]), 1);
        same(await table.updateCounter("b", [2, -1], ["b", 5n]), 4n);
        same([await table.lookup("a"), await table.lookup("b")], [[["a", "x", 1]], [["b", 4n]]]);
      },
    );

    eachType(
      "updateCounter of a missing key without a default throws STORE_KEY_NOT_FOUND",
      UNIQUE,
      async (table) => {
        await refuses(
          "STORE_KEY_NOT_FOUND",
          () => table.updateCounter("k", 1),
          "updateCounter",
          "k",
        );
        same(await table.size, 0, "size");
      },
    );

    eachType(
      "updateCounter looks at the default only when the key is missing",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        for (const wrong of [["k", "x"], ["k"], ["k", Number.MAX_SAFE_INTEGER], 5, [() => 1, 1]]) {
          same(await table.updateCounter("k", 1, wrong as never), 2, `with ${show(wrong)}`);
          await table.insert(["k", 1]);
        }
      },
    );

    eachType(
      "updateCounter with a default that can't be counted inserts nothing",
      UNIQUE,
      async (table) => {
        const invalid = "STORE_INVALID_OPERATION";
        await refuses(invalid, () => table.updateCounter("k", 1, ["k", "x"]));
        await refuses(invalid, () => table.updateCounter("k", 1, ["k"]));
        await refuses(invalid, () => table.updateCounter("k", [3, 1], ["k", 1]));
        await refuses("STORE_COUNTER_OVERFLOW", () => table.updateCounter("k", 1, ["k", MAX]));
        await refuses("STORE_INVALID_RECORD", () => table.updateCounter("k", 1, 5 as never));
        await refuses("STORE_INVALID_RECORD", () => table.updateCounter("k", 1, ["k", 1, () => 1]));
        same(await table.size, 0, "size");
      },
    );

    eachType(
      "updateCounter past the safe integers throws STORE_COUNTER_OVERFLOW and changes nothing",
      UNIQUE,
      async (table) => {
        const overflows: [number, CounterOp][] = [
          [MAX, 1],
          [MAX, MAX],
          [MIN, -1],
          [MIN, [2, MIN]],
          [5, MAX],
        ];
        for (const [start, op] of overflows) {
          await table.insert(["k", start]);
          await refuses(
            "STORE_COUNTER_OVERFLOW",
            () => table.updateCounter("k", op),
            "updateCounter",
          );
          same(await table.lookup("k"), [["k", start]], `the record after ${show(op)}`);
        }
        await table.insert(["k", MAX]);
        same(await table.updateCounter("k", [2, 1, MAX, 7]), 7, "the threshold goes before");
      },
    );

    eachType(
      "updateCounter of what is no integer throws STORE_INVALID_OPERATION and changes nothing",
      UNIQUE,
      async (table) => {
        for (const value of [
          "1",
          1.5,
          Number.NaN,
          MAX + 1,
          null,
          undefined,
          true,
          [1],
          new Date(1),
        ]) {
          await table.insert(["k", value]);
          await refuses(
            "STORE_INVALID_OPERATION",
            () => table.updateCounter("k", 1),
            "updateCounter",
          );
          same(await table.lookup("k"), [["k", value]]);
        }
        await table.insert(["k", 1]);
        await refuses("STORE_INVALID_OPERATION", () => table.updateCounter("k", [3, 1]));
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "updateCounter of a number by bigints throws STORE_INVALID_OPERATION",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        const ops: CounterOp[] = [1n, [2, 1n], [2, 1, 5n, 0], [2, 1, 5, 0n]];
        for (const op of ops) {
          await refuses(
            "STORE_INVALID_OPERATION",
            () => table.updateCounter("k", op),
            "updateCounter",
          );
        }
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "updateCounter by what is no op throws STORE_INVALID_OPERATION and changes nothing",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1, 2, 3]);
        for (const op of NO_OPS) {
          await refuses("STORE_INVALID_OPERATION", () => table.updateCounter("k", op as never));
          await refuses("STORE_INVALID_OPERATION", () =>
            table.updateCounter("missing", op as never, ["missing", 1]),
          );
        }
        same([await table.lookup("k"), await table.size], [[["k", 1, 2, 3]], 1]);
      },
    );
  },
};

/** Applies each op to a new record. */
async function checkSteps(
  table: AnyTable,
  start: number | bigint,
  steps: readonly (readonly [op: CounterOp, result: number | bigint])[],
): Promise<void> {
  await table.insertMany(steps.map((_step, index): StoreRecord => [index, start, "x"]));
  for (const [index, [op, result]] of steps.entries()) {
    const title = `${show(start)} after ${show(op)}`;
    same(await table.updateCounter(index, op), result, title);
    same(await table.lookup(index), [[index, result, "x"]], `the record: ${title}`);
  }
}
