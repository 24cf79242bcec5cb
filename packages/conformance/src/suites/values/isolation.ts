import type { StoreRecord } from "@store/core";
import { collect, holds, same } from "../../assertions/assertion.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { checkUnfrozen, mutateDeeply } from "./mutation.js";

/** A record with each kind of part that can be changed in place, at the top and deep inside. */
function make(key: StoreRecord[0] = "k"): StoreRecord {
  return [
    key,
    { list: [1, { n: 1 }] },
    [1, [2]],
    ...parts(),
    { deep: [new Map([["parts", parts()]])] },
  ];
}

function parts(): unknown[] {
  return [
    new Date(1),
    new Map([["a", { n: 1 }]]),
    new Set(["m"]),
    Uint8Array.of(1, 2),
    Float32Array.of(1, 2),
    Uint8Array.of(1, 2).buffer,
  ];
}

/** What is stored is a copy of what was written, and what is read a copy of what is stored. */
export const isolation: Suite = {
  name: "isolation",
  heading: "Isolation",
  lookAt:
    "the capability serializes, freshRecords of the table, and where records are copied or decoded",
  define({ eachType, test }) {
    eachType(
      "what the caller does to a record after each write doesn't change the table",
      ALL,
      async (table) => {
        const writes: ((record: StoreRecord) => unknown)[] = [
          (record) => table.insert(record),
          (record) => table.insertMany([record]),
          (record) => table.insertNew(record),
          (record) => table.insertNewMany([record]),
        ];
        for (const write of writes) {
          await table.deleteAllObjects();
          const record = make();
          await write(record);
          mutateDeeply(record);
          same(await table.lookup("k"), [make()], "the record after its writer changed its own");
        }
      },
    );

    eachType(
      "what the caller does to a record while the write is under way doesn't change the table",
      ALL,
      async (table) => {
        const record = make();
        const writing = table.insert(record);
        mutateDeeply(record);
        await writing;
        same(await table.lookup("k"), [make()]);
      },
    );

    eachType(
      "what the caller does to an array of records after insertMany doesn't change the table",
      ALL,
      async (table) => {
        const records = [make("a"), make("b")];
        const writing = table.insertMany(records);
        records.pop();
        await writing;
        same(await table.size, 2, "size");
      },
    );

    eachType(
      "what is done to a record that was read doesn't change the table",
      ALL,
      async (table) => {
        await table.insert(make());
        const reads: (() => Promise<readonly unknown[]>)[] = [
          async () => table.lookup("k"),
          async () => collect(table.records()),
          async () => table.matchObject(make() as never),
          async () => table.matchObject(["k", ...make().slice(1)] as never, { limit: 1 }),
          async () => table.foldl((record, all: unknown[]) => [...all, record], []),
        ];
        for (const [index, read] of reads.entries()) {
          const found = await read();
          same(found, [make()], `read ${index}`);
          mutateDeeply(found);
          same(
            await table.lookup("k"),
            [make()],
            `the record after what read ${index} returned was changed`,
          );
        }
      },
    );

    eachType("what is done to one reader's record doesn't change another's", ALL, async (table) => {
      await table.insert(make());
      const [one, other] = [await table.lookup("k"), await table.lookup("k")];
      mutateDeeply(one);
      same(other, [make()], "the other's");
    });

    eachType("the array that lookup returns is the reader's own", ALL, async (table) => {
      await table.insertMany([
        ["k", 1],
        ["j", 1],
      ]);
      const found = await table.lookup("k");
      found.push(["k", 2]);
      found[0] = ["x", 1];
      same([await table.lookup("k"), await table.size], [[["k", 1]], 2]);
      const missing = await table.lookup("missing");
      missing.push(["missing", 1]);
      same(
        [await table.lookup("missing"), await table.lookup("other")],
        [[], []],
        "of a missing key",
      );
    });

    eachType(
      "the arrays that matchObject and take return are the reader's own",
      ALL,
      async (table) => {
        await table.insertMany([
          ["k", 1],
          ["j", 1],
        ]);
        const found = await table.matchObject(["k", 1]);
        found.length = 0;
        same(await table.lookup("k"), [["k", 1]]);
        const taken = await table.take("k");
        taken.push(["k", 2]);
        same([await table.lookup("k"), await table.size], [[], 1]);
      },
    );

    eachType(
      "a record that was read can be changed by its reader, and inserted",
      ALL,
      async (table) => {
        await table.insert(["k", 1, { a: 1 }]);
        const [record] = (await table.lookup("k")) as unknown as unknown[][];
        holds(
          record !== undefined && !Object.isFrozen(record),
          "a record that was read must not be frozen",
        );
        record[1] = 2;
        record.push("more");
        same(await table.lookup("k"), [["k", 1, { a: 1 }]]);
        await table.delete("k");
        await table.insert(record as unknown as StoreRecord);
        same(await table.lookup("k"), [["k", 2, { a: 1 }, "more"]]);
      },
    );

    eachType(
      "a record that was read stays unchanged when it is taken, deleted or replaced",
      ALL,
      async (table) => {
        await table.insert(make());
        const [read] = await table.lookup("k");
        const [taken] = await table.take("k");
        await table.insert(["k", "other"]);
        same([read, taken], [make(), make()]);
        mutateDeeply(taken);
        same([read, await table.lookup("k")], [make(), [["k", "other"]]]);
      },
    );

    eachType("the caller's own objects are never frozen", ALL, async (table) => {
      const record = make([["tuple"], 1]);
      await table.insert(record);
      await table.insertMany([record]);
      await table.insertNew(record);
      await table.deleteObject(record);
      await table.matchObject(record as never);
      checkUnfrozen(record);
    });

    eachType(
      "updateElement, replace and defaults of counters store copies",
      ["set", "ordered_set"],
      async (table) => {
        await table.insert(["k", 0, "x"]);
        const value = make();
        await table.updateElement("k", [2, value]);
        mutateDeeply(value);
        same(await table.lookup("k"), [["k", make(), "x"]], "after updateElement");
        mutateDeeply(await table.lookup("k"));
        same(await table.lookup("k"), [["k", make(), "x"]], "after updateElement, read");

        const swapped: StoreRecord = ["k", make()];
        same(await table.replace(["k", make(), "x"], swapped), true);
        mutateDeeply(swapped);
        same(await table.lookup("k"), [["k", make()]], "after replace");
        mutateDeeply(await table.lookup("k"));
        same(await table.lookup("k"), [["k", make()]], "after replace, read");

        const initial: StoreRecord = ["c", 1, make()];
        await table.updateCounter("c", 1, initial);
        checkUnfrozen(initial);
        mutateDeeply(initial);
        mutateDeeply(await table.lookup("c"));
        await table.updateCounter("c", 1);
        mutateDeeply(await table.lookup("c"));
        same(await table.lookup("c"), [["c", 3, make()]], "after updateCounter");
        await table.updateElement("c", [2, "x"]);
        mutateDeeply(await table.lookup("c"));
        same(
          await table.lookup("c"),
          [["c", "x", make()]],
          "after updateElement of another element",
        );
      },
    );

    test("a table that was closed and opened isolates its records, too", async (context) => {
      const table = await context.table();
      await table.insert(make());
      await table.close();
      const again = await context.table();
      mutateDeeply(await again.lookup("k"));
      mutateDeeply(await collect(again.records()));
      same(await again.lookup("k"), [make()]);
    });

    test(
      "an adapter without serializes returns the same nested objects that it was given",
      async (context) => {
        const table = await context.table();
        await table.insert(["k", { a: [1] }]);
        const nested = async (): Promise<unknown> => (await table.lookup("k"))[0]?.[1];
        const first = await nested();
        holds(
          first === (await nested()),
          "each read makes new objects: the adapter must declare serializes: true",
        );
      },
      "not serializes",
    );

    test(
      "an adapter with serializes returns new objects each time",
      async (context) => {
        const table = await context.table();
        await table.insert(["k", { a: [1] }]);
        const nested = async (): Promise<unknown> => (await table.lookup("k"))[0]?.[1];
        const first = await nested();
        holds(
          first !== (await nested()),
          "two reads return one object: a change to it shows in both",
        );
      },
      "serializes",
    );
  },
};
