import type { StandardSchema, StoreRecord } from "@store/core";
import { collect, holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, hasType, type Suite, UNIQUE } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";

type Checked = StandardSchema<unknown, StoreRecord>;

/** Records of a key and a number at position 2, which is stored as an integer; whatever comes after it stays. */
const numbers: Checked = {
  "~standard": {
    version: 1,
    vendor: "the kit",
    validate(value) {
      const [key, n, ...rest] = value as [string, unknown];
      if (typeof n === "number" || typeof n === "bigint") {
        return { value: [key, typeof n === "number" ? Math.round(n) : n, ...rest] as StoreRecord };
      }
      return { issues: [{ message: "expected a number", path: [1, "state"] }] };
    },
  },
};

/** Writes that a schema validates, in every adapter. */
export const schema: Suite = {
  name: "schema",
  heading: "Schemas",
  lookAt: "core, which validates before it calls the adapter; update if the adapter has it",
  define({ eachType, test }) {
    eachType(
      "what a schema refuses is STORE_INVALID_RECORD with path and words, and isn't written",
      ALL,
      async (_table, context, type) => {
        const table = await checked(context, type);
        await table.insert(["k", 1]);
        const bad: StoreRecord = ["bad", "x"];
        for (const [name, call] of Object.entries({
          insert: () => table.insert(bad),
          insertMany: () => table.insertMany([["new", 1], bad]),
          insertNew: () => table.insertNew(bad),
          insertNewMany: () => table.insertNewMany([["new", 1], bad]),
        })) {
          await refuses("STORE_INVALID_RECORD", call, name, "[2].state", "expected a number");
        }
        same(await collect(table.records()), [["k", 1]]);
      },
    );

    eachType("what a schema returns is what is stored", ALL, async (_table, context, type) => {
      const table = await checked(context, type);
      await table.insert(["a", 1.4]);
      await table.insertMany([["b", 2.4, "rest"]]);
      await table.insertNew(["c", 3.4]);
      same(await table.lookupMany(["a", "b", "c"]), [[["a", 1]], [["b", 2, "rest"]], [["c", 3]]]);
    });

    eachType(
      "replace, updateElement and updateCounter validate what they write",
      UNIQUE,
      async (_table, context, type) => {
        const table = await checked(context, type);
        await table.insert(["k", 1]);
        for (const call of [
          () => table.replace(["k", 1], ["k", "x"]),
          () => table.updateElement("k", [2, "x"]),
          () => table.updateElement("j", [2, "x"], ["j", 1]),
        ]) {
          await refuses("STORE_INVALID_RECORD", call, "expected a number");
        }
        same(await collect(table.records()), [["k", 1]]);
        same(await table.updateElement("k", [2, 5.4]), true);
        same(await table.updateCounter("k", 1), 6);
        same(await table.lookup("k"), [["k", 6]]);
      },
    );

    eachType("append validates what it writes", ["ordered_set"], async (_table, context, type) => {
      const table = await checked(context, type);
      await refuses("STORE_INVALID_RECORD", () => table.append(["r"], "x"), "append");
      same(await table.append(["r"], 1.2), ["r", 1]);
      same(await collect(table.records()), [[["r", 1], 1]]);
    });

    test("the same schema gives the same handle, another STORE_INVALID_OPERATION", async (context) => {
      const table = await checked(context, "set");
      holds((await checked(context, "set")) === table, "the handle for the same schema");
      holds((await context.store.ensureTable("d", "checked")) === table, "the handle for none");
      const other = { "~standard": { ...numbers["~standard"] } } as Checked;
      await refuses(
        "STORE_INVALID_OPERATION",
        () => context.store.ensureTable("d", "checked", { schema: other }),
        "ensureTable",
      );
    });

    test("a schema that is none, or answers with a promise, is STORE_INVALID_OPTIONS", async (context) => {
      for (const bad of [1, {}, null, { "~standard": { version: 2 } }]) {
        await refuses("STORE_INVALID_OPTIONS", () =>
          context.store.ensureTable("d", "bad", { schema: bad as never }),
        );
      }
      const later = {
        "~standard": { ...numbers["~standard"], validate: async () => ({ value: ["k", 1] }) },
      } as unknown as Checked;
      const table = await context.store.ensureTable("d", "later", { schema: later });
      await refuses("STORE_INVALID_OPTIONS", () => table.insert(["k", 1]), "insert");
      same(await table.size, 0, "size");
    });
  },
};

async function checked(context: TestContext, type: AnyTable["type"]): Promise<AnyTable> {
  holds(hasType(context.capabilities, type), `the adapter has no ${type}`);
  return (await context.store.ensureTable("d", "checked", { type, schema: numbers })) as AnyTable;
}
