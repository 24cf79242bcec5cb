import type { StoreRecord } from "@store/core";
import { collect, holds, refuses, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { KEYS_IN_ORDER } from "../../model/sample-keys.js";
import { VALUES } from "../../model/sample-values.js";

/** Copying a domain to another backend of the adapter. */
export const copy: Suite = {
  name: "copyDomain",
  heading: "Moving a domain",
  lookAt: "tables, snapshot, scan, insertMany, size and openTable, by which core copies a table",
  define({ eachType, test }) {
    eachType(
      "migrateDomain moves all tables, open or not, and closes the old handles",
      ALL,
      async (table, context, type) => {
        await table.insert(["k", 1]);
        const shut = await context.table(type, "shut");
        await shut.insert(["k", 2]);
        await shut.close();
        await context.table(type, "empty");
        const other = await context.table(type, "t", "other");
        await other.insert(["k", 3]);
        const backend = await context.anotherBackend();
        const moved = await context.store.migrateDomain("d", backend);
        same(
          [...moved].sort((a, b) => (a.table < b.table ? -1 : 1)),
          [
            { table: "empty", records: 0 },
            { table: "shut", records: 1 },
            { table: "t", records: 1 },
          ],
        );
        await refuses("STORE_TABLE_CLOSED", () => table.lookup("k"), "lookup");
        same(
          await context.store.tables("d"),
          ["empty", "shut", "t"].map((name) => ({ name, type })),
        );
        same(await (await context.table(type, "shut")).lookup("k"), [["k", 2]]);
        same(await other.lookup("k"), [["k", 3]], "a table of another domain");
      },
    );

    eachType(
      "copyDomain copies all tables, open or not, and leaves the domain where it is",
      ALL,
      async (table, context, type) => {
        const { store } = context;
        const records = everyKind();
        await table.insertMany(records);
        const shut = await context.table(type, "shut");
        await shut.insert(["k", 1]);
        await shut.close();
        const backend = await context.anotherBackend();
        const copied = await store.copyDomain("d", backend);
        same(
          [...copied].sort((a, b) => (a.table < b.table ? -1 : 1)),
          [
            { table: "shut", records: 1 },
            { table: "t", records: records.length },
          ],
        );
        holds((await store.adapterModule("d")) === context.adapter, "the domain's adapter");
        holds((await context.table(type)) === table, "the handle must still be the table's");
        await table.insert(["later", 1]);
        sameRecords(await collect(table.records()), [...records, ["later", 1]], "the table");
        if (!context.capabilities.durable) return;
        const other = context.openStore({ backend });
        same(
          await other.tables("d"),
          [
            { name: "shut", type },
            { name: "t", type },
          ],
          "the copies",
        );
        sameRecords(
          await collect((await other.ensureTable("d", "t")).records()),
          records,
          "the copy",
        );
      },
    );

    eachType(
      "copyDomain to a target that holds records is refused, and leaves them",
      ALL,
      async (table, context, type) => {
        const { store } = context;
        await table.insert(["mine", 1]);
        const backend = await context.anotherBackend();
        await store.configureDomain("d", backend);
        const theirs = await context.table(type);
        await theirs.insert(["theirs", 1]);
        await store.resetDomain("d");
        await refuses(
          "STORE_INVALID_OPERATION",
          () => store.copyDomain("d", backend),
          "copyDomain",
        );
        same(await collect(table.records()), [["mine", 1]]);
        same(await collect(theirs.records()), [["theirs", 1]]);
      },
    );

    test("copyDomain that is given up leaves nothing behind", async (context) => {
      const table = await context.table();
      await table.insertMany(everyKind());
      const backend = await context.anotherBackend();
      const onProgress = () => {
        throw new Error("enough");
      };
      await refuses(
        "STORE_INVALID_OPERATION",
        () => context.store.copyDomain("d", backend, { onProgress }),
        "copyDomain",
        "enough",
      );
      sameRecords(await collect(table.records()), everyKind());
      await context.store.configureDomain("d", backend);
      same(await context.store.tables("d"), [], "what is left of the copy");
    });

    test("copyDomain of a domain without tables copies nothing", async (context) => {
      same(await context.store.copyDomain("empty", await context.anotherBackend()), []);
    });
  },
};

/** A record of every kind of key, and one of every kind of value. */
function everyKind(): StoreRecord[] {
  return [
    ...KEYS_IN_ORDER.map((key, index): StoreRecord => [key, index]),
    ...Object.entries(VALUES).map(([kind, make]): StoreRecord => [["value", kind], make()]),
  ];
}
