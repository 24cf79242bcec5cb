import { collect, holds, refuses, same } from "../../assertions/assertion.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";

/** Which tables there are, and removing them. */
export const tables: Suite = {
  name: "tables, dropTable",
  heading: "Names and domains",
  lookAt: "tables and dropTable of the backend; what openTable keeps of an empty table",
  define({ eachType, test }) {
    test("tables lists the tables of the domain by name, open or not, empty or not", async (context) => {
      const { store } = context;
      same(await store.tables("d"), [], "of a domain that has none");
      const expected = [];
      for (const type of ALL) {
        if (!hasType(context.capabilities, type)) continue;
        for (const name of [`z ${type}`, `a ${type}`, `é\0/${type}`]) {
          const table = await context.table(type, name);
          if (name.startsWith("z")) await table.insert(["k", 1]);
          if (name.startsWith("a")) await table.close();
          expected.push({ name, type });
        }
      }
      await context.table("set", "elsewhere", "other");
      const byName = expected.sort((a, b) => (a.name < b.name ? -1 : 1));
      same(await store.tables("d"), byName);
      same(await store.tables("other"), [{ name: "elsewhere", type: "set" }]);
      same(await store.tables("never"), []);
    });

    eachType(
      "an empty table remembers its type after close",
      ALL,
      async (table, { store }, type) => {
        await table.close();
        same((await store.ensureTable("d", "t")).type, type);
        same(await store.tables("d"), [{ name: "t", type }]);
      },
    );

    eachType(
      "dropTable removes the table with its records, and says whether it was there",
      ALL,
      async (table, context, type) => {
        const { store } = context;
        await table.insertMany(Array.from({ length: 50 }, (_unused, key) => [key, key]));
        const bystander = await context.table(type, "u");
        await bystander.insert(["k", 1]);
        const namesake = await context.table(type, "t", "other");
        await namesake.insert(["k", 2]);
        await table.close();
        same(await store.dropTable("d", "t"), true);
        same(await store.dropTable("d", "t"), false, "the second time");
        same(await store.dropTable("d", "never"), false, "of a table that never was");
        same(await store.tables("d"), [{ name: "u", type }]);
        same(await store.tables("other"), [{ name: "t", type }], "the tables of another domain");
        const anew = await store.ensureTable("d", "t", { type });
        same(
          [await anew.size, await collect(anew.records()), await anew.first()],
          [0, [], undefined],
          "the table made anew",
        );
        same([await anew.lookup(7), await anew.member(7)], [[], false]);
        same([await bystander.lookup("k"), await namesake.lookup("k")], [[["k", 1]], [["k", 2]]]);
      },
    );

    eachType("dropTable of an open table closes its handle", ALL, async (table, context, type) => {
      await table.insert(["k", 1]);
      same(await context.store.dropTable("d", "t"), true);
      await refuses("STORE_TABLE_CLOSED", () => table.lookup("k"), "lookup");
      await refuses("STORE_TABLE_CLOSED", () => table.insert(["k", 1]), "insert");
      await table.close();
      const anew = await context.table(type);
      holds(anew !== table, "a table made anew must have a new handle");
      same(await anew.size, 0, "size");
    });

    test("a name that was dropped may be taken by another type", async (context) => {
      for (const type of [...ALL, ...ALL]) {
        if (!hasType(context.capabilities, type)) continue;
        const table = await context.table(type);
        await table.insertMany([
          ["k", 1],
          ["k", 2],
        ]);
        same((await table.lookup("k")).length, type.endsWith("bag") ? 2 : 1, type);
        same(await context.store.dropTable("d", "t"), true);
      }
      same(await context.store.tables("d"), []);
    });

    test("tables and dropTable refuse a domain or a name that is none", async ({ store }) => {
      for (const bad of ["", 1, null, undefined]) {
        await refuses("STORE_INVALID_OPTIONS", () => store.tables(bad as never), "tables");
        await refuses(
          "STORE_INVALID_OPTIONS",
          () => store.dropTable(bad as never, "t"),
          "dropTable",
        );
        await refuses(
          "STORE_INVALID_TABLE_NAME",
          () => store.dropTable("d", bad as never),
          "dropTable",
        );
      }
    });

    eachType(
      "what was dropped, and what wasn't, is so after the store was closed and opened",
      ALL,
      async (table, context, type) => {
        await table.insert(["k", 1]);
        await (await context.table(type, "u")).insert(["k", 2]);
        await context.table(type, "empty");
        await (await context.table(type, "t", "other")).insert(["k", 3]);
        await context.store.dropTable("d", "t");
        await context.store.close();
        const again = context.openStore();
        same(await again.tables("d"), [
          { name: "empty", type },
          { name: "u", type },
        ]);
        same(await again.tables("other"), [{ name: "t", type }]);
        const anew = await again.ensureTable("d", "t", { type });
        same([await anew.size, await anew.lookup("k")], [0, []], "the table made anew");
        same(await (await again.ensureTable("d", "u")).lookup("k"), [["k", 2]]);
        same(await (await again.ensureTable("other", "t")).lookup("k"), [["k", 3]]);
      },
      "durable",
    );
  },
};
