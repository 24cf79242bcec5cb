import { refuses, same } from "../../assertions/assertion.js";
import { BAGS, type Suite, UNIQUE } from "../../harness/suite.js";

const MAX = Number.MAX_SAFE_INTEGER;

/** Several changes of a record in one call, and records that such a call makes. */
export const lists: Suite = {
  name: "updateElement and updateCounter with lists and defaults",
  heading: "Changing a record",
  lookAt: "update if the adapter has it, else lookup and insertMany",
  define({ eachType }) {
    eachType(
      "updateElement with a list of changes does all of them, in order",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1, 2, 3]);
        same(
          await table.updateElement("k", [
            [2, "a"],
            [4, "b"],
            [2, "c"],
          ]),
          true,
        );
        same(await table.lookup("k"), [["k", "c", 2, "b"]]);
        same(await table.updateElement("k", [[3, [1, 2]]]), true, "a list of one");
        same(await table.lookup("k"), [["k", "c", [1, 2], "b"]]);
        same(await table.updateElement("none", [[2, 1]]), false);
        same(await table.size, 1, "size");
      },
    );

    eachType(
      "updateElement with a list of which one can't be done changes nothing",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1, 2]);
        await refuses("STORE_INVALID_OPERATION", () =>
          table.updateElement("k", [
            [2, "a"],
            [4, "b"],
          ]),
        );
        await refuses("STORE_INVALID_OPERATION", () =>
          table.updateElement("k", [
            [2, "a"],
            [1, "b"],
          ]),
        );
        await refuses("STORE_INVALID_RECORD", () =>
          table.updateElement("k", [
            [2, "a"],
            [3, () => 1],
          ]),
        );
        same(await table.lookup("k"), [["k", 1, 2]]);
      },
    );

    eachType(
      "updateElement of a missing key with a default inserts it changed, and returns false",
      UNIQUE,
      async (table) => {
        same(await table.updateElement("k", [2, "new"], ["other", "old", "rest"]), false);
        same(await table.lookup("k"), [["k", "new", "rest"]]);
        same(
          await table.updateElement(
            "k",
            [
              [2, 1],
              [3, 2],
            ],
            ["k", 0, 0, 0],
          ),
          true,
          "with the key there",
        );
        same([await table.lookup("k"), await table.size], [[["k", 1, 2]], 1]);
      },
    );

    eachType(
      "updateElement with a default that can't be changed inserts nothing",
      UNIQUE,
      async (table) => {
        await refuses("STORE_INVALID_OPERATION", () =>
          table.updateElement("k", [3, "new"], ["k", 1]),
        );
        await refuses("STORE_INVALID_RECORD", () =>
          table.updateElement("k", [2, 1], ["k", () => 1]),
        );
        same(await table.size, 0, "size");
      },
    );

    eachType(
      "updateCounter with a list of ops does all of them, and returns a list of values",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1, 10n, 5]);
        same(
          await table.updateCounter("k", [
            [2, 1],
            [3, -1],
            [2, 5, 6, 0],
          ]),
          [2, 9n, 0],
        );
        same(await table.lookup("k"), [["k", 0, 9n, 5]]);
        same(await table.updateCounter("k", [[4, 1]]), [6], "a list of one");
        same(await table.lookup("k"), [["k", 0, 9n, 6]]);
      },
    );

    eachType(
      "updateCounter with a list of which one fails changes nothing",
      UNIQUE,
      async (table) => {
        await table.insert(["k", 1, MAX, "x"]);
        await refuses("STORE_COUNTER_OVERFLOW", () =>
          table.updateCounter("k", [
            [2, 1],
            [3, 1],
          ]),
        );
        await refuses("STORE_INVALID_OPERATION", () =>
          table.updateCounter("k", [
            [2, 1],
            [4, 1],
          ]),
        );
        await refuses("STORE_INVALID_OPERATION", () =>
          table.updateCounter("k", [
            [2, 1],
            [5, 1],
          ]),
        );
        same(await table.lookup("k"), [["k", 1, MAX, "x"]]);
      },
    );

    eachType(
      "updateCounter with a list and a default counts the default",
      UNIQUE,
      async (table) => {
        same(
          await table.updateCounter(
            "k",
            [
              [2, 1],
              [3, -1],
              [2, 1],
            ],
            ["other", 10, 10n],
          ),
          [11, 9n, 12],
        );
        same(await table.lookup("k"), [["k", 12, 9n]]);
        await refuses("STORE_COUNTER_OVERFLOW", () =>
          table.updateCounter(
            "j",
            [
              [2, 1],
              [3, 1],
            ],
            ["j", 0, MAX],
          ),
        );
        await refuses("STORE_KEY_NOT_FOUND", () => table.updateCounter("j", [[2, 1]]));
        same(await table.size, 1, "size");
      },
    );

    eachType("lists of callers at once count each of their ops", UNIQUE, async (table) => {
      const calls = Array.from({ length: 20 }, () =>
        table.updateCounter(
          "k",
          [
            [2, 1],
            [3, 2],
          ],
          ["k", 0, 0],
        ),
      );
      const pairs = (await Promise.all(calls)) as number[][];
      same(
        pairs.map(([n]) => n).sort((a, b) => Number(a) - Number(b)),
        Array.from({ length: 20 }, (_unused, n) => n + 1),
      );
      same(await table.lookup("k"), [["k", 20, 40]]);
    });

    eachType("lists of a bag throw STORE_NOT_SUPPORTED", BAGS, async (table) => {
      await table.insert(["k", 1]);
      await refuses("STORE_NOT_SUPPORTED", () => table.updateElement("k", [[2, 2]]));
      await refuses("STORE_NOT_SUPPORTED", () => table.updateCounter("k", [[2, 2]], ["k", 1]));
      same(await table.lookup("k"), [["k", 1]]);
    });
  },
};
