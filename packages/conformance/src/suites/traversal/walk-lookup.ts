import type { Key } from "@store/core";
import { refuses, same } from "../../assertions/assertion.js";
import { ALL, BAGS, type Suite, UNORDERED } from "../../harness/suite.js";

/** Steps of a walk that bring the records along. */
export const walkLookup: Suite = {
  name: "firstLookup, lastLookup, nextLookup, prevLookup",
  heading: "Reading and deleting",
  lookAt:
    "firstLookup, lastLookup, nextLookup and prevLookup if the adapter has them, else first, last, next, prev and lookup",
  define({ eachType }) {
    eachType("they return undefined where there is no key", ALL, async (table) => {
      same([await table.firstLookup(), await table.lastLookup()], [undefined, undefined]);
      await table.insert(["k", 1]);
      same([await table.nextLookup("k"), await table.prevLookup("k")], [undefined, undefined]);
    });

    eachType(
      "they return the keys of first, last, next and prev, with what lookup returns",
      ALL,
      async (table) => {
        await table.insertMany(
          Array.from({ length: 30 }, (_unused, n) => [["k", (n * 7) % 30], { n }]),
        );
        const forward: (Key | undefined)[] = [];
        for (
          let step = await table.firstLookup();
          step !== undefined;
          step = await table.nextLookup(step[0])
        ) {
          same(step, [step[0], await table.lookup(step[0])], "a step");
          same(
            forward.length === 0 ? await table.first() : await table.next(forward.at(-1) as Key),
            step[0],
            "its key",
          );
          forward.push(step[0]);
          if (forward.length > 30) break;
        }
        same(forward.length, 30, "the steps of the walk");
        for (
          let step = await table.lastLookup();
          step !== undefined;
          step = await table.prevLookup(step[0])
        ) {
          same(step, [forward.pop(), await table.lookup(step[0])], "a step of the walk back");
        }
        same(forward, [], "what the walk back left out");
      },
    );

    eachType("they return all records of a key, in their order", BAGS, async (table) => {
      await table.insertMany([
        ["k", 2],
        ["k", 1],
        ["k", 3],
      ]);
      const all = [
        "k",
        [
          ["k", 2],
          ["k", 1],
          ["k", 3],
        ],
      ];
      same([await table.firstLookup(), await table.lastLookup()], [all, all]);
    });

    eachType(
      "nextLookup and prevLookup of a key that isn't there find its neighbour",
      ["ordered_set"],
      async (table) => {
        await table.insertMany([
          [10, "a"],
          [20, "b"],
        ]);
        same(await table.nextLookup(15), [20, [[20, "b"]]]);
        same(await table.prevLookup(15), [10, [[10, "a"]]]);
        same(await table.nextLookup(-1), [10, [[10, "a"]]]);
        same([await table.nextLookup("z"), await table.prevLookup(5)], [undefined, undefined]);
      },
    );

    eachType(
      "nextLookup and prevLookup of a key that isn't there throw STORE_KEY_NOT_FOUND",
      UNORDERED,
      async (table) => {
        await table.insert(["k", 1]);
        await refuses("STORE_KEY_NOT_FOUND", () => table.nextLookup("j"), "nextLookup");
        await refuses("STORE_KEY_NOT_FOUND", () => table.prevLookup("j"), "prevLookup");
      },
    );

    eachType(
      "nextLookup and prevLookup of what is no key throw STORE_INVALID_KEY",
      ALL,
      async (table) => {
        await refuses(
          "STORE_INVALID_KEY",
          () => table.nextLookup(undefined as never),
          "nextLookup",
        );
        await refuses("STORE_INVALID_KEY", () => table.prevLookup(Number.NaN), "prevLookup");
      },
    );
  },
};
