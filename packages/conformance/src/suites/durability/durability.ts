import { _, type StoreRecord, type TableType } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, BAGS, hasType, type Suite, UNIQUE } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";
import { VALUES } from "../../model/sample-values.js";

/** Which records outlive their store: all if the adapter is durable, none otherwise. */
export const durability: Suite = {
  name: "durable: after the store was closed",
  heading: "How long records live",
  lookAt: "the capability durable, what close and sync write, and what openTable reads",
  define({ eachType, test }) {
    eachType(
      "a new store finds all records, of every kind of key and value",
      ALL,
      async (table, context, type) => {
        const records = [
          ...KEYS_IN_ORDER.map((key, index): StoreRecord => [key, index]),
          ...Object.entries(VALUES).map(([kind, make]): StoreRecord => [["value", kind], make()]),
        ];
        await table.insertMany(records);
        const again = await reopen(context, type);
        sameRecords(await collect(again.records()), records);
        same(await again.size, records.length, "size");
        if (type === "ordered_set") {
          same(
            await collect(again.keys()),
            (await collect(again.records())).map(([key]) => key),
          );
          same(await again.first(), null, "the first key");
        }
        for (const record of records) same(await again.lookup(record[0]), [record]);
      },
      "durable",
    );

    eachType(
      "a new store finds the result of each kind of change",
      ALL,
      async (table, context, type) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
          ["c", 1],
          ["d", 1],
          ["e", 1],
          ["f", "x"],
        ]);
        await table.insertNew(["a", 2]);
        await table.delete("b");
        await table.take("c");
        await table.deleteObject(["d", 1]);
        await table.matchDelete([_, "x"]);
        await table.insertNew(["g", 1]);
        await table.delete("g");
        await table.insert(["g", 2]);
        const again = await reopen(context, type);
        sameRecords(await collect(again.records()), [
          ["a", 1],
          ["e", 1],
          ["g", 2],
        ]);
        same(await again.size, 3, "size");
      },
      "durable",
    );

    eachType(
      "a new store finds updates and counts",
      UNIQUE,
      async (table, context, type) => {
        await table.insertMany([
          ["k", 1, "x"],
          ["r", 1],
          ["big", 1n],
        ]);
        await table.updateCounter("k", 41);
        await table.updateElement("k", [3, { y: 1 }]);
        await table.replace(["r", 1], ["r", 2]);
        await table.updateCounter("big", 2n ** 80n);
        await table.updateCounter("new", 1, ["new", 0]);
        const again = await reopen(context, type);
        sameRecords(await collect(again.records()), [
          ["k", 42, { y: 1 }],
          ["r", 2],
          ["big", 2n ** 80n + 1n],
          ["new", 1],
        ]);
        same(await again.updateCounter("k", 1), 43, "the next count");
      },
      "durable",
    );

    eachType(
      "a new store finds a bag's records in the order of insertion",
      BAGS,
      async (table, context, type) => {
        await table.insertMany([
          ["k", 3],
          ["k", 1],
          ["j", 1],
          ["k", 2],
          ["k", 1],
        ]);
        await table.deleteObject(["k", 3]);
        await table.insert(["k", 3]);
        const expected = await table.lookup("k");
        const again = await reopen(context, type);
        same(await again.lookup("k"), expected);
        await again.insert(["k", 2]);
        same((await again.lookup("k")).length, expected.length + (type === "bag" ? 0 : 1));
      },
      "durable",
    );

    eachType(
      "a new store finds nothing after deleteAllObjects",
      ALL,
      async (table, context, type) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        await table.deleteAllObjects();
        await table.insert(["c", 1]);
        const again = await reopen(context, type);
        same(await collect(again.records()), [["c", 1]]);
      },
      "durable",
    );

    eachType(
      "a new store finds the table's type, though it is empty",
      ALL,
      async (_table, context, type) => {
        await context.store.close();
        const store = context.openStore();
        const other =
          type === "set" ? ALL.find((t) => t !== "set" && hasType(context.capabilities, t)) : "set";
        if (other !== undefined) {
          await refuses("STORE_TABLE_TYPE_MISMATCH", () =>
            store.ensureTable("d", "t", { type: other }),
          );
        }
        same((await store.ensureTable("d", "t")).type, type, "its type, opened without one");
      },
      "durable",
    );

    eachType(
      "a new store finds what was written before sync and after it",
      ALL,
      async (table, context, type) => {
        await table.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        await table.sync();
        await table.delete("a");
        await table.insert(["c", 1]);
        await context.store.syncTable("t");
        await table.insert(["d", 1]);
        const again = await reopen(context, type);
        sameRecords(await collect(again.records()), [
          ["b", 1],
          ["c", 1],
          ["d", 1],
        ]);
      },
      "durable",
    );

    eachType(
      "a new store finds a thousand records of one batch, and a value of a million characters",
      ALL,
      async (table, context, type) => {
        const records = Array.from({ length: 1_000 }, (_unused, at): StoreRecord => [at, `${at}`]);
        const long: StoreRecord = ["long", "0123456789".repeat(100_000)];
        await table.insertMany(records);
        await table.insert(long);
        const again = await reopen(context, type);
        sameRecords(await collect(again.records()), [...records, long]);
      },
      "durable",
    );

    test(
      "a new store finds each of many tables, with its own records",
      async (context) => {
        const names = Array.from({ length: 24 }, (_unused, at) => `table ${at}`);
        const types = ALL.filter((type) => hasType(context.capabilities, type));
        const typeOf = (at: number) => types[at % types.length] as TableType;
        for (const [at, name] of names.entries()) {
          const table = await context.table(typeOf(at), name);
          await table.insertMany([
            ["name", name],
            [at, at],
          ]);
        }
        await context.store.close();
        const store = context.openStore();
        for (const [at, name] of names.entries()) {
          const table = await store.ensureTable("d", name);
          same(table.type, typeOf(at), `the type of ${name}`);
          sameRecords(await collect(table.records()), [
            ["name", name],
            [at, at],
          ]);
        }
      },
      "durable",
    );

    eachType(
      "each of five stores in turn finds the writes of those before",
      ALL,
      async (_table, context, type) => {
        await context.store.close();
        for (let round = 0; round < 5; round++) {
          const store = context.openStore();
          const table = await store.ensureTable("d", "t", { type });
          same(await table.size, round, "size");
          for (let key = 0; key < round; key++)
            same(await table.lookup(key), [[key, `round ${key}`]]);
          await table.insert([round, `round ${round}`]);
          await table.sync();
          await store.close();
        }
      },
      "durable",
    );

    test(
      "a new store of the other mode finds the records",
      async (context) => {
        if (context.adapter.mode !== "sync") return;
        await (await context.table()).insert(["k", 1]);
        await context.store.close();
        const store = context.openStore({ mode: context.mode === "sync" ? "async" : "sync" });
        same(await (await store.ensureTable("d", "t")).lookup("k"), [["k", 1]]);
      },
      "durable",
    );

    test(
      "syncTable and flushCounters by name leave the table as it is",
      async (context) => {
        const table = await context.table();
        await table.insert(["k", 1]);
        await context.store.syncTable("t");
        await context.store.flushCounters("t");
        same(await table.lookup("k"), [["k", 1]]);
      },
      "durable",
    );

    test(
      "an adapter that declares durable: false keeps nothing for a new store",
      async (context) => {
        await (await context.table()).insert(["k", 1]);
        await context.store.close();
        const again = await context.openStore().ensureTable("d", "t");
        holds(
          (await again.size) === 0,
          "records outlive the store: the adapter must declare durable: true",
        );
      },
      "not durable",
    );
  },
};

/** The table in a new store on the same backend, after the first store was closed. */
async function reopen(context: TestContext, type: (typeof ALL)[number]) {
  await context.store.close();
  return context.openStore().ensureTable("d", "t", { type });
}
