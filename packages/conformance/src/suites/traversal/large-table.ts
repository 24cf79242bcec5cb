import { _, type Key, type StoreRecord } from "@store/core";
import { collect, holds, same, sameRecords } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, BAGS, type Suite, type TestDefiner, UNORDERED } from "../../harness/suite.js";
import {
  changeAround,
  changeMeanwhile,
  changing,
  everySoManySteps,
  traverse,
} from "./changes-meanwhile.js";
import { LARGE, TrackedTable } from "./tracked-table.js";

const ITERATING = ["records", "keys"] as const;
const WALKS = [
  { walk: "next", begin: "first", direction: 1 },
  { walk: "prev", begin: "last", direction: -1 },
] as const;

const RANGES = {
  records: [{ gt: 100, lte: 2_400 }, { gt: 100, lte: 2_400, reverse: true }, { lt: 2_450 }],
  keys: [
    { gt: 100, lte: 2_400 },
    { gt: 100, lte: 2_400, reverse: true },
    { gte: 50, reverse: true },
  ],
};

/** Tables that are larger than the pages in which an adapter may read, also while they change. */
export const largeTable: Suite = {
  name: `tables of ${LARGE.toLocaleString("en")} records`,
  heading: "Traversal",
  lookAt:
    "scan, scanKeys and matchObject if the adapter has them: where the next page begins; else next, prev and lookup",
  define({ eachType }) {
    // What core adds in an async store over a sync adapter doesn't depend on pages: two tests of all are enough for it.
    const inOwnMode: TestDefiner["eachType"] = (title, types, run, ...needs) =>
      eachType(
        title,
        types,
        async (table, context, type) => {
          if (context.mode === context.adapter.mode) await run(table, context, type);
        },
        ...needs,
      );

    for (const what of ITERATING) {
      const reverse = what === "keys";
      inOwnMode(`${what} of a table that doesn't change returns each once`, ALL, async (table) => {
        await traverse(await filled(table), what, {});
      });

      eachType(
        `${what} while keys are deleted and inserted misses and repeats nothing`,
        ALL,
        async (table, context) => {
          const tracked = await filled(table);
          await traverse(tracked, what, {}, changing(tracked, context, what));
        },
      );

      inOwnMode(
        `${what} in reverse while keys are deleted and inserted misses and repeats nothing`,
        ["ordered_set"],
        async (table, context) => {
          const tracked = await filled(table);
          await traverse(tracked, what, { reverse: true }, changing(tracked, context, what));
        },
      );

      for (const range of RANGES[what]) {
        inOwnMode(
          `${what} of ${show(range)} while keys are deleted and inserted`,
          ["ordered_set"],
          async (table, context) => {
            const tracked = await filled(table);
            await traverse(tracked, what, range, changing(tracked, context, what));
          },
        );
      }

      inOwnMode(
        `${what} of a prefix${reverse ? " in reverse" : ""} while keys are deleted and inserted`,
        ["ordered_set"],
        async (table, context) => {
          const tracked = await filled(table, underPrefix);
          await table.insertMany(BESIDE_PREFIX);
          const change = changing(tracked, context, what);
          await traverse(tracked, what, { prefix: ["p"], reverse }, change);
        },
      );

      inOwnMode(
        `${what} returns what is there when keys were deleted and inserted since an earlier iteration`,
        ALL,
        async (table) => {
          const tracked = await filled(table);
          await traverse(tracked, what, {});
          const steps = table[what]();
          for (let step = 0; step < 100; step++) await steps.next();
          await steps.return?.();
          for (const number of [0, 1, 63, 64, 399, 500, 800]) await tracked.delete(number);
          await traverse(tracked, what, {});
          await tracked.insert([-0.5, 400.5, LARGE + 0.5]);
          await traverse(tracked, what, {});
        },
      );

      inOwnMode(`${what} with a limit returns that many`, ALL, async (table) => {
        await filled(table);
        const all = await collect<unknown>(table[what]());
        for (const limit of [63, 64, 65, 500, 501, 800]) {
          same(
            await collect<unknown>(table[what]({ limit })),
            all.slice(0, limit),
            `${what} to ${limit}`,
          );
        }
      });
    }

    inOwnMode(
      "foldl whose fn deletes and inserts misses and repeats nothing",
      ALL,
      async (table, context) => {
        const tracked = await filled(table);
        const change = changing(tracked, context, "records");
        const check = tracked.check("foldl", "records");
        const writes: unknown[] = [];
        await table.foldl((record) => {
          writes.push(change(check.saw(record)));
        }, undefined);
        await Promise.all(writes);
        check.finish();
      },
    );

    for (const { walk, begin, direction } of WALKS) {
      inOwnMode(`a walk by ${walk} returns each key once`, ALL, async (table) => {
        const tracked = await filled(table);
        const range = table.type === "ordered_set" ? { reverse: direction < 0 } : {};
        const check = tracked.check(`a walk by ${walk}`, "keys", range);
        for (let key = await table[begin](); key !== undefined; key = await table[walk](key)) {
          check.saw(key);
        }
        check.finish();
      });

      inOwnMode(
        `a walk by ${walk} while keys are deleted and inserted goes to each neighbour`,
        ["ordered_set"],
        async (table, context) => {
          const tracked = await filled(table);
          const isDue = everySoManySteps(context);
          let number = Number(await table[begin]());
          for (let step = 1; step <= LARGE; step++) {
            if (isDue(step)) await changeAround(tracked, number, direction, step);
            const expected = tracked.neighbour(number, direction);
            same(await table[walk](number), expected, `${walk}(${number}), in step ${step}`);
            if (expected === undefined) break;
            number = expected;
          }
        },
      );

      inOwnMode(
        `a walk by ${walk} while other keys are deleted returns keys that are there, and ends`,
        UNORDERED,
        async (table, context) => {
          const tracked = await filled(table);
          const isDue = everySoManySteps(context);
          let key: Key | undefined = await table[begin]();
          for (let step = 1; key !== undefined; step++) {
            holds(tracked.has(Number(key)), `${walk} returned ${show(key)}, which was deleted`);
            holds(step <= 2 * LARGE, `the walk doesn't end: ${step} steps over ${LARGE} records`);
            const other = (step * 977) % tracked.keyCount;
            if (isDue(step) && other !== key && tracked.has(other)) await tracked.delete(other);
            key = await table[walk](key);
          }
        },
      );
    }

    inOwnMode("matchObject returns all records that match, up to a limit", ALL, async (table) => {
      const { records } = await filled(table);
      const expected = records.filter(isOdd);
      sameRecords(await match(table, [_, 1]), expected, "the records that match");
      same((await match(table, [_, 1], 800)).length, 800, "the number of records with a limit");
    });

    inOwnMode(
      "matchObject of a prefix returns all records under it in key order",
      ["ordered_set"],
      async (table) => {
        const { records } = await filled(table, underPrefix);
        await table.insertMany(BESIDE_PREFIX);
        same(await match(table, [["p", _], _]), records, "the records");
      },
    );

    inOwnMode(
      "matchObject while keys are deleted and inserted misses and repeats nothing",
      ALL,
      async (table, context) => {
        const tracked = await filled(table);
        const check = tracked.check("matchObject([_, _])", "records");
        const matching = match(table, [_, _]);
        await changeMeanwhile(tracked, context);
        for (const record of await matching) check.saw(record);
        check.finish();
      },
    );

    inOwnMode("matchDelete deletes all records that match, and counts them", ALL, async (table) => {
      const { records } = await filled(table);
      same(await table.matchDelete([_, 1]), records.filter(isOdd).length, "the count");
      const left = records.filter((record) => !isOdd(record));
      sameRecords(await collect(table.records()), left, "the records that are left");
      same(await table.size, left.length, "size");
    });

    inOwnMode(
      "matchDelete while keys are deleted and inserted deletes all that were there before",
      ALL,
      async (table, context) => {
        const tracked = await filled(table);
        const before = new Set<Key>(tracked.numbers);
        const matching = Promise.resolve(table.matchDelete([_, _]));
        const inserted = await changeMeanwhile(tracked, context);
        const count = await matching;
        const left = await collect(table.records());
        const missed = left.filter(([key]) => before.has(key));
        same(missed, [], "the records that were there before and are left");
        const most = LARGE + inserted - left.length;
        holds(count <= most, `matchDelete counted ${count} records and deleted ${most} at most`);
      },
    );

    inOwnMode("a page may end between records of one key", BAGS, async (table) => {
      const { records } = await filled(table);
      const found = await collect(table.records());
      for (const key of [0, 21, 166, 333]) {
        const own = found.filter((record) => record[0] === key);
        same(
          own,
          records.filter((record) => record[0] === key),
          `the records of the key ${key}`,
        );
      }
    });
  },
};

const underPrefix = (number: number): Key => ["p", number];
const BESIDE_PREFIX: readonly StoreRecord[] = [["o"], [["o", 1]], [["q", 1]], ["p"]];

function isOdd([, value]: StoreRecord): boolean {
  return value === 1;
}

async function filled(table: AnyTable, keyOf?: (number: number) => Key): Promise<TrackedTable> {
  const tracked = new TrackedTable(table, keyOf);
  await tracked.fill();
  return tracked;
}

async function match(table: AnyTable, pattern: unknown[], limit?: number): Promise<StoreRecord[]> {
  const options = limit === undefined ? undefined : { limit };
  return (await table.matchObject(pattern as never, options)) as StoreRecord[];
}
