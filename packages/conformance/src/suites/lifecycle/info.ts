import { collect, holds, same } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import { ALL, BAGS, type Suite, UNIQUE } from "../../harness/suite.js";

/** What a table says of itself, and what writes it out. */
export const info: Suite = {
  name: "size, info, sync, flushCounters",
  heading: "Tables",
  lookAt: "size, and sync, flushCounters and usage if the adapter has them",
  define({ eachType }) {
    eachType("size counts records after each kind of change", ALL, async (table) => {
      const counts: unknown[] = [await table.size];
      const steps = [
        () => table.insert(["a", 1]),
        () =>
          table.insertMany([
            ["b", 1],
            ["c", 1],
          ]),
        () => table.insertNew(["d", 1]),
        () => table.insertNew(["d", 2]),
        () =>
          table.insertNewMany([
            ["e", 1],
            ["f", 1],
          ]),
        () => table.delete("a"),
        () => table.delete("a"),
        () => table.take("b"),
        () => table.deleteObject(["c", 1]),
        () => table.deleteObject(["d", 2]),
        () => table.matchDelete(["e", 1]),
        () => table.deleteAllObjects(),
      ];
      for (const step of steps) {
        await step();
        counts.push(await table.size);
        same((await collect(table.records())).length, counts.at(-1), "the number of records");
      }
      same(counts, [0, 1, 3, 4, 4, 6, 5, 5, 4, 3, 3, 2, 0], "size after each step");
    });

    eachType("size isn't changed by replacing records", UNIQUE, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["b", 1],
      ]);
      await table.insert(["a", 2]);
      await table.insertMany([
        ["a", 3],
        ["a", 4],
      ]);
      await table.updateElement("a", [2, 5]);
      await table.updateCounter("a", 1);
      await table.replace(["a", 6], ["a", 7]);
      same(await table.size, 2);
    });

    eachType("size counts each record of a key", BAGS, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["a", 2],
        ["b", 1],
      ]);
      same(await table.size, 3);
      await table.insert(["a", 1]);
      same(await table.size, table.type === "bag" ? 3 : 4);
      await table.delete("a");
      same(await table.size, 1);
    });

    eachType(
      "info returns name, domain, type, adapter, size, bytes and details where known",
      ALL,
      async (table, context, type) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        const { memoryBytes, diskBytes, details, ...rest } = await table.info();
        same(rest, { name: "t", domain: "d", type, adapter: context.adapter.name, size: 2 });
        for (const [name, bytes] of Object.entries({ memoryBytes, diskBytes })) {
          const known = bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0);
          holds(known, `${name} is ${show(bytes)}`);
        }
        const isObject = typeof details === "object" && details !== null;
        holds(details === undefined || isObject, `details is ${show(details)}`);
      },
    );

    eachType("sync and flushCounters return nothing and change nothing", ALL, async (table) => {
      same([await table.sync(), await table.flushCounters()], [undefined, undefined], "when empty");
      await table.insert(["k", 1]);
      same([await table.sync(), await table.flushCounters()], [undefined, undefined]);
      same(await table.lookup("k"), [["k", 1]]);
      same(await Promise.all([table.sync(), table.sync(), table.flushCounters()]), [
        undefined,
        undefined,
        undefined,
      ]);
    });

    eachType("flushCounters and sync keep what was counted", UNIQUE, async (table) => {
      await table.insert(["k", 1]);
      for (const flush of [() => table.flushCounters(), () => table.sync()]) {
        const before = await table.updateCounter("k", 1);
        await flush();
        same(await table.lookup("k"), [["k", before]], "the record after it");
        same(await table.updateCounter("k", 1), Number(before) + 1, "the next count");
      }
    });
  },
};
