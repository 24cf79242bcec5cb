import { collect, same } from "../../assertions/assertion.js";
import type { AnyStore, AnyTable } from "../../backend/any-store.js";
import { hasType, type Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";

/** What a batch does when all goes well. */
export const batch: Suite = {
  name: "batch",
  heading: "Batches",
  lookAt: "applyChanges or transact of the backend",
  define({ test }) {
    test(
      "a batch does nothing before commit, then everything, over tables of all types",
      async (context) => {
        const { store } = context;
        const tables = await oneOfEach(context);
        const builder = store.batch();
        for (const table of tables)
          builder.insert(table, ["k", 1]).insertMany(table, [
            ["j", 1],
            ["k", 2],
          ]);
        for (const table of tables)
          same(await table.size, 0, `size of a ${table.type} before commit`);
        same(builder.results, undefined, "results before commit");
        same(await builder.commit(), true);
        for (const table of tables) {
          const isBag = table.type.endsWith("bag");
          same(
            await table.lookup("k"),
            isBag
              ? [
                  ["k", 1],
                  ["k", 2],
                ]
              : [["k", 2]],
            table.type,
          );
          same(
            [await table.lookup("j"), await table.size],
            [[["j", 1]], isBag ? 3 : 2],
            table.type,
          );
        }
      },
      "batches",
    );

    test(
      "results has what each call would have returned; each sees what those before it did",
      async (context) => {
        const { store } = context;
        const set = await context.table("set", "set");
        await set.insertMany([
          ["a", 1],
          ["b", 1],
        ]);
        const builder = store
          .batch()
          .insert(set, ["c", 1])
          .insertMany(set, [["d", 1]])
          .insertNew(set, ["e", 1])
          .insertNewMany(set, [
            ["f", 1],
            ["g", 1],
          ])
          .replace(set, ["a", 1], ["a", 2])
          .check(set, "a", ["a", 2])
          .check(set, "none", undefined)
          .updateElement(set, "a", [2, 5])
          .updateElement(set, "none", [2, 5])
          .updateElement(set, "new", [[2, 5]], ["?", 0, 1])
          .updateCounter(set, "a", 1)
          .updateCounter(set, "a", [2, 1, 6, 0])
          .updateCounter(set, "a", [
            [2, 1],
            [2, 10],
          ])
          .updateCounter(set, "count", 7, ["?", 1])
          .delete(set, "b")
          .deleteMany(set, ["c", "d", "b"])
          .deleteObject(set, ["e", 2])
          .deleteObject(set, ["e", 1]);
        same(await builder.commit(), true);
        same(builder.results, [
          undefined,
          undefined,
          true,
          true,
          true,
          true,
          true,
          true,
          false,
          false,
          6,
          0,
          [1, 11],
          8,
          undefined,
          2,
          0,
          1,
        ]);
        same(await set.lookupMany(["a", "b", "c", "d", "e", "f", "g", "new", "count"]), [
          [["a", 11]],
          [],
          [],
          [],
          [],
          [["f", 1]],
          [["g", 1]],
          [["new", 5, 1]],
          [["count", 8]],
        ]);
        same(await set.size, 5, "size");
      },
      "batches",
    );

    test(
      "append and deleteRange see what the batch did before",
      async (context) => {
        const { store } = context;
        const log = await context.table("ordered_set", "log");
        await log.insertMany([
          [["r", 1], "a"],
          [["r", 2], "b"],
          [["s", 9], "c"],
        ]);
        const builder = store
          .batch()
          .append(log, ["r"], "d")
          .append(log, ["r"], "e")
          .deleteRange(log, { prefix: ["r"], reverse: true, limit: 1 })
          .append(log, ["r"], "f")
          .append(log, ["new"], "g")
          .deleteRange(log, { prefix: ["s"] })
          .insert(log, [["s", 1], "h"])
          .deleteRange(log, { lt: ["r", 2], gte: ["r"] });
        same(await builder.commit(), true);
        same(builder.results, [["r", 3], ["r", 4], 1, ["r", 4], ["new", 1], 1, undefined, 1]);
        same(await collect(log.records()), [
          [["new", 1], "g"],
          [["r", 2], "b"],
          [["r", 3], "d"],
          [["r", 4], "f"],
          [["s", 1], "h"],
        ]);
      },
      "batches",
      "ordered",
    );

    test(
      "records of bags are counted, kept and removed as by the table's own calls",
      async (context) => {
        const { store } = context;
        const bag = await context.table("bag", "bag");
        const twice = await context.table("duplicate_bag", "twice");
        const builder = store.batch();
        for (const table of [bag, twice]) {
          builder
            .insertMany(table, [
              ["k", 1],
              ["k", 2],
              ["k", 1],
              ["j", 1],
            ])
            .deleteObject(table, ["k", 1])
            .insert(table, ["k", 1]);
        }
        builder.deleteMany(twice, ["j"]).insertNew(bag, ["new", 1]);
        same(await builder.commit(), true);
        same(builder.results, [undefined, 1, undefined, undefined, 2, undefined, 1, true]);
        same(await bag.lookup("k"), [
          ["k", 2],
          ["k", 1],
        ]);
        same(await twice.lookup("k"), [
          ["k", 2],
          ["k", 1],
        ]);
        same([await bag.size, await twice.size], [4, 2]);
      },
      "batches",
      "bags",
    );

    test(
      "deleteAllObjects in a batch removes everything that was there before it",
      async (context) => {
        for (const table of await oneOfEach(context)) {
          await table.insertMany([
            ["a", 1],
            ["b", 1],
          ]);
          same(
            await context.store
              .batch()
              .insert(table, ["c", 1])
              .deleteAllObjects(table)
              .insert(table, ["d", 1])
              .commit(),
            true,
          );
          same([await collect(table.records()), await table.size], [[["d", 1]], 1], table.type);
        }
      },
      "batches",
    );

    test(
      "a batch keeps copies of its arguments, as they were when the call was made",
      async (context) => {
        const set = await context.table();
        const element = { list: [1] };
        const records = [
          ["k", element],
          ["j", 1],
        ] as [string, unknown][];
        const builder = context.store.batch().insertMany(set, records);
        element.list.push(2);
        records.push(["l", 1]);
        same(await builder.commit(), true);
        same([await set.lookup("k"), await set.size], [[["k", { list: [1] }]], 2]);
      },
      "batches",
    );
  },
};

/** A new table of each type that the adapter has. */
export async function oneOfEach({ capabilities, store }: TestContext): Promise<AnyTable[]> {
  const tables: AnyTable[] = [];
  for (const type of ["set", "ordered_set", "bag", "duplicate_bag"] as const) {
    if (hasType(capabilities, type)) tables.push(await opened(store, type));
  }
  return tables;
}

async function opened(store: AnyStore, type: AnyTable["type"]): Promise<AnyTable> {
  return (await store.ensureTable("d", `a ${type}`, { type })) as AnyTable;
}
