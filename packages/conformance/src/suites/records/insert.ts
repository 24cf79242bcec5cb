import type { StoreRecord } from "@store/core";
import { collect, refuses, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";

/** Writing records. */
export const insert: Suite = {
  name: "insert, insertMany",
  heading: "Inserting",
  lookAt: "insertMany, and insert if the adapter has it",
  define({ eachType }) {
    eachType("insert returns nothing, and lookup finds the record", ALL, async (table) => {
      same(await table.insert(["k", 1, "x"]), undefined);
      same(await table.lookup("k"), [["k", 1, "x"]]);
      same(await table.size, 1, "size");
    });

    eachType("insert of a record with a key and no other element", ALL, async (table) => {
      await table.insert(["k"]);
      same(await table.lookup("k"), [["k"]]);
    });

    eachType("insert of a record of many elements", ALL, async (table) => {
      const record: StoreRecord = [
        "k",
        ...Array.from({ length: 1_000 }, (_unused, index) => index),
      ];
      await table.insert(record);
      same(await table.lookup("k"), [record]);
    });

    eachType("insert of a key that is there replaces its record", UNIQUE, async (table) => {
      await table.insert(["k", 1, "more"]);
      await table.insert(["j", 1]);
      await table.insert(["k", 2]);
      same(await table.lookup("k"), [["k", 2]]);
      same(await table.size, 2, "size");
    });

    eachType(
      "insert of a key that is there adds a record",
      ["bag", "duplicate_bag"],
      async (table) => {
        await table.insert(["k", 2]);
        await table.insert(["k", 1]);
        await table.insert(["k", 3, "more"]);
        same(await table.lookup("k"), [
          ["k", 2],
          ["k", 1],
          ["k", 3, "more"],
        ]);
        same(await table.size, 3, "size");
      },
    );

    eachType(
      "insert of an equal record changes neither the content nor the order",
      ["bag"],
      async (table) => {
        await table.insertMany([
          ["k", { a: 1, b: 2 }],
          ["k", 2],
        ]);
        await table.insert(["k", { b: 2, a: 1 }]);
        same(await table.lookup("k"), [
          ["k", { a: 1, b: 2 }],
          ["k", 2],
        ]);
        same(await table.size, 2, "size");
      },
    );

    eachType("insert of an equal record adds it", ["duplicate_bag"], async (table) => {
      await table.insertMany([
        ["k", 1],
        ["k", 2],
      ]);
      await table.insert(["k", 1]);
      same(await table.lookup("k"), [
        ["k", 1],
        ["k", 2],
        ["k", 1],
      ]);
      same(await table.size, 3, "size");
    });

    eachType("insertMany inserts all records, and returns nothing", ALL, async (table) => {
      const records: StoreRecord[] = Array.from({ length: 300 }, (_unused, index) => [
        index,
        -index,
      ]);
      same(await table.insertMany(records), undefined);
      same(await table.size, 300, "size");
      sameRecords(
        await collect(table.records()),
        records.map(([k, v]) => [k, v]),
      );
      for (const record of records) same(await table.lookup(record[0]), [record]);
    });

    eachType("insertMany takes any iterable", ALL, async (table) => {
      await table.insertMany(new Set<StoreRecord>([["set", 1]]));
      await table.insertMany(new Map([["map", 1]]));
      await table.insertMany(
        (function* (): Generator<StoreRecord> {
          yield ["generator", 1];
          yield ["generator too", 2];
        })(),
      );
      same(await table.size, 4, "size");
      same(await table.lookup("map"), [["map", 1]]);
      same(await table.lookup("generator too"), [["generator too", 2]]);
    });

    eachType(
      "insertMany takes a generator that yields the same array each time",
      ALL,
      async (table) => {
        const record: [string, number] = ["", 0];
        await table.insertMany(
          (function* () {
            for (const key of ["a", "b"]) {
              record[0] = key;
              record[1]++;
              yield record;
            }
          })(),
        );
        same([await table.lookup("a"), await table.lookup("b")], [[["a", 1]], [["b", 2]]]);
      },
    );

    eachType("insertMany of nothing changes nothing", ALL, async (table) => {
      same(await table.insertMany([]), undefined);
      same(await table.size, 0, "size");
    });

    eachType("insertMany of two records of one key keeps the last", UNIQUE, async (table) => {
      await table.insertMany([
        ["k", 1],
        ["j", 1],
        ["k", 2],
        ["k", 3],
      ]);
      same(await table.lookup("k"), [["k", 3]]);
      same(await table.size, 2, "size");
      await table.insertMany([
        ["k", 4],
        ["k", 5],
      ]);
      same(await table.lookup("k"), [["k", 5]]);
    });

    eachType(
      "insertMany keeps equal records once, at the position of the first",
      ["bag"],
      async (table) => {
        await table.insertMany([
          ["k", 1],
          ["k", 2],
          ["k", 1],
          ["j", 1],
          ["k", 3],
          ["k", 2],
        ]);
        same(await table.lookup("k"), [
          ["k", 1],
          ["k", 2],
          ["k", 3],
        ]);
        same(await table.size, 4, "size");
      },
    );

    eachType(
      "insertMany keeps every one of equal records, in the order of insertion",
      ["duplicate_bag"],
      async (table) => {
        await table.insertMany([
          ["k", 1],
          ["k", 2],
          ["k", 1],
          ["j", 1],
        ]);
        same(await table.lookup("k"), [
          ["k", 1],
          ["k", 2],
          ["k", 1],
        ]);
        same(await table.size, 4, "size");
      },
    );

    eachType(
      "insertMany of what is no iterable throws STORE_INVALID_RECORD",
      ALL,
      async (table) => {
        for (const records of [undefined, null, 1, {}, { length: 1, 0: ["k"] }]) {
          await refuses(
            "STORE_INVALID_RECORD",
            () => table.insertMany(records as never),
            "insertMany",
          );
          await refuses("STORE_INVALID_RECORD", () => table.insertNewMany(records as never));
        }
      },
    );

    eachType("insert of what is no record throws STORE_INVALID_RECORD", ALL, async (table) => {
      for (const record of [
        [],
        undefined,
        null,
        1,
        "k",
        {},
        { 0: "k", length: 1 },
        new Set(["k"]),
      ]) {
        const bad = record as never;
        await refuses("STORE_INVALID_RECORD", () => table.insert(bad), "insert", '"t"');
        await refuses("STORE_INVALID_RECORD", () => table.insertNew(bad), "insertNew", '"t"');
        await refuses("STORE_INVALID_RECORD", () => table.insertMany([bad]), "insertMany", '"t"');
        await refuses("STORE_INVALID_RECORD", () => table.deleteObject(bad), "deleteObject");
      }
      same(await table.size, 0, "size");
    });
  },
};
