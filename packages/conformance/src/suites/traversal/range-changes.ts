import type { Key, StoreRecord } from "@store/core";
import { collect, refuses, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, BAGS, type Suite, UNORDERED } from "../../harness/suite.js";
import { type AnyRange, select } from "../../model/range.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";

const ORDERED = ["ordered_set"] as const;
const TENS: readonly Key[] = Array.from({ length: 20 }, (_unused, index) => index * 10);

/** Ranges of {@link TENS}: bounds at a key, between keys and beyond them, both directions, limits. */
const RANGES: readonly AnyRange[] = [-1, 0, 5, 90, 95, 190, 200].flatMap((low) =>
  [
    { gt: low },
    { gte: low },
    { lt: low },
    { lte: low },
    { gt: low, lt: 120 },
    { gte: low, lte: 120 },
    { gt: low, lte: low },
  ].flatMap((range) => [
    range,
    { ...range, limit: 3 },
    { ...range, limit: 0 },
    { ...range, limit: 3, reverse: true },
    { ...range, reverse: true, limit: 100 },
  ]),
);

const WORDS: readonly Key[] = [
  "",
  "a",
  "ab",
  "ab\uffff",
  "abc",
  "ac",
  "app:",
  "app:1",
  "app;",
  "b",
  "\ud800",
  "\ud800\udc00",
  "\uffff",
  "\uffff\uffff",
];
const BYTES: readonly Key[] = [
  [],
  [0],
  [1],
  [1, 0],
  [1, 255],
  [1, 255, 255],
  [2],
  [255],
  [255, 255],
  [255, 255, 0],
].map((bytes) => Uint8Array.from(bytes));

/** How many records are in a range, and removing them. */
export const rangeChanges: Suite = {
  name: "count, deleteRange, and prefixes of strings and bytes",
  heading: "Ranges",
  lookAt: "count and deleteRange if the adapter has them, else scan and deleteObjects",
  define({ eachType }) {
    eachType("count without a range counts the records", ALL, async (table) => {
      same(await table.count(), 0);
      await table.insertMany(TENS.map((key) => [key, 1]));
      same(
        [await table.count(), await table.count({}), await table.count(undefined)],
        [20, 20, 20],
      );
      same(
        [
          await table.count({ limit: 7 }),
          await table.count({ limit: 0 }),
          await table.count({ limit: 50 }),
        ],
        [7, 0, 20],
      );
    });

    eachType("count counts records, not keys", BAGS, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["a", 2],
        ["b", 1],
      ]);
      same([await table.count(), await table.count({ limit: 2 })], [3, 2]);
    });

    eachType("count of a range is how many records it has", ORDERED, async (table) => {
      await table.insertMany(TENS.map((key) => [key, 1]));
      for (const range of RANGES) {
        same(
          await table.count(range),
          select(TENS, (key) => key, range).length,
          `count(${show(range)})`,
        );
      }
    });

    eachType("count of a prefix is how many keys begin so", ORDERED, async (table) => {
      await table.insertMany(KEYS_IN_ORDER.map((key) => [key, 1]));
      for (const prefix of [[], ["a"], ["a", 1], "", "a", new Uint8Array(), Uint8Array.of(1)]) {
        const range = { prefix } as AnyRange;
        same(
          await table.count(range),
          select(KEYS_IN_ORDER, (key) => key, range).length,
          `count(${show(range)})`,
        );
      }
    });

    eachType(
      "deleteRange removes exactly the records of the range, and returns how many",
      ORDERED,
      async (table) => {
        for (const range of RANGES) {
          await fill(table, TENS);
          const gone = select(TENS, (key) => key, range);
          same(await table.deleteRange(range), gone.length, `deleteRange(${show(range)})`);
          const left = TENS.filter((key) => !gone.includes(key));
          same(await collect(table.keys()), left, `the keys after deleteRange(${show(range)})`);
          same(await table.size, left.length, `size after deleteRange(${show(range)})`);
        }
      },
    );

    eachType("deleteRange of a prefix leaves its neighbours", ORDERED, async (table) => {
      const keys: Key[] = [
        "run",
        ["ru"],
        ["run"],
        ["run", 1],
        ["run", 1, "a"],
        ["run", 2],
        ["run\0"],
        ["runs", 1],
      ];
      await fill(table, keys);
      same(await table.deleteRange({ prefix: ["run"] }), 4);
      same(await collect(table.keys()), ["run", ["ru"], ["run\0"], ["runs", 1]]);
      same(await table.deleteRange({}), 4, "of everything");
      same([await table.size, await table.first()], [0, undefined]);
    });

    eachType("deleteRange of a thousand records removes each", ORDERED, async (table) => {
      await table.insertMany(Array.from({ length: 1_500 }, (_unused, key) => [key, key]));
      same(await table.deleteRange({ gte: 250, lt: 1_250 }), 1_000);
      same(
        [await table.count(), await table.next(249), await table.prev(1_250)],
        [500, 1_250, 249],
      );
    });

    eachType(
      "deleteRange, and count with bounds, of a table without order throw STORE_NOT_SUPPORTED",
      UNORDERED,
      async (table) => {
        await table.insert(["k", 1]);
        await refuses("STORE_NOT_SUPPORTED", () => table.deleteRange({}), "deleteRange");
        await refuses("STORE_NOT_SUPPORTED", () => table.deleteRange({ limit: 1 }), "deleteRange");
        await refuses("STORE_NOT_SUPPORTED", () => table.count({ gt: 1 }), "count");
        await refuses("STORE_NOT_SUPPORTED", () => table.count({ prefix: "k" }), "count");
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "count and deleteRange with what is no range throw, and change nothing",
      ORDERED,
      async (table) => {
        await table.insert(["k", 1]);
        for (const bad of [
          null,
          5,
          "a",
          [],
          { limit: -1 },
          { reverse: "yes" },
          { from: 1 },
          { prefix: 5 },
        ]) {
          await refuses("STORE_INVALID_OPERATION", () => table.count(bad as never), "count");
          await refuses(
            "STORE_INVALID_OPERATION",
            () => table.deleteRange(bad as never),
            "deleteRange",
          );
        }
        await refuses("STORE_INVALID_KEY", () => table.count({ gt: {} as never }), "count");
        await refuses(
          "STORE_INVALID_KEY",
          () => table.deleteRange({ lt: {} as never }),
          "deleteRange",
        );
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "a string is the prefix of the strings that begin so, and of nothing else",
      ORDERED,
      async (table) => {
        const all = [...WORDS, ...BYTES, 1, ["ab"], ["app:", 1]];
        await fill(table, all);
        for (const prefix of ["", "a", "ab", "app:", "app:1", "x", "\ud800", "\uffff"])
          await compare(table, prefix);
      },
    );

    eachType(
      "bytes are the prefix of the bytes that begin so, and of nothing else",
      ORDERED,
      async (table) => {
        await fill(table, [...WORDS, ...BYTES, [Uint8Array.of(1)], []]);
        for (const prefix of [[], [1], [1, 255], [255], [255, 255], [0], [7]]) {
          await compare(table, Uint8Array.from(prefix));
        }
      },
    );
  },
};

/** Replaces what the table holds. */
async function fill(table: AnyTable, keys: readonly Key[]): Promise<void> {
  await table.deleteAllObjects();
  await table.insertMany(keys.toReversed().map((key): StoreRecord => [key, { of: key }]));
}

/** Keys, count and, at last, deleteRange of a prefix, against a look at every key. */
async function compare(table: AnyTable, prefix: string | Uint8Array): Promise<void> {
  const before = await collect(table.keys());
  for (const reverse of [false, true]) {
    const range = { prefix, reverse } as AnyRange;
    const expected = select(before, (key) => key, range);
    same(await collect(table.keys(range as never)), expected, `keys(${show(range)})`);
    same(await table.count(range as never), expected.length, `count(${show(range)})`);
  }
  const records = await collect(table.records({ prefix } as never));
  same(
    await table.deleteRange({ prefix } as never),
    records.length,
    `deleteRange of ${show(prefix)}`,
  );
  same(await table.size, before.length - records.length, "size");
  await table.insertMany(records);
  same(await collect(table.keys()), before, "the keys, put back");
}
