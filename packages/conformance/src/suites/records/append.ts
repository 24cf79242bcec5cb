import type { Key } from "@store/core";
import { collect, refuses, same } from "../../assertions/assertion.js";
import { type Suite, UNORDERED } from "../../harness/suite.js";

const ORDERED = ["ordered_set"] as const;
const MAX = Number.MAX_SAFE_INTEGER;

/** Records whose keys are numbered. */
export const append: Suite = {
  name: "append",
  heading: "Appending",
  lookAt: "append if the adapter has it, else prev and insertNew",
  define({ eachType }) {
    eachType(
      "append numbers the keys under a prefix from 1, and returns the key",
      ORDERED,
      async (table) => {
        same(await table.append(["r1"], "a", { b: 1 }), ["r1", 1]);
        same(await table.append(["r1"], "c"), ["r1", 2]);
        same(await table.append(["r2"], "d"), ["r2", 1]);
        same(await table.append([], "e"), [1]);
        same(await table.append(["r1", 1], "f"), ["r1", 1, 1]);
        same(await table.append(["r1"]), ["r1", 3]);
        same(await collect(table.records()), [
          [[1], "e"],
          [["r1", 1], "a", { b: 1 }],
          [["r1", 1, 1], "f"],
          [["r1", 2], "c"],
          [["r1", 3]],
          [["r2", 1], "d"],
        ]);
      },
    );

    eachType("append with null numbers the keys themselves", ORDERED, async (table) => {
      same(await table.append(null, "a"), 1);
      await table.insertMany([
        [41, "b"],
        ["text", 1],
        [[50], 1],
      ]);
      same(await table.append(null, "c"), 42);
      same(await table.lookup(42), [[42, "c"]]);
    });

    eachType(
      "append counts only keys of exactly that form with a safe integer from 1 on",
      ORDERED,
      async (table) => {
        const others: Key[] = [
          ["r", -5],
          ["r", 0],
          ["r", 7.5],
          ["r", 8n],
          ["r", MAX + 1],
          ["r", Number.POSITIVE_INFINITY],
          ["r", 9, "x"],
          ["r", "z"],
          ["r", [1]],
          ["r", null],
          ["r", Uint8Array.of(1)],
          ["s", 100],
          ["r"],
        ];
        await table.insertMany(others.map((key) => [key, 1]));
        same(await table.append(["r"], 1), ["r", 1], "with no such key");
        await table.insert([["r", 6], 1]);
        same(await table.append(["r"], 1), ["r", 7], "after 6");
        same(await table.append(["r"], 1), ["r", 8], "beside 7.5 and 8n");
        same(await table.append(["r"], 1), ["r", 9]);
        same(await table.append(["r"], 1), ["r", 10]);
        same(await table.size, others.length + 6, "size");
      },
    );

    eachType("append with null counts only safe integers from 1 on", ORDERED, async (table) => {
      const others: Key[] = [
        -3,
        0,
        2.5,
        3n,
        MAX + 1,
        2n ** 70n,
        Number.POSITIVE_INFINITY,
        "9",
        true,
        [8],
      ];
      await table.insertMany(others.map((key) => [key, 1]));
      same(await table.append(null, 1), 1);
      same(await table.append(null, 1), 2);
      same(await table.append(null, 1), 3);
      same(await table.append(null, 1), 4);
    });

    eachType(
      "append past the last safe integer throws STORE_COUNTER_OVERFLOW and inserts nothing",
      ORDERED,
      async (table) => {
        await table.insertMany([
          [["r", MAX], 1],
          [MAX, 1],
        ]);
        await refuses("STORE_COUNTER_OVERFLOW", () => table.append(["r"], 1), "append");
        await refuses("STORE_COUNTER_OVERFLOW", () => table.append(null, 1), "append");
        same(await table.size, 2, "size");
        await table.delete(["r", MAX]);
        await table.insert([["r", MAX - 1], 1]);
        same(await table.append(["r"], 1), ["r", MAX], "the last one");
      },
    );

    eachType(
      "append after the last one was deleted gives its number again",
      ORDERED,
      async (table) => {
        await table.append(["r"], 1);
        await table.append(["r"], 2);
        await table.delete(["r", 2]);
        same(await table.append(["r"], 3), ["r", 2]);
        await table.delete(["r", 1]);
        same(await table.append(["r"], 4), ["r", 3]);
      },
    );

    eachType("append of callers at once gives each a number of its own", ORDERED, async (table) => {
      const keys = await Promise.all(
        Array.from({ length: 40 }, (_unused, index) => table.append([index % 2], index)),
      );
      const numbers = Array.from({ length: 20 }, (_unused, index) => index + 1);
      for (const run of [0, 1]) {
        const own = keys.map((key) => key as number[]).filter(([prefix]) => prefix === run);
        same(
          own.map(([, n]) => n).sort((a, b) => Number(a) - Number(b)),
          numbers,
          "the numbers",
        );
      }
      for (const [index, key] of keys.entries()) same(await table.lookup(key), [[key, index]]);
      same(await table.size, 40, "size");
    });

    eachType("append with a bad prefix or element inserts nothing", ORDERED, async (table) => {
      for (const prefix of ["r", 1, undefined, {}]) {
        await refuses("STORE_INVALID_OPERATION", () => table.append(prefix as never, 1), "append");
      }
      await refuses("STORE_INVALID_KEY", () => table.append([Number.NaN], 1), "append");
      await refuses("STORE_INVALID_RECORD", () => table.append(["r"], 1, () => 1), "append", "[3]");
      same(await table.size, 0, "size");
    });

    eachType(
      "append to a table without order throws STORE_NOT_SUPPORTED",
      UNORDERED,
      async (table) => {
        await refuses("STORE_NOT_SUPPORTED", () => table.append(["r"], 1), "append");
        same(await table.size, 0, "size");
      },
    );
  },
};
