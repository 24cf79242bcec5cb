import { setImmediate } from "node:timers/promises";
import { holds, same } from "../../assertions/assertion.js";
import type { Suite } from "../../harness/suite.js";
import { oneOfEach } from "./batch.js";

/** Batches of callers at once, and batches on disk. */
export const batchAtomicity: Suite = {
  name: "batches at once, and after reopening",
  heading: "Batches",
  lookAt: "transact of the backend if it has one, else applyChanges, which must be one step",
  define({ test }) {
    test(
      "batches and single writers that count at once count exactly",
      async (context) => {
        const [one, two] = [await context.table("set", "one"), await context.table("set", "two")];
        const calls: unknown[] = [];
        for (let n = 0; n < 20; n++) {
          const builder = context.store.batch();
          builder.updateCounter(one, "n", 1, ["n", 0]).updateCounter(two, "n", [2, 1], ["n", 0]);
          calls.push(
            builder.commit(),
            one.updateCounter("n", 1, ["n", 0]),
            two.updateCounter("n", 1, ["n", 0]),
          );
        }
        await Promise.all(calls);
        same([await one.lookup("n"), await two.lookup("n")], [[["n", 40]], [["n", 40]]]);
      },
      "batches",
    );

    test(
      "of batches with one insertNew at once, one is true",
      async (context) => {
        const [claims, log] = [
          await context.table("set", "claims"),
          await context.table("set", "log"),
        ];
        const outcomes = await Promise.all(
          Array.from({ length: 15 }, (_unused, n) =>
            context.store.batch().insert(log, [n, 1]).insertNew(claims, ["job", n]).commit(),
          ),
        );
        same(outcomes.filter((done) => done === true).length, 1, "how many were true");
        same([await claims.size, await log.size], [1, 1], "sizes");
        const winner = outcomes.indexOf(true);
        same([await claims.lookup("job"), await log.member(winner)], [[["job", winner]], true]);
      },
      "batches",
    );

    test(
      "batches that move an amount between two records at once keep the sum",
      async (context) => {
        const [one, two] = [await context.table("set", "one"), await context.table("set", "two")];
        await one.insert(["k", 100]);
        await two.insert(["k", 100]);
        const calls = Array.from({ length: 30 }, (_unused, n) => {
          const amount = (n % 7) - 3;
          return context.store
            .batch()
            .updateCounter(one, "k", -amount)
            .updateCounter(two, "k", amount)
            .commit();
        });
        holds(
          (await Promise.all(calls)).every((done) => done === true),
          "each batch must be true",
        );
        const [a, b] = [await one.lookupElement("k", 2), await two.lookupElement("k", 2)];
        same(Number(a) + Number(b), 200, "the sum");
      },
      "batches",
    );

    test(
      "who reads while batches are committed sees each in all of its tables or in none",
      async (context) => {
        const [one, two] = [await context.table("set", "one"), await context.table("set", "two")];
        let isOver = false;
        const writing = (async () => {
          for (let n = 0; n < 20; n++) {
            await context.store.batch().insert(one, [n, 1]).insert(two, [n, 1]).commit();
          }
          isOver = true;
        })();
        while (!isOver) {
          // What is read later may have seen more batches, never fewer.
          const [first, later] = [await one.size, await two.size];
          holds(first <= later, `${first} records in the first table, ${later} in the second`);
          const [second, last] = [await two.size, await one.size];
          holds(second <= last, `${second} records in the second table, ${last} in the first`);
          await nextTurn();
        }
        await writing;
      },
      "batches",
    );

    test(
      "appends of batches and of callers at once have numbers of their own",
      async (context) => {
        const log = await context.table("ordered_set", "log");
        const calls: unknown[] = [];
        for (let n = 0; n < 15; n++) {
          calls.push(
            context.store.batch().append(log, ["r"], n).append(log, ["r"], n).commit(),
            log.append(["r"], n),
          );
        }
        await Promise.all(calls);
        same([await log.size, await log.last()], [45, ["r", 45]]);
      },
      "batches",
      "ordered",
    );

    test(
      "what batches did is there after the store was closed and opened",
      async (context) => {
        const tables = await oneOfEach(context);
        const builder = context.store.batch();
        for (const table of tables)
          builder
            .insertMany(table, [
              ["k", 1],
              ["gone", 1],
            ])
            .delete(table, "gone")
            .insert(table, ["j", { a: [1n] }]);
        same(await builder.commit(), true);
        const [first] = tables;
        holds(first !== undefined, "there is a table");
        const refused = context.store.batch().insertNew(first, ["k", 2]);
        for (const table of tables) refused.deleteAllObjects(table);
        same(await refused.commit(), false);
        await context.store.close();
        const again = context.openStore();
        for (const { name, type } of tables) {
          const table = await again.ensureTable("d", name);
          same([table.type, await table.size], [type, 2]);
          same(
            await table.lookupMany(["k", "j", "gone"]),
            [[["k", 1]], [["j", { a: [1n] }]], []],
            type,
          );
        }
      },
      "batches",
      "durable",
    );
  },
};

function nextTurn(): Promise<void> {
  return setImmediate();
}
