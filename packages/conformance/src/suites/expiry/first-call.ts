import type { StoreRecord } from "@store/core";
import { collect, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";
import { LATER } from "../../model/sample-moments.js";
import { gone } from "./expiry.js";

const SOON_MS = 30;

type Call = readonly [call: (table: AnyTable, key: string) => unknown, expected: unknown];

/** Calls on a key that expired, and what they return. */
const KEYED: Readonly<Record<string, Call>> = {
  lookup: [(table, key) => table.lookup(key), []],
  member: [(table, key) => table.member(key), false],
  lookupMany: [(table, key) => table.lookupMany([key]), [[]]],
  lookupElement: [(table, key) => table.lookupElement(key, 2, "none"), "none"],
  matchObject: [(table, key) => table.matchObject([key, 1]), []],
  expiresAt: [(table, key) => table.expiresAt(key), undefined],
  expire: [(table, key) => table.expire(key, LATER), false],
  "expire with null": [(table, key) => table.expire(key, null), false],
  take: [(table, key) => table.take(key), []],
  deleteMany: [(table, key) => table.deleteMany([key]), 0],
  deleteObject: [(table, key) => table.deleteObject([key, 1]), 0],
  matchDelete: [(table, key) => table.matchDelete([key, 1]), 0],
  insertNew: [(table, key) => table.insertNew([key, 2]), true],
  insertNewMany: [(table, key) => table.insertNewMany([[key, 2]]), true],
};

/** The same, of sets. */
const UPDATES: Readonly<Record<string, Call>> = {
  replace: [(table, key) => table.replace([key, 1], [key, 2]), false],
  updateElement: [(table, key) => table.updateElement(key, [2, 2]), false],
  "updateElement with a default": [
    (table, key) => table.updateElement(key, [2, 2], ["", 0]),
    false,
  ],
  "updateCounter with a default": [(table, key) => table.updateCounter(key, 1, ["", 10]), 11],
};

/** Calls on a table of which all expired, and what they return. */
const WHOLE: Readonly<Record<string, readonly [(table: AnyTable) => unknown, unknown]>> = {
  first: [(table) => table.first(), undefined],
  last: [(table) => table.last(), undefined],
  firstLookup: [(table) => table.firstLookup(), undefined],
  lastLookup: [(table) => table.lastLookup(), undefined],
  records: [(table) => collect(table.records()), []],
  keys: [(table) => collect(table.keys()), []],
  foldl: [(table) => table.foldl((_record, count) => count + 1, 0), 0],
};

/** A call that finds no record for its moment may clear it away; here each call is the first that comes by. */
export const firstCall: Suite = {
  name: "the first call after a record's moment",
  heading: "Expiry",
  lookAt: "the method named, which must not find records whose moment is past, cleared away or not",
  define({ eachType }) {
    eachType(
      "each call finds nothing",
      ALL,
      async (table, context, type) => {
        const calls = Object.entries({ ...KEYED, ...(UNIQUE.includes(type) ? UPDATES : {}) });
        const whole = await context.table(type, "whole");
        const clock = await context.table(type, "clock");
        const at = Date.now() + SOON_MS;
        await table.insertMany(
          calls.map(([name]): StoreRecord => [name, 1]),
          { expiresAt: at },
        );
        await whole.insertMany(
          [
            ["a", 1],
            ["b", 1],
          ],
          { expiresAt: at },
        );
        await clock.insert(["k", 1], { expiresAt: at + 1 });
        await gone(clock, "k");
        for (const [name, [call, expected]] of calls) same(await call(table, name), expected, name);
        for (const [name, [call, expected]] of Object.entries(WHOLE)) {
          same(await call(whole), expected, name);
        }
      },
      "expiry",
    );
  },
};
