import { refuses, same } from "../../assertions/assertion.js";
import type { AnyStore } from "../../backend/any-store.js";
import type { Suite } from "../../harness/suite.js";

/** What a store does with tables by their name, in whatever domain. */
export const byName: Suite = {
  name: "closeTable, syncTable, flushCounters by name",
  heading: "Opening and closing",
  lookAt: "close and sync of the adapter's tables",
  define({ test }) {
    test("closeTable of a table that isn't open does nothing", async ({ store }) => {
      same(await store.closeTable("never"), undefined);
      same(await store.syncTable("never"), undefined);
      same(await store.flushCounters("never"), undefined);
    });

    test(
      "closeTable leaves the tables of an adapter that isn't durable open",
      async (context) => {
        const table = await context.table();
        await table.insert(["k", 1]);
        await everyByName(context.store);
        same(await table.lookup("k"), [["k", 1]]);
      },
      "not durable",
    );

    test(
      "closeTable closes the tables of that name in every domain",
      async (context) => {
        await context.store.configureDomain("other", await context.anotherBackend());
        const tables = [await context.table(), await context.table("set", "t", "other")];
        const bystander = await context.table("set", "u");
        for (const table of tables) await table.insert(["k", table.domain]);
        await everyByName(context.store);
        for (const table of tables) {
          await refuses("STORE_TABLE_CLOSED", () => table.lookup("k"));
          const again = await context.table("set", "t", table.domain);
          same(await again.lookup("k"), [["k", table.domain]], "the table opened anew");
        }
        same(await bystander.size, 0, "the size of a table of another name");
        await context.store.closeTable("t");
        await context.store.closeTable("t");
      },
      "durable",
    );

    test("closeTable, syncTable and flushCounters refuse an invalid name", async ({ store }) => {
      await refuses("STORE_INVALID_TABLE_NAME", () => store.closeTable(""), "closeTable");
      await refuses("STORE_INVALID_TABLE_NAME", () => store.syncTable(1 as never), "syncTable");
      await refuses("STORE_INVALID_TABLE_NAME", () => store.flushCounters(null as never));
    });
  },
};

/** All calls by name; the last one closes. */
async function everyByName(store: AnyStore): Promise<void> {
  same(await store.syncTable("t"), undefined);
  same(await store.flushCounters("t"), undefined);
  same(await store.closeTable("t"), undefined);
}
