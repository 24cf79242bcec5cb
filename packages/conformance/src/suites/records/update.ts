import { refuses, same } from "../../assertions/assertion.js";
import { BAGS, type Suite, UNIQUE } from "../../harness/suite.js";

/** Changing a record that is there. */
export const update: Suite = {
  name: "replace, updateElement",
  heading: "Changing a record",
  lookAt: "update if the adapter has it, else lookup and insertMany; toolkit.equalRecords",
  define({ eachType }) {
    eachType("replace of the expected record swaps it and returns true", UNIQUE, async (table) => {
      await table.insertMany([
        ["k", { v: 1 }],
        ["j", 1],
      ]);
      same(await table.replace(["k", { v: 1 }], ["k", { v: 2 }, "more"]), true);
      same(await table.lookup("k"), [["k", { v: 2 }, "more"]]);
      same(await table.size, 2, "size");
    });

    eachType(
      "replace when another record is stored changes nothing and returns false",
      UNIQUE,
      async (table) => {
        await table.insert(["k", { v: 1 }]);
        for (const expected of [{ v: 2 }, { v: 1, w: 1 }, {}, { v: 1n }, [["v", 1]], undefined]) {
          same(
            await table.replace(["k", expected], ["k", "new"]),
            false,
            `replace of ${typeof expected}`,
          );
        }
        same(await table.replace(["k"], ["k", "new"]), false);
        same(await table.replace(["k", { v: 1 }, 0], ["k", "new"]), false);
        same(await table.lookup("k"), [["k", { v: 1 }]]);
      },
    );

    eachType(
      "replace of a key that isn't there returns false and inserts nothing",
      UNIQUE,
      async (table) => {
        same(await table.replace(["k", 1], ["k", 2]), false);
        same(await table.size, 0, "size");
      },
    );

    eachType(
      "replace with another key changes nothing and returns false",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        same(await table.replace(["k", 1], ["j", 1]), false);
        same(await table.replace(["k", 1], ["k\0", 1]), false);
        same([await table.lookup("k"), await table.lookup("j")], [[["k", 1]], []]);
      },
    );

    eachType("replace by an equal record returns true", UNIQUE, async (table) => {
      await table.insert([["k", 1], { a: 1, b: Number.NaN }]);
      same(
        await table.replace([["k", 1], { b: Number.NaN, a: 1 }], [["k", 1], { a: 1, b: 1 }]),
        true,
      );
      same(await table.replace([["k", 1], { a: 1, b: 1 }], [["k", 1], { a: 1, b: 1 }]), true);
      same(await table.lookup(["k", 1]), [[["k", 1], { a: 1, b: 1 }]]);
    });

    eachType("updateElement replaces one element and returns true", UNIQUE, async (table) => {
      await table.insertMany([
        ["k", 1, { a: 1 }, "z"],
        ["j", 1],
      ]);
      same(await table.updateElement("k", [3, new Date(5)]), true);
      same(await table.lookup("k"), [["k", 1, new Date(5), "z"]]);
      same(await table.updateElement("k", [2, undefined]), true);
      same(await table.updateElement("k", [4, ["last"]]), true);
      same(await table.lookup("k"), [["k", undefined, new Date(5), ["last"]]]);
      same([await table.lookup("j"), await table.size], [[["j", 1]], 2]);
    });

    eachType(
      "updateElement of a key that isn't there returns false and inserts nothing",
      UNIQUE,
      async (table) => {
        same(await table.updateElement("k", [2, 1]), false);
        same(await table.size, 0, "size");
      },
    );

    eachType("updateElement of the key throws STORE_INVALID_OPERATION", UNIQUE, async (table) => {
      await table.insert(["k", 1]);
      await refuses(
        "STORE_INVALID_OPERATION",
        () => table.updateElement("k", [1, "j"]),
        "updateElement",
      );
      same([await table.lookup("k"), await table.lookup("j")], [[["k", 1]], []]);
    });

    eachType(
      "updateElement at a position that isn't there throws STORE_INVALID_OPERATION",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        for (const position of [0, -1, 3, 1.5, Number.NaN, "2", undefined, 2n]) {
          await refuses("STORE_INVALID_OPERATION", () =>
            table.updateElement("k", [position as number, "x"]),
          );
        }
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "updateElement with what is no change throws STORE_INVALID_OPERATION",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        for (const change of [undefined, null, 2, [2], [2, 1, 1], [[2, 1], [2]], { 0: 2, 1: 1 }]) {
          await refuses("STORE_INVALID_OPERATION", () => table.updateElement("k", change as never));
        }
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "updateElement with a value that can't be stored throws STORE_INVALID_RECORD",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1]);
        const change = [2, { run: () => 1 }] as const;
        await refuses("STORE_INVALID_RECORD", () => table.updateElement("k", change), "[2].run");
        same(await table.lookup("k"), [["k", 1]]);
      },
    );

    eachType(
      "replace, updateElement and updateCounter of a bag throw STORE_NOT_SUPPORTED",
      BAGS,
      async (table) => {
        await table.insert(["k", 1]);
        const { name } = table;
        await refuses(
          "STORE_NOT_SUPPORTED",
          () => table.replace(["k", 1], ["k", 2]),
          "replace",
          name,
        );
        await refuses(
          "STORE_NOT_SUPPORTED",
          () => table.updateElement("k", [2, 2]),
          "updateElement",
        );
        await refuses("STORE_NOT_SUPPORTED", () => table.updateCounter("k", 1), "updateCounter");
        await refuses("STORE_NOT_SUPPORTED", () => table.updateCounter("j", 1, ["j", 0]));
        same([await table.lookup("k"), await table.size], [[["k", 1]], 1]);
      },
    );
  },
};
