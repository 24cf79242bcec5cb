import { collect, refuses, same } from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite, UNIQUE } from "../../harness/suite.js";

/** Reading and deleting several keys at once, and one element of a record. */
export const manyKeys: Suite = {
  name: "lookupMany, deleteMany, lookupElement",
  heading: "Reading and deleting",
  lookAt: "lookupMany and deleteMany if the adapter has them, else lookup and deleteObjects",
  define({ eachType }) {
    eachType(
      "lookupMany returns the answers of lookup, in the order of the keys",
      ALL,
      async (table) => {
        await table.insertMany([
          ["a", 1],
          [["a"], 2],
          [1, 3],
          [1n, 4],
        ]);
        same(await table.lookupMany([1n, "none", ["a"], 1, "a", 1n]), [
          [[1n, 4]],
          [],
          [[["a"], 2]],
          [[1, 3]],
          [["a", 1]],
          [[1n, 4]],
        ]);
        same(await table.lookupMany([]), []);
        same(await table.lookupMany(new Set(["a"])), [[["a", 1]]], "of any iterable");
      },
    );

    eachType("lookupMany returns all records of each key, in their order", BAGS, async (table) => {
      await table.insertMany([
        ["k", 2],
        ["j", 1],
        ["k", 1],
      ]);
      same(await table.lookupMany(["j", "k"]), [
        [["j", 1]],
        [
          ["k", 2],
          ["k", 1],
        ],
      ]);
    });

    eachType(
      "lookupMany and deleteMany with a bad key throw STORE_INVALID_KEY, and change nothing",
      ALL,
      async (table) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        const keys = ["a", Number.NaN, "b"];
        await refuses("STORE_INVALID_KEY", () => table.lookupMany(keys), "lookupMany", "keys[1]");
        await refuses("STORE_INVALID_KEY", () => table.deleteMany(keys), "deleteMany", "keys[1]");
        for (const bad of [undefined, null, 5, {}]) {
          await refuses("STORE_INVALID_KEY", () => table.lookupMany(bad as never), "lookupMany");
          await refuses("STORE_INVALID_KEY", () => table.deleteMany(bad as never), "deleteMany");
        }
        same(await table.size, 2, "size");
      },
    );

    eachType(
      "deleteMany removes the records of all keys, and returns how many went",
      ALL,
      async (table) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
          ["c", 1],
          [["a"], 1],
        ]);
        same(await table.deleteMany(["c", "none", "a", "c"]), 2, "how many went");
        same([await table.lookup("a"), await table.lookup("c"), await table.size], [[], [], 2]);
        same(await table.deleteMany(["c", "a"]), 0, "of keys that are gone");
        same(await table.deleteMany([]), 0, "of no keys");
        same(await table.deleteMany(new Set([["a"], "b"])), 2, "of any iterable");
        same([await table.size, await collect(table.keys())], [0, []]);
      },
    );

    eachType("deleteMany counts records, not keys", BAGS, async (table) => {
      await table.insertMany([
        ["a", 1],
        ["a", 2],
        ["b", 1],
        ["a", 3],
      ]);
      same(await table.deleteMany(["a", "c"]), 3);
      same(await collect(table.records()), [["b", 1]]);
    });

    eachType("deleteMany of a thousand keys removes each", ALL, async (table) => {
      await table.insertMany(Array.from({ length: 1_200 }, (_unused, key) => [key, key]));
      same(
        await table.deleteMany(Array.from({ length: 1_000 }, (_unused, index) => index + 100)),
        1_000,
      );
      same([await table.size, await table.member(99), await table.member(100)], [200, true, false]);
      same([await table.member(1_099), await table.member(1_100)], [false, true]);
    });

    eachType("lookupElement returns the element at the position", UNIQUE, async (table) => {
      await table.insertMany([
        [["k", 1], "x", { a: [1] }, undefined],
        ["short", 1],
      ]);
      same(await table.lookupElement(["k", 1], 1), ["k", 1], "element 1");
      same(await table.lookupElement(["k", 1], 2), "x");
      same(await table.lookupElement(["k", 1], 3), { a: [1] });
      same(
        await table.lookupElement(["k", 1], 4, "default"),
        undefined,
        "an element that is undefined",
      );
      for (const position of [0, -1, 3, 1.5, "2", undefined]) {
        await refuses(
          "STORE_INVALID_OPERATION",
          () => table.lookupElement("short", position as never),
          "lookupElement",
        );
      }
    });

    eachType(
      "lookupElement returns an array with the element of each record",
      BAGS,
      async (table) => {
        await table.insertMany([
          ["k", 3],
          ["k", 1],
          ["k", 2],
        ]);
        same(await table.lookupElement("k", 2), [3, 1, 2]);
        same(await table.lookupElement("k", 1), ["k", "k", "k"]);
      },
    );

    eachType(
      "lookupElement of a missing key returns the default, or throws STORE_KEY_NOT_FOUND",
      ALL,
      async (table) => {
        same(await table.lookupElement("k", 2, 7), 7);
        same(await table.lookupElement("k", 2, null), null);
        await refuses(
          "STORE_KEY_NOT_FOUND",
          () => table.lookupElement("k", 2),
          "lookupElement",
          '"k"',
        );
      },
    );
  },
};
