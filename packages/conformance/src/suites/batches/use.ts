import { collect, refuses, same } from "../../assertions/assertion.js";
import type { Suite } from "../../harness/suite.js";

/** How often a batch may be committed, which arguments it takes, and of which tables. */
export const batchUse: Suite = {
  name: "tables and arguments of a batch",
  heading: "Batches",
  lookAt: "the capability batches, and openTable; core does the rest",
  define({ test }) {
    test(
      "an empty batch is true; a batch is spent after commit",
      async (context) => {
        const set = await context.table();
        const { store } = context;
        const empty = store.batch();
        same(await empty.commit(), true, "an empty batch");
        same(empty.results, [], "its results");
        await set.insert(["k", 1]);
        const done = store.batch().insert(set, ["a", 1]);
        const refused = store.batch().insertNew(set, ["k", 1]);
        same([await done.commit(), await refused.commit()], [true, false]);
        for (const spent of [empty, done, refused]) {
          await refuses("STORE_INVALID_OPERATION", () => spent.commit());
          await refuses("STORE_INVALID_OPERATION", () => spent.insert(set, ["late", 1]));
        }
        same([await set.size, await set.member("late")], [2, false]);
      },
      "batches",
    );

    test(
      "arguments are checked when the call is made, and a bad one adds nothing",
      async (context) => {
        const set = await context.table();
        const builder = context.store.batch().insert(set, ["good", 1]);
        await refuses("STORE_INVALID_RECORD", () => builder.insert(set, ["k", () => 1]));
        await refuses("STORE_INVALID_RECORD", () =>
          builder.insertMany(set, [["k", 1], [] as never]),
        );
        await refuses("STORE_INVALID_KEY", () => builder.delete(set, Number.NaN));
        await refuses("STORE_INVALID_OPERATION", () => builder.updateElement(set, "k", [1, 1]));
        await refuses("STORE_INVALID_OPERATION", () => builder.updateCounter(set, "k", 1.5));
        await refuses("STORE_INVALID_OPERATION", () => builder.check(set, "k", ["other", 1]));
        await refuses("STORE_NOT_SUPPORTED", () => builder.append(set, ["k"], 1));
        await refuses("STORE_NOT_SUPPORTED", () => builder.deleteRange(set, {}));
        same(await builder.commit(), true);
        same(await collect(set.records()), [["good", 1]]);
      },
      "batches",
    );

    test(
      "replace, check, updateElement and updateCounter of a bag throw STORE_NOT_SUPPORTED",
      async (context) => {
        const bag = await context.table("bag");
        const builder = context.store.batch();
        await refuses("STORE_NOT_SUPPORTED", () => builder.replace(bag, ["k", 1], ["k", 2]));
        await refuses("STORE_NOT_SUPPORTED", () => builder.check(bag, "k", undefined));
        await refuses("STORE_NOT_SUPPORTED", () => builder.updateElement(bag, "k", [2, 1]));
        await refuses("STORE_NOT_SUPPORTED", () => builder.updateCounter(bag, "k", 1));
      },
      "batches",
      "bags",
    );

    test(
      "tables of two backends in one batch throw STORE_NOT_SUPPORTED, naming both",
      async (context) => {
        const { store } = context;
        await store.configureDomain("other", await context.anotherBackend());
        const [one, two] = [
          await context.table("set", "one"),
          await context.table("set", "two", "other"),
        ];
        const add = async () => store.batch().insert(one, ["k", 1]).insert(two, ["k", 1]).commit();
        await refuses("STORE_NOT_SUPPORTED", add, '"one"', '"two"');
        same([await one.size, await two.size], [0, 0]);
      },
      "batches",
    );

    test(
      "tables of several domains of one backend may be in one batch",
      async (context) => {
        const tables = [
          await context.table("set", "t", "one"),
          await context.table("set", "t", "two"),
        ];
        const builder = context.store.batch();
        for (const table of tables) builder.insert(table, ["k", table.domain]);
        same(await builder.commit(), true);
        for (const table of tables) same(await table.lookup("k"), [["k", table.domain]]);
      },
      "batches",
    );

    test(
      "a table that was closed, or is another store's, is refused",
      async (context) => {
        const { store } = context;
        const [shut, open] = [
          await context.table("set", "shut"),
          await context.table("set", "open"),
        ];
        const builder = store.batch().insert(open, ["k", 1]).insert(shut, ["k", 1]);
        await shut.close();
        await refuses("STORE_TABLE_CLOSED", () => builder.commit());
        same(await open.size, 0, "size of the open table");
        await refuses("STORE_TABLE_CLOSED", () => store.batch().insert(shut, ["k", 1]));
      },
      "batches",
    );

    test(
      "without the capability, a batch of a table throws STORE_NOT_SUPPORTED and changes nothing",
      async (context) => {
        const set = await context.table();
        await refuses("STORE_NOT_SUPPORTED", async () =>
          context.store.batch().insert(set, ["k", 1]).commit(),
        );
        same(await set.size, 0, "size");
      },
      "not batches",
    );
  },
};
