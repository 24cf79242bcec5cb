import { createStore } from "@store/core";
import { collect, holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyStore } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";
import type { TestContext } from "../../harness/test-context.js";

const NAMES = [
  "a",
  "A",
  "__proto__",
  "constructor",
  "..",
  "../a",
  "a/b",
  "a\\b",
  "C:",
  "con",
  ".",
  " ",
  "a ",
  "é",
  "e\u0301",
  "\u{1f600}",
  "\ud800",
  "\udfff",
  "\0",
  "a\nb",
  "%41",
  "a*?<>|\"'",
  "n".repeat(300),
  `${"n".repeat(300)}a`,
  `${"n".repeat(300)}A`,
];

/** Opening tables through a store. */
export const store: Suite = {
  name: "store: ensureTable, close",
  heading: "Opening and closing",
  lookAt: "openTable, the type of the table that it returns, and close",
  define({ test, eachType }) {
    eachType(
      "ensureTable returns a handle with name, domain and type",
      ALL,
      async (table, _scene, type) => {
        same([table.name, table.domain, table.type], ["t", "d", type], "name, domain and type");
      },
    );

    eachType(
      "ensureTable of a table that is open returns the same handle",
      ALL,
      async (table, context, type) => {
        holds(table === (await context.table(type)), "with its type");
        holds(table === (await context.store.ensureTable("d", "t")), "without a type");
        holds(table === (await context.store.ensureTable("d", "t", {})), "with empty options");
      },
    );

    test("ensureTable without a type makes a set", async (context) => {
      same((await context.store.ensureTable("d", "t")).type, "set", "the type");
    });

    eachType(
      "ensureTable with another type throws STORE_TABLE_TYPE_MISMATCH",
      ALL,
      async (table, context, type) => {
        await table.insert(["k", 1]);
        for (const other of typesBut(context, type)) {
          await refuses(
            "STORE_TABLE_TYPE_MISMATCH",
            () => context.store.ensureTable("d", "t", { type: other }),
            "ensureTable",
            '"t"',
          );
        }
        same(await table.lookup("k"), [["k", 1]], "the table that is open");
      },
    );

    eachType(
      "ensureTable with another type than a table that was closed throws",
      ALL,
      async (table, context, type) => {
        await table.insert(["k", 1]);
        await table.close();
        for (const other of typesBut(context, type)) {
          await refuses("STORE_TABLE_TYPE_MISMATCH", () =>
            context.store.ensureTable("d", "t", { type: other }),
          );
        }
        const again = await context.store.ensureTable("d", "t");
        same([again.type, await again.lookup("k")], [type, [["k", 1]]], "its type and record");
      },
    );

    test("ensureTable refuses a name that is no string or empty: STORE_INVALID_TABLE_NAME", async (context) => {
      for (const name of ["", 1, null, undefined, {}, ["t"]]) {
        await refuses("STORE_INVALID_TABLE_NAME", () =>
          context.store.ensureTable("d", name as never),
        );
      }
    });

    test("ensureTable keeps tables of different names apart, whatever the names", async (context) => {
      for (const name of NAMES) await (await context.table("set", name)).insert(["name", name]);
      for (const name of NAMES) {
        const table = await context.table("set", name);
        same(await table.lookup("name"), [["name", name]], `table ${JSON.stringify(name)}`);
        same([table.name, await table.size], [name, 1], "name and size");
      }
    });

    test("ensureTable finds tables by their names after they were closed", async (context) => {
      for (const name of NAMES) {
        const table = await context.table("set", name);
        await table.insert(["name", name]);
        await table.close();
      }
      for (const name of NAMES) {
        const table = await context.table("set", name);
        same(await table.lookup("name"), [["name", name]], `table ${JSON.stringify(name)}`);
      }
    });

    test("ensureTable called by many at once opens one table", async (context) => {
      const tables = await Promise.all(Array.from({ length: 20 }, () => context.table()));
      same(new Set(tables).size, 1, "the number of handles");
      await tables[0]?.insert(["k", 1]);
      same(await tables[19]?.lookup("k"), [["k", 1]]);
    });

    test("ensureTable while the table is being closed opens it anew", async (context) => {
      const table = await context.table();
      await table.insert(["k", 1]);
      const closing = table.close();
      const again = await context.table();
      await closing;
      holds(again !== table, "a table that was closed has a new handle");
      same(await again.lookup("k"), [["k", 1]]);
    });

    eachType(
      "close of a table, then ensureTable: a new handle, the same records",
      ALL,
      async (table, context, type) => {
        await table.insertMany([
          ["a", 1],
          ["b", 2],
          ["c", 3],
        ]);
        await table.delete("b");
        await table.close();
        const again = await context.table(type);
        holds(again !== table, "the handle must be a new one");
        same(await again.lookup("a"), [["a", 1]]);
        same(await again.lookup("b"), []);
        same([await again.size, await again.member("c")], [2, true], "size and member");
        same((await collect(again.records())).length, 2, "the number of records");
        await again.insert(["d", 4]);
        same(await again.lookup("d"), [["d", 4]]);
      },
    );

    test("createStore refuses what is no adapter, an unknown mode and unknown members", async (context) => {
      const { adapter } = context;
      const create = (config: unknown) => () => createStore(config as never);
      for (const bad of [undefined, null, "memory", {}, { ...adapter, mode: "both" }]) {
        await refuses("STORE_INVALID_ADAPTER", create({ adapter: bad }), "createStore");
      }
      for (const config of [undefined, null, 5]) {
        await refuses("STORE_INVALID_OPTIONS", create(config), "createStore");
      }
      await refuses("STORE_INVALID_OPTIONS", create({ ...context.backend, mode: "both" }), "both");
      await refuses("STORE_INVALID_OPTIONS", create({ adapter, options: 5 }), "createStore", "5");
      await refuses("STORE_INVALID_OPTIONS", create({ ...context.backend, other: 1 }), "other");
    });

    test("close of a store twice is no error", async (context) => {
      const opened = context.openStore();
      await opened.ensureTable("d", "t");
      await Promise.all([opened.close(), opened.close()]);
      await opened.close();
    });

    test("close of a store without tables is no error", async (context) => {
      await context.openStore().close();
    });

    test("close of a store closes its tables", async (context) => {
      const tables = [await context.table("set", "a"), await context.table("set", "b")];
      await context.store.close();
      for (const table of tables) {
        await refuses("STORE_TABLE_CLOSED", () => table.lookup("k"), "lookup");
        await table.close();
      }
    });

    test("every member of a closed store but close throws STORE_TABLE_CLOSED", async (context) => {
      const { store, backend } = context;
      await context.table();
      await store.close();
      for (const [name, call] of Object.entries(membersOf(store, backend))) {
        await refuses("STORE_TABLE_CLOSED", call, name);
      }
    });

    test("dispose closes the store", async (context) => {
      const table = await context.table();
      const { store } = context;
      if (Symbol.asyncDispose in store) await store[Symbol.asyncDispose]();
      else if (Symbol.dispose in store) store[Symbol.dispose]();
      await refuses("STORE_TABLE_CLOSED", () => table.size);
    });
  },
};

function typesBut({ capabilities: { ordered, bags } }: TestContext, type: string) {
  return ALL.filter(
    (other) => other !== type && (other === "set" || (other === "ordered_set" ? ordered : bags)),
  );
}

function membersOf(
  store: AnyStore,
  backend: TestContext["backend"],
): Record<string, () => unknown> {
  return {
    configureDomain: () => store.configureDomain("d", backend),
    migrateDomain: () => store.migrateDomain("d", backend),
    domainConfig: () => store.domainConfig("d"),
    adapterModule: () => store.adapterModule("d"),
    resetDomain: () => store.resetDomain("d"),
    clear: () => store.clear(),
    ensureTables: () => store.ensureTables(),
    ensureTable: () => store.ensureTable("d", "t"),
    closeTable: () => store.closeTable("t"),
    syncTable: () => store.syncTable("t"),
    flushCounters: () => store.flushCounters("t"),
  };
}
