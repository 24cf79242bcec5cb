import type { Key, StoreRecord } from "@store/core";
import { collect, refuses, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { type AnyRange, select } from "../../model/range.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";

const ORDERED = ["ordered_set"] as const;
const TENS: readonly Key[] = Array.from({ length: 20 }, (_unused, index) => index * 10);
const RUNS: readonly Key[] = [
  "run",
  ["ru"],
  ["run"],
  ["run", 1],
  ["run", 1, "a"],
  ["run", 1, "b"],
  ["run", 1n],
  ["run", 2],
  ["run", 10],
  ["run", "1"],
  ["run", ["1"]],
  ["run\0"],
  ["run\0", 1],
  ["runs", 1],
  [["run"], 1],
];

/** Parts of an ordered table. Each result is compared with that of asking every key. */
export const range: Suite = {
  name: "records and keys of a range",
  heading: "Ranges",
  lookAt:
    "scan and scanKeys if the adapter has them, else next and prev of keys that are not there; toolkit.compareKeys",
  define({ eachType }) {
    eachType("gt, gte, lt, lte alone, at a key and between keys", ORDERED, async (table) => {
      await fill(table, TENS);
      for (const bound of [-1, 0, 5, 90, 95, 100n, 190, 200]) {
        for (const name of ["gt", "gte", "lt", "lte"])
          await compare(table, TENS, { [name]: bound });
      }
    });

    eachType("a lower and an upper bound together", ORDERED, async (table) => {
      await fill(table, TENS);
      for (const low of [-5, 50, 55]) {
        for (const high of [50, 60, 72, 500]) {
          await compare(table, TENS, { gt: low, lt: high });
          await compare(table, TENS, { gte: low, lte: high });
          await compare(table, TENS, { gt: low, lte: high });
          await compare(table, TENS, { gte: low, lt: high });
        }
      }
    });

    eachType("bounds that exclude one another come to nothing", ORDERED, async (table) => {
      await fill(table, TENS);
      for (const reverse of [false, true]) {
        await compare(table, TENS, { gt: 50, lt: 50, reverse });
        await compare(table, TENS, { gte: 50, lt: 50, reverse });
        await compare(table, TENS, { gt: 90, lt: 20, reverse });
        await compare(table, TENS, { gt: 190, reverse });
        await compare(table, TENS, { lt: 0, reverse });
      }
    });

    eachType("two lower or two upper bounds narrow each other down", ORDERED, async (table) => {
      await fill(table, TENS);
      await compare(table, TENS, { gt: 30, gte: 50 });
      await compare(table, TENS, { gt: 50, gte: 30 });
      await compare(table, TENS, { gt: 50, gte: 50 });
      await compare(table, TENS, { lt: 30, lte: 50 });
      await compare(table, TENS, { lt: 50, lte: 50 });
      await compare(table, TENS, { gt: 10, gte: 20, lt: 70, lte: 60 });
      await compare(table, TENS, { gt: 10, lt: undefined, limit: undefined } as never);
    });

    eachType(
      "reverse goes from the last to the first, limit takes the first of these",
      ORDERED,
      async (table) => {
        await fill(table, TENS);
        for (const limit of [0, 1, 3, 20, 21, Number.POSITIVE_INFINITY]) {
          await compare(table, TENS, { limit });
          await compare(table, TENS, { limit, reverse: true });
          await compare(table, TENS, { limit, reverse: true, lte: 70 });
          await compare(table, TENS, { limit, reverse: false, gt: 70 });
          await compare(table, TENS, { limit, reverse: true, gte: 35, lt: 120 });
        }
      },
    );

    eachType(
      "prefix comes by the tuples that begin so, the prefix itself included",
      ORDERED,
      async (table) => {
        await fill(table, RUNS);
        for (const reverse of [false, true]) {
          for (const prefix of [
            [],
            ["run"],
            ["run", 1],
            ["run", 1, "a"],
            ["ru"],
            ["r"],
            ["run\0"],
          ]) {
            await compare(table, RUNS, { prefix, reverse });
            await compare(table, RUNS, { prefix, reverse, limit: 2 });
          }
          await compare(table, RUNS, { prefix: [["run"]], reverse });
          await compare(table, RUNS, { prefix: ["run", ["1"]], reverse });
        }
      },
    );

    eachType("prefix and bounds narrow each other down", ORDERED, async (table) => {
      await fill(table, RUNS);
      await compare(table, RUNS, { prefix: ["run"], gt: ["run", 1, "a"] });
      await compare(table, RUNS, { prefix: ["run"], lte: ["run", 2] });
      await compare(table, RUNS, { prefix: ["run", 1], gte: ["run", 1, "b"], reverse: true });
      await compare(table, RUNS, { prefix: ["run"], gt: ["runs"] });
      await compare(table, RUNS, { prefix: ["run"], lt: "a" });
    });

    eachType("a prefix that ends with a key of any kind", ORDERED, async (table) => {
      const extended = (key: Key): Key[] => [[key], [key, null], [key, "z"]];
      await fill(table, KEYS_IN_ORDER.flatMap(extended));
      for (const key of KEYS_IN_ORDER) {
        const prefix = { prefix: [key] } as AnyRange;
        same(await collect(table.keys(prefix)), extended(key), `keys(${show(prefix)})`);
        const last = { ...prefix, reverse: true, limit: 1 };
        same(await collect(table.keys(last)), extended(key).slice(-1), `keys(${show(last)})`);
      }
    });

    eachType("bounds of every kind of key", ORDERED, async (table) => {
      await fill(table, KEYS_IN_ORDER);
      for (const [index, bound] of KEYS_IN_ORDER.entries()) {
        const two = { limit: 2 };
        const back = { limit: 2, reverse: true };
        const low = Math.max(0, index - 2);
        const [from, to] = [KEYS_IN_ORDER[low], KEYS_IN_ORDER[index + 2]];
        for (const [range, start, end] of [
          [{ gte: bound, ...two }, index, index + 2],
          [{ gt: bound, ...two }, index + 1, index + 3],
          [{ gte: from, lt: bound }, low, index],
          [{ gte: from, lte: bound }, low, index + 1],
          [{ lt: bound, ...back }, low, index],
          [{ lte: bound, ...back }, Math.max(0, index - 1), index + 1],
          [{ gt: bound, lte: to, reverse: true }, index + 1, index + 3],
        ] as [AnyRange, number, number][]) {
          const expected = KEYS_IN_ORDER.slice(start, end);
          if (range.reverse === true) expected.reverse();
          same(await collect(table.keys(range)), expected, `keys(${show(range)})`);
        }
      }
    });

    eachType("a range of an empty table comes to nothing", ORDERED, async (table) => {
      for (const reverse of [false, true]) {
        await compare(table, [], { reverse });
        await compare(table, [], { reverse, gte: 1, lt: "z" });
        await compare(table, [], { reverse, prefix: ["a"] });
      }
    });

    eachType("a range isn't changed by who gave it after the call", ORDERED, async (table) => {
      await fill(table, RUNS);
      const prefix: Key[] = ["run", 1];
      const given: { prefix: Key[]; limit: number } = { prefix, limit: 2 };
      const steps = table.keys(given as AnyRange);
      prefix[0] = "other";
      given.limit = 1;
      same(await collect(steps), [
        ["run", 1],
        ["run", 1, "a"],
      ]);
    });

    eachType("a range that is none throws STORE_INVALID_OPERATION", ALL, async (table) => {
      const ranges = [
        null,
        5,
        "a",
        [],
        { limit: -1 },
        { limit: 1.5 },
        { limit: Number.NaN },
        { limit: "1" },
        { limit: null },
        { reverse: "yes" },
        { from: 1 },
      ];
      for (const bad of ranges) {
        const given = bad as never;
        await refuses("STORE_INVALID_OPERATION", () => collect(table.records(given)), "records");
        await refuses("STORE_INVALID_OPERATION", () => collect(table.keys(given)), "keys", '"t"');
      }
    });

    eachType(
      "a bound that is no key throws STORE_INVALID_KEY, a prefix that is no tuple, string or bytes STORE_INVALID_OPERATION",
      ORDERED,
      async (table) => {
        for (const bad of [Number.NaN, {}, new Date(0), () => 1, [undefined]]) {
          const bound = bad as never;
          await refuses(
            "STORE_INVALID_KEY",
            () => collect(table.records({ gt: bound })),
            "records",
          );
          await refuses("STORE_INVALID_KEY", () => collect(table.keys({ lte: bound })), "keys");
          await refuses("STORE_INVALID_KEY", () =>
            collect(table.keys({ prefix: [bound] } as never)),
          );
        }
        for (const prefix of [1, 1n, true, null, {}]) {
          await refuses("STORE_INVALID_OPERATION", () => collect(table.keys({ prefix } as never)));
        }
      },
    );
  },
};

/** Inserts a record for each key, neither in their order nor against it. */
async function fill(table: AnyTable, keys: readonly Key[]): Promise<void> {
  const odd = keys.filter((_key, index) => index % 3 === 1);
  const rest = keys.filter((_key, index) => index % 3 !== 1);
  await table.insertMany(records([...rest.reverse(), ...odd]));
}

function records(keys: readonly Key[]): StoreRecord[] {
  return keys.map((key) => [key, { of: key }]);
}

/** `keys` are those of the table, in order. */
async function compare(table: AnyTable, keys: readonly Key[], range: AnyRange): Promise<void> {
  const expected = select(keys, (key) => key, range);
  same(await collect(table.keys(range)), expected, `keys(${show(range)})`);
  same(await collect(table.records(range)), records(expected), `records(${show(range)})`);
}
