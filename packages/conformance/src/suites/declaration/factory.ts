import { holds, refuses, same } from "../../assertions/assertion.js";
import { backendConfigOf } from "../../backend/create-backend.js";
import type { Suite } from "../../harness/suite.js";
import { TestContext } from "../../harness/test-context.js";

/** Runs first: unless each backend is new and isolated, no other result means anything. */
export const factory: Suite = {
  name: "createAdapter and cleanup",
  heading: "the kit itself",
  lookAt:
    "createAdapter and cleanup, which you gave to the kit: each call must name a new directory, schema or prefix",
  define({ test }) {
    test("createAdapter returns an empty backend", async (context) => {
      same(await (await context.table()).size, 0, "the size of a table on a new backend");
    });

    test("createAdapter returns a backend that shares no tables with another", async (context) => {
      const other = await context.another();
      const [one, two] = [await context.table(), await other.table()];
      await one.insert(["one", 1]);
      await two.insert(["two", 2]);
      same(await one.lookup("two"), [], "records of the second backend in the first");
      same(await two.lookup("one"), [], "records of the first backend in the second");
    });

    test("createAdapter returns an empty backend after an earlier one was closed", async (context) => {
      const before = await TestContext.begin(context.options, 1, context.mode);
      try {
        await (await before.table()).insert(["before", 1]);
      } finally {
        await before.end();
      }
      same(await (await context.table()).size, 0, "the size of a table on a new backend");
    });

    test("createAdapter's options are accepted by the adapter", async (context) => {
      const created = backendConfigOf(context.backend);
      holds(
        created.options === undefined || typeof created.options === "object",
        "the options that createAdapter returns must be an object",
      );
      const config = await context.store.domainConfig("d");
      holds(config.adapter === context.adapter, "domainConfig must return the adapter as given");
    });

    test("a store with what createAdapter returned opens a set, and refuses an unknown type", async (context) => {
      same((await context.table()).type, "set", "the table's type");
      await refuses("STORE_INVALID_OPTIONS", () => context.table("heap" as never));
    });
  },
};
