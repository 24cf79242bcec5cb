import type { Key, StoreRecord } from "@store/core";
import { holds, refuses, same, sameKeys } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNORDERED } from "../../harness/suite.js";
import { inKeyOrder } from "../../model/key-order.js";

const KEYS: readonly Key[] = [
  "b",
  2,
  ["a", 1],
  null,
  "a",
  1n,
  true,
  ["a"],
  10,
  -1,
  Uint8Array.of(7),
];

/** Walking from key to key. */
export const walk: Suite = {
  name: "first, last, next, prev",
  heading: "Traversal",
  lookAt: "first, last, next and prev; toolkit.compareKeys",
  define({ eachType }) {
    eachType("first and last of an empty table return undefined", ALL, async (table) => {
      same([await table.first(), await table.last()], [undefined, undefined]);
      await table.insert(["k", 1]);
      await table.delete("k");
      same([await table.first(), await table.last()], [undefined, undefined], "after a delete");
    });

    eachType("first and last of a table of one key are that key", ALL, async (table) => {
      await table.insert([["k", 1], 1]);
      same(
        [await table.first(), await table.last()],
        [
          ["k", 1],
          ["k", 1],
        ],
      );
      same([await table.next(["k", 1]), await table.prev(["k", 1])], [undefined, undefined]);
    });

    eachType("a walk by next or by prev returns each key once", ALL, async (table) => {
      await table.insertMany(KEYS.map((key): StoreRecord => [key, 1]));
      const forward = await forwards(table);
      sameKeys(forward, KEYS, "the keys by next");
      same(await backwards(table), forward.toReversed(), "the keys by prev");
      same(await forwards(table), forward, "the second walk over an unchanged table");
    });

    eachType(
      "a walk returns a bag's key once, however many records it has",
      ["bag", "duplicate_bag"],
      async (table) => {
        for (let round = 0; round < 3; round++) {
          for (const key of KEYS) await table.insert([key, round]);
        }
        sameKeys(await forwards(table), KEYS);
        same(await backwards(table), (await forwards(table)).toReversed());
      },
    );

    eachType(
      "a walk after deletes and inserts returns exactly the keys that are there",
      ALL,
      async (table) => {
        const keys = Array.from({ length: 150 }, (_unused, key) => key);
        await table.insertMany(keys.slice(0, 140).map((key): StoreRecord => [key, 1]));
        for (let key = 0; key < 140; key += 7) await table.delete(key);
        for (let key = 140; key < 150; key++) await table.insert([key, 1]);
        const left = keys.filter((key) => key >= 140 || key % 7 !== 0);
        sameKeys(await forwards(table), left);
        sameKeys(await backwards(table), left);
      },
    );

    eachType("a walk over an ordered_set goes in key order", ["ordered_set"], async (table) => {
      await table.insertMany(KEYS.map((key): StoreRecord => [key, 1]));
      same(await forwards(table), [...KEYS].sort(inKeyOrder), "the keys by next");
      same(await backwards(table), [...KEYS].sort(inKeyOrder).reverse(), "the keys by prev");
    });

    eachType(
      "next and prev of a key that isn't there go to its neighbours",
      ["ordered_set"],
      async (table) => {
        await table.insertMany([
          [10, 1],
          [20, 1],
          [30, 1],
          ["s", 1],
        ]);
        const cases: [Key, Key | undefined, Key | undefined][] = [
          [null, undefined, 10],
          [5, undefined, 10],
          [10n, 10, 20],
          [15, 10, 20],
          [29.5, 20, 30],
          [30n, 30, "s"],
          ["", 30, "s"],
          ["s\0", "s", undefined],
          [[], "s", undefined],
        ];
        for (const [key, before, after] of cases) {
          same(
            [await table.prev(key), await table.next(key)],
            [before, after],
            `around ${String(key)}`,
          );
        }
      },
    );

    eachType("next and prev in an empty table return undefined", ["ordered_set"], async (table) => {
      same([await table.next("k"), await table.prev("k")], [undefined, undefined]);
    });

    eachType("next goes on from a key that was deleted", ["ordered_set"], async (table) => {
      const keys = Array.from({ length: 30 }, (_unused, key) => key);
      await table.insertMany(keys.map((key): StoreRecord => [key, 1]));
      const seen: unknown[] = [];
      for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
        seen.push(key);
        await table.delete(key);
      }
      same(seen, keys, "the keys");
    });

    eachType(
      "next and prev of a key that isn't there throw STORE_KEY_NOT_FOUND",
      UNORDERED,
      async (table) => {
        for (const operation of ["next", "prev"] as const) {
          await refuses("STORE_KEY_NOT_FOUND", () => table[operation]("k"), operation, '"t"', "k");
          await table.insert(["j", 1]);
          await refuses("STORE_KEY_NOT_FOUND", () => table[operation]("k"), operation);
          await table.delete("j");
          await refuses("STORE_KEY_NOT_FOUND", () => table[operation]("j"), operation);
        }
      },
    );

    eachType("next of the last key and prev of the first return undefined", ALL, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["b", 1],
        ["c", 1],
      ]);
      const [first, last] = [await table.first(), await table.last()];
      holds(first !== undefined && last !== undefined, "first and last must be keys");
      same([await table.prev(first), await table.next(last)], [undefined, undefined]);
    });
  },
};

async function forwards(table: AnyTable): Promise<Key[]> {
  const keys: Key[] = [];
  for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
    keys.push(key);
    holds(keys.length <= 1_000, "the walk by next doesn't end");
  }
  return keys;
}

async function backwards(table: AnyTable): Promise<Key[]> {
  const keys: Key[] = [];
  for (let key = await table.last(); key !== undefined; key = await table.prev(key)) {
    keys.push(key);
    holds(keys.length <= 1_000, "the walk by prev doesn't end");
  }
  return keys;
}
