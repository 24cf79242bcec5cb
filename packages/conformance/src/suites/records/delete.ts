import { collect, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite } from "../../harness/suite.js";

/** Removing records. */
export const deletion: Suite = {
  name: "delete, deleteObject, deleteAllObjects",
  heading: "Reading and deleting",
  lookAt: "delete, deleteObjects and deleteAllObjects",
  define({ eachType }) {
    eachType("delete removes the records of the key, and returns nothing", ALL, async (table) => {
      await table.insertMany([
        ["k", 1],
        ["j", 2],
      ]);
      same(await table.delete("k"), undefined);
      same([await table.lookup("k"), await table.size], [[], 1]);
      sameRecords(await collect(table.records()), [["j", 2]]);
    });

    eachType("delete removes all records of the key", BAGS, async (table) => {
      await table.insertMany([
        ["k", 1],
        ["k", 2],
        ["j", 1],
        ["k", 3],
      ]);
      await table.delete("k");
      same([await table.lookup("k"), await table.size], [[], 1]);
    });

    eachType("delete of a key that isn't there changes nothing", ALL, async (table) => {
      await table.insert(["j", 2]);
      same(await table.delete("k"), undefined);
      same([await table.lookup("j"), await table.size], [[["j", 2]], 1]);
    });

    eachType("delete followed by insert of the same key works many times", ALL, async (table) => {
      for (let round = 0; round < 6; round++) {
        await table.insertMany([
          ["k", round],
          ["j", round],
        ]);
        same(await table.size, 2, "size after insertMany");
        await table.delete("k");
        await table.delete("j");
        same(await table.size, 0, "size after delete");
      }
      same([await table.first(), await table.last()], [undefined, undefined]);
    });

    eachType("deleteObject removes exactly the equal record", ALL, async (table) => {
      await table.insertMany([
        ["k", { a: [1, 2] }],
        ["j", { a: [1, 2] }],
      ]);
      same(await table.deleteObject(["k", { a: [1, 3] }]), 0);
      same(await table.deleteObject(["k"]), 0);
      same(await table.deleteObject(["k", { a: [1, 2] }, 0]), 0);
      same(await table.deleteObject(["l", { a: [1, 2] }]), 0);
      same(await table.size, 2, "size after records that aren't there");
      same(await table.deleteObject(["k", { a: [1, 2] }]), 1, "how many went");
      sameRecords(await collect(table.records()), [["j", { a: [1, 2] }]]);
      same(await table.size, 1, "size");
    });

    eachType("deleteObject leaves the other records of the key", ["bag"], async (table) => {
      await table.insertMany([
        ["k", 1],
        ["k", 2],
        ["k", 3],
      ]);
      await table.deleteObject(["k", 2]);
      same(
        [await table.lookup("k"), await table.size],
        [
          [
            ["k", 1],
            ["k", 3],
          ],
          2,
        ],
      );
      await table.deleteObject(["k", 1]);
      await table.deleteObject(["k", 3]);
      same([await table.lookup("k"), await table.member("k"), await table.size], [[], false, 0]);
      same(await collect(table.keys()), [], "the keys");
    });

    eachType("deleteObject removes all equal records", ["duplicate_bag"], async (table) => {
      await table.insertMany([
        ["k", 1],
        ["k", 2],
        ["k", 1],
        ["j", 1],
        ["k", 1],
      ]);
      same(await table.deleteObject(["k", 1]), 3, "how many went");
      same([await table.lookup("k"), await table.size], [[["k", 2]], 2]);
      await table.deleteObject(["k", 2]);
      same([await table.member("k"), await collect(table.keys())], [false, ["j"]]);
    });

    eachType(
      "deleteAllObjects removes everything, and the table then works like a new one",
      ALL,
      async (table) => {
        await table.insertMany(Array.from({ length: 100 }, (_unused, index) => [index, index]));
        same(await table.deleteAllObjects(), undefined);
        same(
          [await table.size, await table.first(), await table.last()],
          [0, undefined, undefined],
        );
        same(await collect(table.records()), [], "the records");
        same(await table.lookup(5), []);
        same(await table.deleteAllObjects(), undefined, "the second time");
        await table.insert([5, "new"]);
        sameRecords(await collect(table.records()), [[5, "new"]]);
        same(await table.size, 1, "size");
      },
    );
  },
};
