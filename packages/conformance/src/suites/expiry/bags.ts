import { collect, same } from "../../assertions/assertion.js";
import { BAGS, type Suite } from "../../harness/suite.js";
import { LATER } from "../../model/sample-moments.js";

/** In a bag the moment is the record's, not the key's. */
export const bagExpiry: Suite = {
  name: "moments of a bag's records",
  heading: "Expiry",
  lookAt: "the moments that insertMany is handed, one beside each record; expire and expiresAt",
  define({ eachType }) {
    eachType(
      "a record expires, and those of its key with another moment stay",
      BAGS,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: 1 });
        await table.insert(["k", 2]);
        await table.insert(["k", 3], { expiresAt: LATER });
        same(await table.lookup("k"), [
          ["k", 2],
          ["k", 3],
        ]);
        same(await collect(table.records()), [
          ["k", 2],
          ["k", 3],
        ]);
        same(await table.expiresAt("k"), LATER);
        same(await table.insertNew(["k", 4]), false);
        same(await table.deleteObject(["k", 1]), 0, "of the record that expired");
        same(await table.deleteMany(["k"]), 2, "how many went");
      },
      "expiry",
    );

    eachType(
      "an equal record inserted again takes the new moment",
      ["bag"],
      async (table) => {
        await table.insert(["k", { a: 1 }], { expiresAt: LATER });
        await table.insert(["k", { a: 1 }], { expiresAt: LATER + 5 });
        same([await table.lookup("k"), await table.expiresAt("k")], [[["k", { a: 1 }]], LATER + 5]);
        await table.insert(["k", { a: 1 }]);
        same(await table.expiresAt("k"), undefined, "without a moment");
        await table.insert(["k", { a: 1 }], { expiresAt: 1 });
        same(
          [await table.lookup("k"), await table.member("k")],
          [[], false],
          "with one that is past",
        );
      },
      "expiry",
    );

    eachType(
      "insertMany of equal records with a moment that is past leaves those beside them",
      BAGS,
      async (table, _context, type) => {
        await table.insertMany([
          ["k", 0],
          ["k", 1],
        ]);
        await table.insertMany(
          [
            ["k", 1],
            ["k", 1],
            ["k", 2],
            ["k", 2],
          ],
          { expiresAt: 1 },
        );
        const left =
          type === "bag"
            ? [["k", 0]]
            : [
                ["k", 0],
                ["k", 1],
              ];
        same([await table.lookup("k"), await table.member("k")], [left, true]);
        same(await collect(table.records()), left);
        await table.delete("k");
        same([await table.size, await table.lookup("k")], [0, []]);
      },
      "expiry",
    );

    eachType(
      "equal records have moments of their own",
      ["duplicate_bag"],
      async (table) => {
        await table.insert(["k", 1], { expiresAt: 1 });
        await table.insert(["k", 1]);
        await table.insert(["k", 1], { expiresAt: LATER });
        same(await table.lookup("k"), [
          ["k", 1],
          ["k", 1],
        ]);
        same(await table.deleteObject(["k", 1]), 2, "how many went");
      },
      "expiry",
    );

    eachType(
      "expire sets the moments of all records of the key",
      BAGS,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: LATER + 5 });
        await table.insert(["k", 2]);
        await table.insert(["j", 1]);
        same([await table.expire("k", LATER), await table.expiresAt("k")], [true, LATER]);
        same([await table.expire("k", null), await table.expiresAt("k")], [true, undefined]);
        same(await table.expire("k", 1), true);
        same([await table.lookup("k"), await collect(table.records())], [[], [["j", 1]]]);
      },
      "expiry",
    );

    eachType(
      "the earliest of a key's moments is what expiresAt returns",
      BAGS,
      async (table) => {
        await table.insert(["k", 1], { expiresAt: LATER + 5 });
        await table.insert(["k", 2], { expiresAt: LATER });
        await table.insert(["k", 3]);
        same(await table.expiresAt("k"), LATER);
      },
      "expiry",
    );
  },
};
