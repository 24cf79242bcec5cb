import { _, type Key, type StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../assertion.js";
import { equal } from "../model/equality.js";
import { matches } from "../model/pattern.js";
import type { AnyTable } from "../scene.js";
import { show } from "../show.js";
import { ALL, type Suite } from "../suite.js";

const RECORDS: readonly StoreRecord[] = [
  ["a", 1],
  ["b", 1, "x"],
  ["c", 2, "x"],
  ["d", { kind: "run", tags: ["p", "q"] }],
  ["e", { kind: "run", tags: ["p"] }],
  ["f", { kind: "stop", tags: ["p", "q"] }],
  ["g", new Map([["kind", "run"]])],
  ["h", [1, [2, [3, "x"]]]],
  ["i"],
  [["run", 1], "x"],
  [["run", 1, "a"], "x"],
  [["run", 1, "b"], "y"],
  [["run", 2], "x"],
  [["run", 2, "a"], "x"],
  [["run\0", 1], "x"],
  [["stop", 1], "x"],
  [[["run", 1], 2], "x"],
  [[["run", 2], 2], "x"],
  [1, "x"],
  [1n, "x"],
  [Uint8Array.of(1, 2), "x"],
  [null, undefined],
  [true, Number.NaN],
  [false, 0],
  [2, -0],
];

const PATTERNS: readonly (readonly unknown[])[] = [
  [_],
  [_, _],
  [_, _, _],
  [_, 1],
  [_, "x"],
  [_, _, "x"],
  [_, 1, "x"],
  ["b", _, _],
  ["b", 2, _],
  ["b", _],
  ["missing", _],
  ["b", 1, "x"],
  ["i"],
  [1, _],
  [1n, _],
  ["1", _],
  [null, _],
  [null, undefined],
  [_, undefined],
  [_, Number.NaN],
  [_, 0],
  [_, -0],
  [Uint8Array.of(1, 2), _],
  [Uint8Array.of(1), _],
  [_, { kind: "run", tags: _ }],
  [_, { tags: _, kind: "run" }],
  [_, { kind: _, tags: ["p", "q"] }],
  [_, { kind: _, tags: ["p", _] }],
  [_, { kind: _, tags: [_] }],
  [_, { kind: "run" }],
  [_, { kind: _, tags: _, more: _ }],
  [_, new Map([["kind", _]])],
  [_, new Map([["kind", "stop"]])],
  [_, [1, [2, _]]],
  [_, [_, [2, [3, "x"]]]],
  [_, [_, [_, [_, "y"]]]],
  [["run", 1], _],
  [["run", _], _],
  [["run", 1, _], _],
  [["run", 2, _], "x"],
  [["run", _, "a"], _],
  [["run", _, _], "x"],
  [[_, 1], _],
  [[_, _, "a"], "x"],
  [[["run", _], 2], _],
  [[["run", 1], _], _],
  [[[_, 1], 2], _],
  [["stop", _], _],
  [["none", _], _],
  [["run", _], "none"],
  [[], _],
  [[_], _],
];

/** Reading and removing by pattern. */
export const match: Suite = {
  name: "matchObject, matchDelete",
  contract: "3",
  define({ eachType }) {
    eachType("matchObject returns the records that match", ALL, async (table) => {
      await table.insertMany(RECORDS);
      for (const pattern of PATTERNS) {
        sameRecords(
          await matchObject(table, pattern),
          RECORDS.filter((record) => matches(pattern, record)),
          `matchObject(${show(pattern)})`,
        );
      }
    });

    eachType("matchObject of an empty table returns []", ALL, async (table) => {
      for (const pattern of PATTERNS) same(await matchObject(table, pattern), []);
    });

    eachType("matchObject returns records in key order", ["ordered_set"], async (table) => {
      await table.insertMany(RECORDS.toReversed());
      for (const pattern of PATTERNS) {
        const found = await matchObject(table, pattern);
        const ordered = (await collect(table.records())).filter((record) => matches(pattern, record));
        same(found, ordered, `matchObject(${show(pattern)})`);
      }
    });

    eachType("matchObject returns a bag's records in the order they came", ["bag", "duplicate_bag"], async (table) => {
      await table.insertMany([["k", 3, "x"], ["k", 1, "x"], ["j", 1, "x"], ["k", 2, "y"], ["k", 0, "x"]]);
      same(await matchObject(table, ["k", _, "x"]), [["k", 3, "x"], ["k", 1, "x"], ["k", 0, "x"]]);
      sameRecords(await matchObject(table, [_, 1, _]), [["j", 1, "x"], ["k", 1, "x"]]);
    });

    eachType("matchObject returns each of equal records", ["duplicate_bag"], async (table) => {
      await table.insertMany([["k", 1], ["k", 1], ["j", 1]]);
      same((await matchObject(table, [_, 1])).length, 3);
      same(await matchObject(table, ["k", 1]), [["k", 1], ["k", 1]]);
      same(await matchObject(table, ["k", _], { limit: 1 }), [["k", 1]]);
    });

    eachType("matchObject with a limit returns as many at most", ALL, async (table) => {
      await table.insertMany(RECORDS);
      for (const pattern of PATTERNS) {
        const all = await matchObject(table, pattern);
        for (const limit of [0, 1, 2, all.length, 100, Number.POSITIVE_INFINITY]) {
          const found = await matchObject(table, pattern, { limit });
          same(found.length, Math.min(limit, all.length), `${show(pattern)} to ${limit}: how many`);
          holds(
            found.every((record) => all.some((other) => equal(record, other))),
            `${show(pattern)} to ${limit} returns a record that doesn't match`,
          );
          if (table.type === "ordered_set") same(found, all.slice(0, limit), "the first ones");
        }
      }
      const pairs = RECORDS.filter((record) => record.length === 2);
      sameRecords(await matchObject(table, [_, _], {}), pairs, "matchObject without a limit");
    });

    eachType("matchObject finds a prefix of tuple keys among many", ALL, async (table) => {
      for (let run = 0; run < 20; run++) {
        await table.insertMany(
          Array.from({ length: 10 }, (_unused, step): StoreRecord => [["run", run, step], run * step]),
        );
      }
      const found = await matchObject(table, [["run", 7, _], _]);
      sameRecords(found, Array.from({ length: 10 }, (_unused, step) => [["run", 7, step], 7 * step]));
      same((await matchObject(table, [["run", _, 3], _])).length, 20);
      same((await matchObject(table, [["run", _, _], 0])).length, 29);
    });

    eachType("matchDelete removes the records that match, and returns how many", ALL, async (table) => {
      for (const pattern of PATTERNS) {
        await table.deleteAllObjects();
        await table.insertMany(RECORDS);
        const left = RECORDS.filter((record) => !matches(pattern, record));
        same(await matchDelete(table, pattern), RECORDS.length - left.length, `matchDelete(${show(pattern)})`);
        sameRecords(await collect(table.records()), left, `what matchDelete(${show(pattern)}) leaves`);
        same(await table.size, left.length, "size");
        same(await matchDelete(table, pattern), 0, "the second time");
      }
    });

    eachType("matchDelete removes and counts only the matching ones of a bag's key", ["bag"], async (table) => {
      await table.insertMany([["k", 1, "x"], ["k", 2, "y"], ["k", 3, "x"], ["j", 1, "x"]]);
      same(await matchDelete(table, ["k", _, "x"]), 2);
      sameRecords(await collect(table.records()), [["k", 2, "y"], ["j", 1, "x"]]);
    });

    eachType("matchDelete removes and counts each of equal records", ["duplicate_bag"], async (table) => {
      await table.insertMany([["k", 1], ["k", 2], ["k", 1], ["j", 1]]);
      same(await matchDelete(table, ["k", 1]), 2);
      same([await table.lookup("k"), await table.size], [[["k", 2]], 2]);
    });

    eachType("a pattern that is none throws STORE_INVALID_OPERATION", ALL, async (table) => {
      await table.insert(["k", 1]);
      for (const pattern of [undefined, null, [], "k", {}, _]) {
        await refuses("STORE_INVALID_OPERATION", () => matchObject(table, pattern as never), "matchObject");
        await refuses("STORE_INVALID_OPERATION", () => matchDelete(table, pattern as never), "matchDelete");
      }
      for (const hidden of [new Map([[_, 1]]), new Set([_]), [new Set([[_]])]]) {
        await refuses("STORE_INVALID_OPERATION", () => matchObject(table, [_, hidden]));
      }
      await refuses("STORE_INVALID_KEY", () => matchObject(table, [Number.NaN, _]), "matchObject");
      await refuses("STORE_INVALID_KEY", () => matchDelete(table, [{}, _]), "matchDelete");
      for (const limit of [-1, 1.5, "1", Number.NaN]) {
        const options = { limit: limit as number };
        await refuses("STORE_INVALID_OPERATION", () => matchObject(table, [_, _], options));
      }
      same(await table.size, 1, "size");
    });

    eachType("the wildcard can't be stored: STORE_INVALID_RECORD", ALL, async (table) => {
      await refuses("STORE_INVALID_RECORD", () => table.insert(["k", _]), "[2]");
      await refuses("STORE_INVALID_KEY", () => table.insert([_ as never, 1]));
      await refuses("STORE_INVALID_KEY", () => table.lookup([_] as never as Key));
    });
  },
};

function matchObject(table: AnyTable, pattern: readonly unknown[], options?: { limit?: number }) {
  return table.matchObject(pattern as never, options);
}

function matchDelete(table: AnyTable, pattern: readonly unknown[]) {
  return table.matchDelete(pattern as never);
}
