import type { Key, StoreRecord } from "@store/core";
import { collect, refuses, same, sameKeys, sameRecords } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";

/** Bytes. */
const LARGEST_TRIED_KEY = 2 ** 20;

/** Equal keys that are different objects. */
const PAIRS: readonly (readonly [Key, Key])[] = [
  [0, -0],
  [
    ["a", 1],
    ["a", 1],
  ],
  [
    ["a", 0],
    ["a", -0],
  ],
  [[[-0]], [[0]]],
  [[], []],
  [
    [["a"], [["b"]]],
    [["a"], [["b"]]],
  ],
  [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
  [Uint8Array.of(1, 2), Buffer.from([1, 2])],
  [Uint8Array.of(1, 2), Uint8Array.of(0, 1, 2, 3).subarray(1, 3)],
  [
    ["a", Uint8Array.of(9)],
    ["a", Buffer.from([9])],
  ],
  [2n ** 70n, 2n ** 70n + 1n - 1n],
];

const NO_KEYS: readonly (readonly [kind: string, key: unknown])[] = [
  ["undefined", undefined],
  ["NaN", Number.NaN],
  ["a symbol", Symbol("k")],
  ["a function", () => 1],
  ["an object", {}],
  ["a Date", new Date(0)],
  ["a Map", new Map()],
  ["a Set", new Set()],
  ["an Error", new Error("k")],
  ["an array of other numbers", new Uint16Array(1)],
  ["an ArrayBuffer", new ArrayBuffer(1)],
  ["a DataView", new DataView(new ArrayBuffer(1))],
  ["a boxed string", Object("k")],
  ["a tuple of undefined", [undefined]],
  ["a tuple of NaN", ["a", Number.NaN]],
  ["a sparse tuple", new Array(2)],
  ["a deep tuple of an object", [[[{}]]]],
];

/** What keys are, and which are the same. */
export const keys: Suite = {
  name: "keys",
  heading: "Keys",
  lookAt: "how keys are encoded, and whether toolkit.compareKeys compares them everywhere",
  define({ eachType }) {
    eachType(
      "keys of every kind are different keys, and come back as they were",
      ALL,
      async (table) => {
        const records = KEYS_IN_ORDER.map((key, index): StoreRecord => [key, index]);
        await table.insertMany(records);
        same(await table.size, records.length, "size");
        for (const record of records) {
          same(await table.lookup(record[0]), [record], `lookup of ${show(record[0])}`);
          same(await table.member(record[0]), true, `member of ${show(record[0])}`);
        }
        sameRecords(await collect(table.records()), records);
        sameKeys(await collect(table.keys()), KEYS_IN_ORDER);
      },
    );

    eachType("delete, take and insertNew tell keys of every kind apart", ALL, async (table) => {
      await table.insertMany(KEYS_IN_ORDER.map((key): StoreRecord => [key, 1]));
      const left = [...KEYS_IN_ORDER];
      for (const [index, key] of KEYS_IN_ORDER.entries()) {
        if (index % 3 === 0) await table.delete(key);
        else if (index % 3 === 1) same(await table.take(key), [[key, 1]], `take of ${show(key)}`);
        else same(await table.insertNew([key, 2]), false, `insertNew of ${show(key)}`);
        if (index % 3 !== 2) left.splice(left.indexOf(key), 1);
      }
      sameKeys(await collect(table.keys()), left, "the keys that are left");
      same(await table.size, left.length, "size");
    });

    eachType("equal keys are one key, also if they are different objects", ALL, async (table) => {
      for (const [one, other] of PAIRS) {
        await table.deleteAllObjects();
        await table.insert([one, "x"]);
        const title = `${show(one)} and ${show(other)}`;
        same(await table.member(other), true, `member, for ${title}`);
        same(await table.insertNew([other, "y"]), false, `insertNew, for ${title}`);
        await table.insert([other, "x"]);
        same((await collect(table.keys())).length, 1, `the number of keys, for ${title}`);
        same(
          await table.take(one),
          table.type === "duplicate_bag" ? twice([stored(one), "x"]) : [[stored(one), "x"]],
        );
        same(await table.size, 0, "size");
      }
    });

    eachType("-0 as a key is stored as 0, also inside a tuple", ALL, async (table) => {
      await table.insertMany([
        [-0, 1],
        [["a", [-0]], 1],
      ]);
      sameKeys(await collect(table.keys()), [0, ["a", [0]]]);
      same(await table.lookup(-0), [[0, 1]]);
    });

    eachType("a Buffer as a key is stored as a Uint8Array", ALL, async (table) => {
      await table.insertMany([
        [Buffer.from([1]), 1],
        [["a", Buffer.from([2])], 1],
      ]);
      sameKeys(await collect(table.keys()), [Uint8Array.of(1), ["a", Uint8Array.of(2)]]);
      same(await table.lookup(Buffer.from([1])), [[Uint8Array.of(1), 1]]);
    });

    eachType("long keys and deep tuples are keys", ALL, async (table, { capabilities }) => {
      const { maxKeyBytes = Number.POSITIVE_INFINITY } = capabilities;
      const long = "k".repeat(1_000_000);
      const bytes = new Uint8Array(100_000).fill(7);
      const wide = Array.from({ length: 1_000 }, (_unused, index) => index);
      const big = 1n << 20_000n;
      // Beside each key the bytes of encodeKey.
      const keys: [Key, number][] = [
        [long, 1_000_002],
        [`${long}!`, 1_000_003],
        [bytes, 100_002],
        [wide, 2_937],
        [[...wide, 0], 2_938],
        [big, 2_507],
        [-big, 2_507],
        [nested(999), 2_004],
        [nested(1_000), 2_006],
      ];
      for (const [key, length] of keys) {
        if (length > maxKeyBytes) continue;
        await table.insert([key, "x"]);
        same(await table.lookup(key), [[key, "x"]]);
        same(await table.first(), key, "the only key");
        await table.delete(key);
        same(await table.size, 0, "size");
      }
    });

    eachType(
      "keys of up to maxKeyBytes are kept, longer ones refused",
      ALL,
      async (table, context) => {
        const { maxKeyBytes } = context.capabilities;
        // Keys near a limit of gigabytes would fill the memory: that is for tests of the adapter's own.
        if (maxKeyBytes === undefined || maxKeyBytes > LARGEST_TRIED_KEY) return;
        // Two bytes less than encodeKey makes of it, and in a tuple four.
        const longest = "k".repeat(maxKeyBytes - 2);
        for (const key of [longest, [longest.slice(2)]]) {
          await table.insert([key, "x"]);
          same([await table.lookup(key), await table.first()], [[[key, "x"]], key]);
          await table.delete(key);
        }
        const sizes = [String(maxKeyBytes), String(maxKeyBytes + 1)];
        for (const key of [`${longest}k`, [`${longest.slice(2)}k`]]) {
          await refuses("STORE_INVALID_KEY", () => table.insert([key, "x"]), "insert", ...sizes);
          await refuses(
            "STORE_INVALID_KEY",
            () =>
              table.insertMany([
                ["k", 1],
                [key, "x"],
              ]),
            ...sizes,
          );
          await refuses("STORE_INVALID_KEY", () => table.insertNew([key, "x"]), ...sizes);
          same([await table.lookup(key), await table.member(key)], [[], false]);
        }
        same(await table.size, 0, "size");
      },
    );

    eachType(
      "what is no key throws STORE_INVALID_KEY everywhere, and changes nothing",
      ALL,
      async (table) => {
        await table.insert(["k", 1]);
        for (const [kind, given] of NO_KEYS) {
          const key = given as Key;
          for (const [operation, call] of Object.entries(callsWith(table, key))) {
            const error = await refuses("STORE_INVALID_KEY", call, operation, '"t"');
            same(error.name, "StoreError", `the error's name, for ${kind}`);
          }
        }
        same([await table.lookup("k"), await table.size], [[["k", 1]], 1]);
      },
    );

    eachType(
      "update operations with what is no key throw STORE_INVALID_KEY",
      ["set", "ordered_set"],
      async (table) => {
        for (const [, given] of NO_KEYS) {
          const key = given as Key;
          await refuses(
            "STORE_INVALID_KEY",
            () => table.updateElement(key, [2, 1]),
            "updateElement",
          );
          await refuses("STORE_INVALID_KEY", () => table.updateCounter(key, 1, ["k", 1]));
          await refuses("STORE_INVALID_KEY", () => table.replace([key, 1], [key, 2]), "replace");
        }
      },
    );

    eachType(
      "a tuple that holds itself, or nests deeper than 1,000, throws STORE_INVALID_KEY",
      ALL,
      async (table) => {
        const tuple: unknown[] = ["a"];
        tuple.push(tuple);
        await refuses("STORE_INVALID_KEY", () => table.insert([tuple as Key, 1]), "insert");
        await refuses("STORE_INVALID_KEY", () => table.lookup(nested(1_001)), "lookup");
        await refuses("STORE_INVALID_KEY", () => table.insert([nested(5_000), 1]), "insert");
      },
    );

    eachType("an ordered_set has keys of every kind in order", ["ordered_set"], async (table) => {
      const mixed = KEYS_IN_ORDER.filter((_key, index) => index % 2 === 0);
      await table.insertMany(
        [...mixed.reverse(), ...KEYS_IN_ORDER].map((key): StoreRecord => [key, 1]),
      );
      same(await collect(table.keys()), KEYS_IN_ORDER, "the keys");
      same(await collect(table.keys({ reverse: true })), KEYS_IN_ORDER.toReversed(), "in reverse");
      same([await table.first(), await table.last()], [KEYS_IN_ORDER[0], KEYS_IN_ORDER.at(-1)]);
    });

    eachType(
      "next and prev in an ordered_set go by the order of keys of every kind",
      ["ordered_set"],
      async (table) => {
        const [there, missing] = [0, 1].map((rest) =>
          KEYS_IN_ORDER.filter((_key, index) => index % 2 === rest),
        );
        await table.insertMany((there ?? []).map((key): StoreRecord => [key, 1]));
        for (const [index, key] of (missing ?? []).entries()) {
          same(
            [await table.prev(key), await table.next(key)],
            [there?.[index], there?.[index + 1]],
            `prev and next of ${show(key)}, which isn't there`,
          );
        }
        for (const [index, key] of (there ?? []).entries()) {
          same(
            [await table.prev(key), await table.next(key)],
            [there?.[index - 1], there?.[index + 1]],
          );
        }
      },
    );
  },
};

/** A key as it is read from a table. */
function stored(key: Key): Key {
  if (key === 0) return 0;
  if (Buffer.isBuffer(key)) return new Uint8Array(key);
  return Array.isArray(key) ? key.map(stored) : key;
}

function twice(record: StoreRecord): StoreRecord[] {
  return [record, record];
}

/** `[[[…"deep"…]]]` */
function nested(depth: number): Key {
  let key: Key = "deep";
  for (let level = 0; level < depth; level++) key = [key];
  return key;
}

function callsWith(table: AnyTable, key: Key): Record<string, () => unknown> {
  return {
    insert: () => table.insert([key, 1]),
    insertMany: () =>
      table.insertMany([
        ["new", 1],
        [key, 1],
      ]),
    insertNew: () => table.insertNew([key, 1]),
    insertNewMany: () =>
      table.insertNewMany([
        ["new", 1],
        [key, 1],
      ]),
    lookup: () => table.lookup(key),
    member: () => table.member(key),
    take: () => table.take(key),
    delete: () => table.delete(key),
    deleteObject: () => table.deleteObject([key, 1]),
    next: () => table.next(key),
    prev: () => table.prev(key),
    matchObject: () => table.matchObject([key, 1]),
    matchDelete: () => table.matchDelete([key, 1]),
  };
}
