import { collect, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { callsOf } from "../../harness/table-calls.js";

/** A table after it was closed. */
export const closed: Suite = {
  name: "a closed table",
  heading: "Opening and closing",
  lookAt: "close of the table, and openTable after it",
  define({ eachType, test }) {
    for (const operation of Object.keys(callsOf({} as AnyTable))) {
      eachType(
        `${operation} on a closed table throws STORE_TABLE_CLOSED`,
        ALL,
        async (table, context, type) => {
          await table.insert(["k", 1]);
          await table.close();
          await refuses(
            "STORE_TABLE_CLOSED",
            () => callsOf(table)[operation]?.(),
            operation,
            '"t"',
          );
          const again = await context.table(type);
          same(await again.lookup("k"), [["k", 1]], "the table opened anew");
          await refuses("STORE_TABLE_CLOSED", () => callsOf(table)[operation]?.(), operation);
        },
      );
    }

    eachType(
      "a call with bad arguments on a closed table throws STORE_TABLE_CLOSED",
      ALL,
      async (table) => {
        await table.close();
        const bad = undefined as never;
        await refuses("STORE_TABLE_CLOSED", () => table.insert(bad));
        await refuses("STORE_TABLE_CLOSED", () => table.lookup(bad));
        await refuses("STORE_TABLE_CLOSED", () => collect(table.records(5 as never)));
      },
    );

    eachType("close twice, also at once, is no error and returns nothing", ALL, async (table) => {
      same(await Promise.all([table.close(), table.close()]), [undefined, undefined]);
      same(await table.close(), undefined);
    });

    eachType(
      "name, domain and type of a closed table can be read",
      ALL,
      async (table, _scene, type) => {
        await table.close();
        same([table.name, table.domain, table.type], ["t", "d", type]);
      },
    );

    test("close of one table leaves the others open", async (context) => {
      const [one, other] = [await context.table("set", "one"), await context.table("set", "other")];
      await one.close();
      await other.insert(["k", 1]);
      same(await other.lookup("k"), [["k", 1]]);
    });

    eachType(
      "writes called before close, and not awaited, are done",
      ALL,
      async (table, context, type) => {
        const pending = [];
        for (let key = 0; key < 20; key++) pending.push(table.insert([key, 1]));
        pending.push(table.close());
        await Promise.all(pending);
        same(await (await context.table(type)).size, 20, "size of the table opened anew");
      },
    );
  },
};
