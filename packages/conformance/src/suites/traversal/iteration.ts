import type { StoreRecord } from "@store/core";
import {
  collect,
  holds,
  refuses,
  same,
  sameKeys,
  sameRecords,
} from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite, UNORDERED } from "../../harness/suite.js";

const RECORDS: readonly StoreRecord[] = Array.from({ length: 60 }, (_unused, index) => [
  (index * 37) % 60,
  { index },
]);

/** Traversing a whole table that doesn't change. Ranges, and tables that change, have their own suites. */
export const iteration: Suite = {
  name: "records, keys, foldl",
  heading: "Traversal",
  lookAt: "scan and scanKeys if the adapter has them, else first, next and lookup",
  define({ eachType }) {
    eachType("records and keys of an empty table return nothing", ALL, async (table) => {
      same([await collect(table.records()), await collect(table.keys())], [[], []]);
      same(await table.foldl((_record, count) => count + 1, 0), 0, "foldl");
    });

    eachType("records returns each record once, keys each key once", ALL, async (table) => {
      await table.insertMany(RECORDS);
      sameRecords(await collect(table.records()), RECORDS);
      sameKeys(
        await collect(table.keys()),
        RECORDS.map(([key]) => key),
      );
    });

    eachType("records, keys and next go in the same order", ALL, async (table) => {
      await table.insertMany(RECORDS);
      const keys = await collect(table.keys());
      same(
        (await collect(table.records())).map(([key]) => key),
        keys,
        "the keys of records",
      );
      same([await table.first(), await table.last()], [keys[0], keys.at(-1)], "first and last");
      same(await table.next(keys[0] ?? 0), keys[1], "next of the first");
      same(await collect(table.keys()), keys, "keys, the second time");
    });

    eachType("records and keys go in key order", ["ordered_set"], async (table) => {
      await table.insertMany(RECORDS);
      const keys = Array.from({ length: 60 }, (_unused, index) => index);
      same(await collect(table.keys()), keys);
      same(
        (await collect(table.records())).map(([key]) => key),
        keys,
      );
      same(await table.foldl((record, seen: unknown[]) => [...seen, record[0]], []), keys, "foldl");
    });

    eachType(
      "records of a bag returns those of one key together, in the order of insertion",
      BAGS,
      async (table) => {
        for (const value of [3, 1, 2]) {
          await table.insertMany([
            ["a", value],
            ["b", value],
            [["c"], value],
          ]);
        }
        const records = await collect(table.records());
        const keys = records.map(([key]) => String(key));
        for (const key of ["a", "b", "c"]) {
          const from = keys.indexOf(key);
          same(
            records.slice(from, from + 3).map(([, value]) => value),
            [3, 1, 2],
            `those of ${key}`,
          );
        }
        sameKeys(await collect(table.keys()), ["a", "b", ["c"]]);
      },
    );

    eachType(
      "records of a duplicate_bag returns each of several equal records",
      ["duplicate_bag"],
      async (table) => {
        await table.insertMany([
          ["a", 1],
          ["a", 1],
          ["b", 1],
          ["a", 1],
        ]);
        sameRecords(await collect(table.records()), [
          ["a", 1],
          ["a", 1],
          ["a", 1],
          ["b", 1],
        ]);
        sameKeys(await collect(table.keys()), ["a", "b"]);
      },
    );

    eachType("an iteration may end early, and two may run at once", ALL, async (table) => {
      await table.insertMany(RECORDS);
      for await (const record of table.records()) {
        holds(record.length === 2, "a record must have its two elements");
        break;
      }
      let pairs = 0;
      for await (const _outer of table.keys()) for await (const _inner of table.records()) pairs++;
      same(pairs, 3_600, "the number of pairs");
    });

    eachType("records and keys are iterators and iterables", ALL, async (table) => {
      await table.insert(["k", 1]);
      const steps = table.records();
      same(await steps.next(), { done: false, value: ["k", 1] });
      holds((await steps.next()).done === true, "done after the last");
      holds((await steps.next()).done === true, "done again");
      const left = table.keys();
      holds(typeof left.return === "function", "keys() must have return");
      await left.return?.();
      holds((await left.next()).done === true, "done after return");
    });

    eachType("records with a limit returns at most that many", ALL, async (table) => {
      await table.insertMany(RECORDS);
      const whole = await collect(table.records());
      for (const limit of [0, 1, 7, 60, 61, Number.POSITIVE_INFINITY]) {
        same(await collect(table.records({ limit })), whole.slice(0, limit), `records to ${limit}`);
        const keys = whole.map(([key]) => key).slice(0, limit);
        same(await collect(table.keys({ limit })), keys, `keys to ${limit}`);
      }
    });

    eachType("a limit counts records in records, and keys in keys", BAGS, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["a", 2],
        ["b", 1],
        ["b", 2],
        ["c", 1],
      ]);
      same((await collect(table.records({ limit: 3 }))).length, 3);
      same((await collect(table.keys({ limit: 2 }))).length, 2);
      same((await collect(table.keys({ limit: 3 }))).length, 3);
    });

    eachType(
      "records with bounds or reverse throws STORE_NOT_SUPPORTED",
      UNORDERED,
      async (table) => {
        const ranges = [
          { gt: 1 },
          { gte: 1 },
          { lt: 1 },
          { lte: 1 },
          { prefix: ["a"] },
          { reverse: true },
          { limit: 1, gt: 1 },
        ];
        for (const range of ranges) {
          await refuses(
            "STORE_NOT_SUPPORTED",
            () => collect(table.records(range)),
            "records",
            '"t"',
          );
          await refuses("STORE_NOT_SUPPORTED", () => collect(table.keys(range)), "keys", '"t"');
        }
        same(await collect(table.records({ reverse: false, limit: 1 })), [], "what they may have");
        same(await collect(table.records(undefined)), []);
      },
    );

    eachType("foldl calls fn with each record and what it returned before", ALL, async (table) => {
      await table.insertMany(RECORDS);
      const seen = await table.foldl((record, all: StoreRecord[]) => [...all, record], []);
      same(seen, await collect(table.records()), "the records");
      same(await table.foldl(([key], sum: number) => sum + Number(key), 0), 1_770, "the sum");
    });

    eachType("foldl returns the accumulator itself for an empty table", ALL, async (table) => {
      const accumulator = { any: "object" };
      holds(
        accumulator === (await table.foldl((_record, all) => all, accumulator)),
        "the same object",
      );
    });

    eachType(
      "foldl with what is no function throws STORE_INVALID_OPERATION",
      ALL,
      async (table) => {
        for (const fn of [undefined, null, "fn", {}]) {
          await refuses(
            "STORE_INVALID_OPERATION",
            () => table.foldl(fn as never, 0),
            "foldl",
            '"t"',
          );
        }
      },
    );

    eachType(
      "foldl whose fn throws throws STORE_INVALID_OPERATION with that as its cause",
      ALL,
      async (table) => {
        await table.insertMany(RECORDS);
        const cause = new Error("enough");
        let calls = 0;
        const error = await refuses("STORE_INVALID_OPERATION", () =>
          table.foldl(() => {
            if (++calls === 3) throw cause;
          }, undefined),
        );
        holds(error.cause === cause, "the cause must be what fn threw");
        same(calls, 3, "the number of calls");
      },
    );

    eachType(
      "foldl whose fn lets a StoreError through throws it as it is",
      ALL,
      async (table, context) => {
        await table.insert(["k", 1]);
        const error = await refuses("STORE_INVALID_RECORD", () => table.insert(5 as never));
        const thrown = await refuses("STORE_INVALID_RECORD", () =>
          table.foldl(() => {
            throw error;
          }, undefined),
        );
        holds(thrown === error, `the same error must come out in a store of mode ${context.mode}`);
      },
    );
  },
};
