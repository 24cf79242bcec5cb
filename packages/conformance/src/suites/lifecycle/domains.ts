import type { Adapter } from "@store/core";
import { holds, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import type { Suite } from "../../harness/suite.js";
import { type TestContext, variant } from "../../harness/test-context.js";

/** Which adapter backs which domain, in a store with this adapter. */
export const domains: Suite = {
  name: "domains: configureDomain, domainConfig, adapterModule, resetDomain, clear",
  heading: "Names and domains",
  lookAt: "normalizeOptions, which must return equal objects for equal options, and open",
  define({ test }) {
    test("a domain never configured has the store's default", async ({
      store,
      adapter,
      backend,
    }) => {
      const config = await store.domainConfig("never");
      holds(config.adapter === adapter, "domainConfig must name the default adapter");
      same(
        config.options,
        adapter.normalizeOptions({ ...backend.options }),
        "the options, normalised",
      );
      holds((await store.adapterModule("never")) === adapter, "adapterModule must be the default");
    });

    test("configureDomain returns nothing and backs the domain", async (context) => {
      const { store } = context;
      const backend = await context.anotherBackend();
      same(await store.configureDomain("other", backend), undefined);
      const config = await store.domainConfig("other");
      holds(config.adapter === backend.adapter, "domainConfig must name the adapter");
      same(config.options, backend.adapter.normalizeOptions({ ...backend.options }), "the options");
      holds((await store.adapterModule("other")) === backend.adapter, "adapterModule");
      holds(
        (await store.adapterModule("d")) === context.adapter,
        "other domains must be unchanged",
      );
    });

    test("tables of domains with different backends are apart", async (context) => {
      await context.store.configureDomain("other", await context.anotherBackend());
      const [one, two] = [await context.table(), await context.table("set", "t", "other")];
      holds(one !== two, "tables of two backends must have two handles");
      await one.insert(["k", "one"]);
      await two.insert(["k", "two"]);
      same([await one.lookup("k"), await two.lookup("k")], [[["k", "one"]], [["k", "two"]]]);
      same([one.domain, two.domain], ["d", "other"], "their domains");
    });

    test("tables of one name in domains of one backend are apart", async (context) => {
      const { store, backend } = context;
      await store.configureDomain("twin", { ...backend, options: { ...backend.options } });
      const tables: AnyTable[] = [];
      for (const domain of ["d", "twin", "never", "d\0", "d/t", "D"]) {
        const table = await context.table("set", "t", domain);
        same(
          [table.domain, await table.size],
          [domain, 0],
          "the domain and the size of a new table",
        );
        await table.insertMany([
          ["k", domain],
          [domain, 1],
        ]);
        tables.push(table);
        holds(table === (await context.table("set", "t", domain)), "one table, one handle");
      }
      for (const table of tables) {
        same([await table.lookup("k"), await table.size], [[["k", table.domain]], 2], table.domain);
      }
    });

    test("names and domains that would be joined to one name are two tables", async (context) => {
      const pairs = [
        ["a", "b/c"],
        ["a/b", "c"],
        ["a", "b\0c"],
        ["a\0b", "c"],
        ["a.b", "c"],
        ["a", "b.c"],
        ["ab", "c"],
        ["a", "bc"],
        ["a:b", "c"],
        ["a", "b:c"],
      ] as const;
      for (const [domain, name] of pairs) {
        await (await context.table("set", name, domain)).insert(["k", domain, name]);
      }
      for (const [domain, name] of pairs) {
        const table = await context.table("set", name, domain);
        same(await table.lookup("k"), [["k", domain, name]]);
      }
    });

    test("configureDomain leaves open tables bound to the adapter that opened them", async (context) => {
      const { store } = context;
      const before = await context.table();
      await before.insert(["k", "before"]);
      await store.configureDomain("d", await context.anotherBackend());
      same(await before.lookup("k"), [["k", "before"]], "the open table");
      await before.insert(["more", 1]);
      const after = await context.table();
      holds(after !== before, "the next ensureTable must go to the new backend");
      same(await after.lookup("k"), [], "the new backend's table");
      await after.insert(["k", "after"]);
      same(await before.lookup("k"), [["k", "before"]], "the table of before");
      same([await before.size, await after.size], [2, 1], "their sizes");
    });

    test("resetDomain and clear go back to the default, and leave open tables alone", async (context) => {
      const { store, adapter } = context;
      const first = await context.table();
      for (const reset of [() => store.resetDomain("d"), () => store.clear()]) {
        const backend = await context.anotherBackend();
        await store.configureDomain("d", backend);
        const other = await context.table();
        await other.insert(["k", "other"]);
        same(await reset(), undefined);
        holds((await store.adapterModule("d")) === adapter, "the domain must have the default");
        holds(first === (await context.table()), "ensureTable must go to the default again");
        same(await other.lookup("k"), [["k", "other"]], "the table that is open");
      }
    });

    test("resetDomain resets one domain, clear all of them", async (context) => {
      const { store, adapter } = context;
      const backend = await context.anotherBackend();
      await store.configureDomain("a", backend);
      await store.configureDomain("b", backend);
      await store.resetDomain("a");
      holds((await store.adapterModule("a")) === adapter, "a must have the default");
      holds((await store.adapterModule("b")) === backend.adapter, "b must be as before");
      await store.resetDomain("never configured");
      await store.clear();
      holds((await store.adapterModule("b")) === adapter, "b must have the default");
    });

    test("ensureTables may be called at any time", async ({ store }) => {
      same(await store.ensureTables(), undefined);
      same(await store.ensureTables(), undefined);
    });

    test("configureDomain refuses what is no adapter: STORE_INVALID_ADAPTER, and changes nothing", async (context) => {
      for (const [member, broken] of brokenAdapters(context.adapter)) {
        await refusesConfig(context, "STORE_INVALID_ADAPTER", { adapter: broken }, member);
      }
    });

    test("configureDomain in a sync store refuses an async adapter: STORE_INVALID_ADAPTER", async (context) => {
      const adapter = variant(context.adapter, { mode: "async" });
      if (context.mode === "sync") {
        await refusesConfig(context, "STORE_INVALID_ADAPTER", { adapter }, "async");
        await refuses("STORE_INVALID_ADAPTER", () => context.openStore({ backend: { adapter } }));
      } else {
        await context.store.configureDomain("d", { ...context.backend, adapter });
      }
    });

    test("configureDomain in an async store accepts a sync adapter", async (context) => {
      const adapter = variant(context.adapter, { mode: "sync" });
      await context.store.configureDomain("d", { ...context.backend, adapter });
      holds((await context.store.adapterModule("d")) === adapter, "adapterModule");
    });

    test("configureDomain refuses options that are no object: STORE_INVALID_OPTIONS", async (context) => {
      for (const options of [1, "options", [], null]) {
        const { adapter } = context;
        await refusesConfig(context, "STORE_INVALID_OPTIONS", { adapter, options }, adapter.name);
      }
    });

    test("configureDomain refuses options that the adapter refuses: STORE_INVALID_OPTIONS", async (context) => {
      const adapter = variant(context.adapter, {
        normalizeOptions: () => {
          throw new Error("colour must be red; got 7");
        },
      });
      await refusesConfig(
        context,
        "STORE_INVALID_OPTIONS",
        { adapter },
        "colour must be red; got 7",
      );
    });

    test("configureDomain refuses each of the kit user's invalidOptions, naming the option", async (context) => {
      const { adapter } = context;
      for (const options of context.options.invalidOptions ?? []) {
        const names = Object.keys(options);
        const error = await refusesConfig(context, "STORE_INVALID_OPTIONS", { adapter, options });
        holds(
          names.length === 0 || names.some((name) => error.message.includes(name)),
          `the message must name one of ${names.join(", ")}; it is: ${error.message}`,
        );
      }
    });

    test("configureDomain refuses a member that isn't known: STORE_INVALID_OPTIONS", async (context) => {
      const config = { ...context.backend, dataDir: "elsewhere" };
      await refusesConfig(context, "STORE_INVALID_OPTIONS", config, "dataDir");
    });

    test("configureDomain refuses a domain that is no string or empty: STORE_INVALID_OPTIONS", async (context) => {
      for (const domain of ["", 1, null, undefined]) {
        const { store, backend } = context;
        const name = domain as never;
        await refuses("STORE_INVALID_OPTIONS", () => store.configureDomain(name, backend));
        await refuses("STORE_INVALID_OPTIONS", () => store.ensureTable(name, "t"));
        await refuses("STORE_INVALID_OPTIONS", () => store.domainConfig(name));
      }
    });
  },
};

function brokenAdapters(adapter: Adapter): [member: string, broken: unknown][] {
  const without = (member: keyof Adapter) => {
    const { [member]: _left, ...rest } = variant(adapter, {});
    return rest;
  };
  const { ordered: _ordered, ...capabilities } = adapter.capabilities;
  return [
    ["adapter", undefined],
    ["adapter", null],
    ["adapter", "memory"],
    ["name", {}],
    ...(
      ["name", "mode", "contractVersion", "capabilities", "normalizeOptions", "open"] as const
    ).map((member): [string, unknown] => [member, without(member)]),
    ["mode", { ...variant(adapter, {}), mode: "both" }],
    ["contractVersion", { ...variant(adapter, {}), contractVersion: 0 }],
    ["ordered", { ...variant(adapter, {}), capabilities }],
    ["open", { ...variant(adapter, {}), open: "open" }],
  ];
}

async function refusesConfig(
  { store, adapter }: TestContext,
  code: "STORE_INVALID_ADAPTER" | "STORE_INVALID_OPTIONS",
  config: unknown,
  ...mentions: readonly string[]
) {
  const before = await store.domainConfig("d");
  const error = await refuses(
    code,
    () => store.configureDomain("d", config as never),
    "configureDomain",
    ...mentions,
  );
  same((await store.domainConfig("d")).options, before.options, "the options of before");
  holds((await store.adapterModule("d")) === adapter, "the domain must be as before");
  return error;
}
