import { _, type Key, type StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { equal } from "../../model/equality.js";
import { matches } from "../../model/pattern.js";
import { PATTERNS, PATTERN_RECORDS as RECORDS } from "./pattern-cases.js";

/** Reading and deleting by pattern. */
export const match: Suite = {
  name: "matchObject, matchDelete",
  heading: "Patterns",
  lookAt: "matchObject if the adapter has it, else scan and lookup; deleteObjects",
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
        const ordered = (await collect(table.records())).filter((record) =>
          matches(pattern, record),
        );
        same(found, ordered, `matchObject(${show(pattern)})`);
      }
    });

    eachType(
      "matchObject returns a bag's records in the order of insertion",
      ["bag", "duplicate_bag"],
      async (table) => {
        await table.insertMany([
          ["k", 3, "x"],
          ["k", 1, "x"],
          ["j", 1, "x"],
          ["k", 2, "y"],
          ["k", 0, "x"],
        ]);
        same(await matchObject(table, ["k", _, "x"]), [
          ["k", 3, "x"],
          ["k", 1, "x"],
          ["k", 0, "x"],
        ]);
        sameRecords(await matchObject(table, [_, 1, _]), [
          ["j", 1, "x"],
          ["k", 1, "x"],
        ]);
      },
    );

    eachType("matchObject returns each of equal records", ["duplicate_bag"], async (table) => {
      await table.insertMany([
        ["k", 1],
        ["k", 1],
        ["j", 1],
      ]);
      same((await matchObject(table, [_, 1])).length, 3);
      same(await matchObject(table, ["k", 1]), [
        ["k", 1],
        ["k", 1],
      ]);
      same(await matchObject(table, ["k", _], { limit: 1 }), [["k", 1]]);
    });

    eachType("matchObject with a limit returns at most that many", ALL, async (table) => {
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
          Array.from(
            { length: 10 },
            (_unused, step): StoreRecord => [["run", run, step], run * step],
          ),
        );
      }
      const found = await matchObject(table, [["run", 7, _], _]);
      sameRecords(
        found,
        Array.from({ length: 10 }, (_unused, step) => [["run", 7, step], 7 * step]),
      );
      same((await matchObject(table, [["run", _, 3], _])).length, 20);
      same((await matchObject(table, [["run", _, _], 0])).length, 29);
    });

    eachType(
      "matchDelete removes the records that match, and returns how many",
      ALL,
      async (table) => {
        for (const pattern of PATTERNS) {
          await table.deleteAllObjects();
          await table.insertMany(RECORDS);
          const left = RECORDS.filter((record) => !matches(pattern, record));
          same(
            await matchDelete(table, pattern),
            RECORDS.length - left.length,
            `matchDelete(${show(pattern)})`,
          );
          sameRecords(
            await collect(table.records()),
            left,
            `what matchDelete(${show(pattern)}) leaves`,
          );
          same(await table.size, left.length, "size");
          same(await matchDelete(table, pattern), 0, "the second time");
        }
      },
    );

    eachType(
      "matchDelete removes and counts only the matching ones of a bag's key",
      ["bag"],
      async (table) => {
        await table.insertMany([
          ["k", 1, "x"],
          ["k", 2, "y"],
          ["k", 3, "x"],
          ["j", 1, "x"],
        ]);
        same(await matchDelete(table, ["k", _, "x"]), 2);
        sameRecords(await collect(table.records()), [
          ["k", 2, "y"],
          ["j", 1, "x"],
        ]);
      },
    );

    eachType(
      "matchDelete removes and counts each of equal records",
      ["duplicate_bag"],
      async (table) => {
        await table.insertMany([
          ["k", 1],
          ["k", 2],
          ["k", 1],
          ["j", 1],
        ]);
        same(await matchDelete(table, ["k", 1]), 2);
        same([await table.lookup("k"), await table.size], [[["k", 2]], 2]);
      },
    );

    eachType("a pattern that is none throws STORE_INVALID_OPERATION", ALL, async (table) => {
      await table.insert(["k", 1]);
      for (const pattern of [undefined, null, [], "k", {}, _]) {
        await refuses(
          "STORE_INVALID_OPERATION",
          () => matchObject(table, pattern as never),
          "matchObject",
        );
        await refuses(
          "STORE_INVALID_OPERATION",
          () => matchDelete(table, pattern as never),
          "matchDelete",
        );
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
