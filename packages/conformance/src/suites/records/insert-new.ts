import { collect, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite, UNIQUE } from "../../harness/suite.js";

/** Inserting records only if their keys are missing. */
export const insertNew: Suite = {
  name: "insertNew, insertNewMany",
  heading: "Inserting",
  lookAt: "insertNew and member if the adapter has them, else insertMany and lookup",
  define({ eachType }) {
    eachType("insertNew of a new key inserts and returns true", ALL, async (table) => {
      same(await table.insertNew(["k", 1]), true);
      same(await table.lookup("k"), [["k", 1]]);
      same(await table.size, 1, "size");
    });

    eachType(
      "insertNew of a key that is there changes nothing and returns false",
      ALL,
      async (table) => {
        await table.insert(["k", 1]);
        same(await table.insertNew(["k", 2]), false, "for another record");
        same(await table.insertNew(["k", 1]), false, "for an equal record");
        same(await table.lookup("k"), [["k", 1]]);
        same(await table.size, 1, "size");
      },
    );

    eachType("insertNew of a key that was deleted inserts", ALL, async (table) => {
      await table.insert(["k", 1]);
      await table.delete("k");
      same(await table.insertNew(["k", 2]), true);
      same(await table.lookup("k"), [["k", 2]]);
    });

    eachType("insertNewMany of new keys inserts all and returns true", ALL, async (table) => {
      await table.insert(["there", 0]);
      same(
        await table.insertNewMany([
          ["a", 1],
          ["b", 2],
        ]),
        true,
      );
      sameRecords(await collect(table.records()), [
        ["there", 0],
        ["a", 1],
        ["b", 2],
      ]);
    });

    eachType(
      "insertNewMany with one key that is there changes nothing and returns false",
      ALL,
      async (table) => {
        await table.insert(["b", 0]);
        same(
          await table.insertNewMany([
            ["a", 1],
            ["b", 2],
            ["c", 3],
          ]),
          false,
        );
        same(
          await table.insertNewMany([
            ["a", 1],
            ["c", 3],
            ["b", 0],
          ]),
          false,
        );
        sameRecords(await collect(table.records()), [["b", 0]]);
        same(await table.size, 1, "size");
      },
    );

    eachType(
      "insertNewMany with a key twice in it changes nothing and returns false",
      UNIQUE,
      async (table) => {
        same(
          await table.insertNewMany([
            ["a", 1],
            ["b", 2],
            ["a", 3],
          ]),
          false,
        );
        same(
          await table.insertNewMany([
            [["x", 0], 1],
            [["x", -0], 2],
          ]),
          false,
        );
        same(
          await table.insertNewMany([
            [Uint8Array.of(1), 1],
            [Uint8Array.of(1), 1],
          ]),
          false,
        );
        same(await table.size, 0, "size");
      },
    );

    eachType('insertNewMany with 1, 1n and "1" has three keys', UNIQUE, async (table) => {
      same(
        await table.insertNewMany([
          [1, "a"],
          [1n, "b"],
          ["1", "c"],
        ]),
        true,
      );
      same(await table.size, 3, "size");
    });

    eachType("insertNewMany with a key twice in it inserts both", BAGS, async (table) => {
      same(
        await table.insertNewMany([
          ["a", 1],
          ["a", 2],
          ["b", 1],
        ]),
        true,
      );
      same(await table.lookup("a"), [
        ["a", 1],
        ["a", 2],
      ]);
      same(
        await table.insertNewMany([
          ["c", 1],
          ["a", 3],
        ]),
        false,
      );
      same(await table.size, 3, "size");
    });

    eachType("insertNewMany keeps equal records once", ["bag"], async (table) => {
      same(
        await table.insertNewMany([
          ["a", 1],
          ["a", 1],
        ]),
        true,
      );
      same(await table.lookup("a"), [["a", 1]]);
      same(await table.size, 1, "size");
    });

    eachType(
      "insertNewMany keeps each of several equal records",
      ["duplicate_bag"],
      async (table) => {
        same(
          await table.insertNewMany([
            ["a", 1],
            ["a", 1],
          ]),
          true,
        );
        same(await table.lookup("a"), [
          ["a", 1],
          ["a", 1],
        ]);
      },
    );

    eachType("insertNewMany of nothing returns true", ALL, async (table) => {
      same(await table.insertNewMany([]), true);
      same(await table.size, 0, "size");
    });

    eachType("insertNewMany takes any iterable", ALL, async (table) => {
      same(await table.insertNewMany(new Map([["a", 1]])), true);
      same(
        await table.insertNewMany(
          new Map([
            ["b", 1],
            ["a", 2],
          ]),
        ),
        false,
      );
      sameRecords(await collect(table.records()), [["a", 1]]);
    });
  },
};
