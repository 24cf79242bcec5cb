import type { StoreRecord } from "@store/core";
import { same } from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite } from "../../harness/suite.js";

/** Reading by key. */
export const lookup: Suite = {
  name: "lookup, member, take",
  heading: "Reading and deleting",
  lookAt: "lookup and delete, and member and take if the adapter has them",
  define({ eachType }) {
    eachType("lookup of a key that isn't there returns []", ALL, async (table) => {
      same(await table.lookup("k"), []);
      await table.insert(["j", 1]);
      same(await table.lookup("k"), []);
    });

    eachType("lookup returns a bag's records in the order of insertion", BAGS, async (table) => {
      const values = [5, "x", 3, null, [1], 9, true, 1n];
      for (const value of values) {
        await table.insert(["k", value]);
        await table.insert([`other ${value}`, value]);
      }
      same(
        await table.lookup("k"),
        values.map((value) => ["k", value]),
      );
    });

    eachType(
      "lookup keeps a bag's order when one of its records is deleted",
      BAGS,
      async (table) => {
        await table.insertMany([
          ["k", 1],
          ["k", 2],
          ["k", 3],
          ["k", 4],
        ]);
        await table.deleteObject(["k", 2]);
        same(await table.lookup("k"), [
          ["k", 1],
          ["k", 3],
          ["k", 4],
        ]);
        await table.insert(["k", 2]);
        same(await table.lookup("k"), [
          ["k", 1],
          ["k", 3],
          ["k", 4],
          ["k", 2],
        ]);
      },
    );

    eachType("lookup finds each key among many", ALL, async (table) => {
      const records = Array.from({ length: 200 }, (_unused, at): StoreRecord => [at * 7, `${at}`]);
      await table.insertMany(records.slice(20));
      for (const record of records.slice(0, 20)) await table.insert(record);
      for (const record of records) same(await table.lookup(record[0]), [record]);
      same(await table.lookup(1), []);
    });

    eachType("member says whether the key is there", ALL, async (table) => {
      same(await table.member("k"), false);
      await table.insert(["k", 1]);
      same(await table.member("k"), true);
      same(await table.member("j"), false);
      await table.delete("k");
      same(await table.member("k"), false, "after delete");
    });

    eachType("take returns the record and removes it", ALL, async (table) => {
      await table.insertMany([
        ["k", 1],
        ["j", 2],
      ]);
      same(await table.take("k"), [["k", 1]]);
      same([await table.lookup("k"), await table.member("k")], [[], false]);
      same([await table.lookup("j"), await table.size], [[["j", 2]], 1]);
      same(await table.take("k"), [], "the second time");
    });

    eachType(
      "take of a key that isn't there returns [] and changes nothing",
      ALL,
      async (table) => {
        await table.insert(["j", 2]);
        same(await table.take("k"), []);
        same(await table.size, 1, "size");
      },
    );

    eachType(
      "take returns all records of the key in the order of insertion",
      BAGS,
      async (table) => {
        await table.insertMany([
          ["k", 3],
          ["j", 1],
          ["k", 1],
          ["k", 2],
        ]);
        same(await table.take("k"), [
          ["k", 3],
          ["k", 1],
          ["k", 2],
        ]);
        same([await table.lookup("k"), await table.size], [[], 1]);
      },
    );
  },
};
