import { refuses, same } from "../../assertions/assertion.js";
import type { Suite } from "../../harness/suite.js";

/** A store that knows only the domains that were configured. */
export const strictDomains: Suite = {
  name: "strictDomains",
  heading: "Names and domains",
  lookAt: "core, which refuses these domains before it calls the adapter",
  define({ test }) {
    test("a domain never configured is STORE_INVALID_OPERATION, naming it", async (context) => {
      const store = context.openStore({ strictDomains: true });
      const target = await context.anotherBackend();
      for (const call of [
        () => store.ensureTable("misspelt", "t"),
        () => store.tables("misspelt"),
        () => store.dropTable("misspelt", "t"),
        () => store.copyDomain("misspelt", target),
        () => store.migrateDomain("misspelt", target),
      ]) {
        await refuses("STORE_INVALID_OPERATION", call, "misspelt");
      }
      same(
        (await store.domainConfig("misspelt")).adapter === context.adapter,
        true,
        "domainConfig",
      );
    });

    test("a domain that was configured works as ever", async (context) => {
      const store = context.openStore({ strictDomains: true });
      await store.configureDomain("known", context.backend);
      const table = await store.ensureTable("known", "t");
      await table.insert(["k", 1]);
      same(await table.lookup("k"), [["k", 1]]);
      same(await store.tables("known"), [{ name: "t", type: "set" }]);
      same(await store.dropTable("known", "t"), true);
    });
  },
};
