import type { Adapter } from "@store/core";
import { holds, refuses, same } from "../assertion.js";
import { type AnyStore, type Scene, variant } from "../scene.js";
import type { Suite } from "../suite.js";

/** Which adapter backs which domain, in a store with this adapter. */
export const domains: Suite = {
  name: "domains: configureDomain, domainConfig, adapterModule, resetDomain, clear",
  heading: "Names and domains",
  define({ test }) {
    test("a domain never configured has the store's default", async ({ store, adapter, place }) => {
      const config = await store.domainConfig("never");
      holds(config.adapter === adapter, "domainConfig must name the default adapter");
      same(
        config.options,
        adapter.normalizeOptions({ ...place.options }),
        "the options, normalised",
      );
      holds((await store.adapterModule("never")) === adapter, "adapterModule must be the default");
    });

    test("configureDomain returns nothing and backs the domain", async (scene) => {
      const { store } = scene;
      const place = await scene.anotherPlace();
      same(await store.configureDomain("other", place), undefined);
      const config = await store.domainConfig("other");
      holds(config.adapter === place.adapter, "domainConfig must name the adapter");
      same(config.options, place.adapter.normalizeOptions({ ...place.options }), "the options");
      holds((await store.adapterModule("other")) === place.adapter, "adapterModule");
      holds((await store.adapterModule("d")) === scene.adapter, "other domains must be unchanged");
    });

    test("tables of domains with different places are apart", async (scene) => {
      await scene.store.configureDomain("other", await scene.anotherPlace());
      const [one, two] = [await scene.table(), await scene.table("set", "t", "other")];
      holds(one !== two, "tables of two places must have two handles");
      await one.insert(["k", "one"]);
      await two.insert(["k", "two"]);
      same([await one.lookup("k"), await two.lookup("k")], [[["k", "one"]], [["k", "two"]]]);
      same([one.domain, two.domain], ["d", "other"], "their domains");
    });

    test("domains with the same adapter and options share their tables by name", async (scene) => {
      const { store, place } = scene;
      await store.configureDomain("twin", { ...place, options: { ...place.options } });
      const table = await scene.table();
      holds(table === (await scene.table("set", "t", "twin")), "one table must have one handle");
      holds(
        table === (await scene.table("set", "t", "never")),
        "also in a domain never configured",
      );
      same(table.domain, "d", "the domain that opened it first");
    });

    test("configureDomain leaves open tables bound to the adapter that opened them", async (scene) => {
      const { store } = scene;
      const before = await scene.table();
      await before.insert(["k", "before"]);
      await store.configureDomain("d", await scene.anotherPlace());
      same(await before.lookup("k"), [["k", "before"]], "the open table");
      await before.insert(["more", 1]);
      const after = await scene.table();
      holds(after !== before, "the next ensureTable must go to the new place");
      same(await after.lookup("k"), [], "the new place's table");
      await after.insert(["k", "after"]);
      same(await before.lookup("k"), [["k", "before"]], "the table of before");
      same([await before.size, await after.size], [2, 1], "their sizes");
    });

    test("resetDomain and clear go back to the default, and leave open tables alone", async (scene) => {
      const { store, adapter } = scene;
      const first = await scene.table();
      for (const reset of [() => store.resetDomain("d"), () => store.clear()]) {
        const place = await scene.anotherPlace();
        await store.configureDomain("d", place);
        const other = await scene.table();
        await other.insert(["k", "other"]);
        same(await reset(), undefined);
        holds((await store.adapterModule("d")) === adapter, "the domain must have the default");
        holds(first === (await scene.table()), "ensureTable must go to the default again");
        same(await other.lookup("k"), [["k", "other"]], "the table that is open");
      }
    });

    test("resetDomain resets one domain, clear all of them", async (scene) => {
      const { store, adapter } = scene;
      const place = await scene.anotherPlace();
      await store.configureDomain("a", place);
      await store.configureDomain("b", place);
      await store.resetDomain("a");
      holds((await store.adapterModule("a")) === adapter, "a must have the default");
      holds((await store.adapterModule("b")) === place.adapter, "b must be as before");
      await store.resetDomain("never configured");
      await store.clear();
      holds((await store.adapterModule("b")) === adapter, "b must have the default");
    });

    test("ensureTables may be called at any time", async ({ store }) => {
      same(await store.ensureTables(), undefined);
      same(await store.ensureTables(), undefined);
    });

    test("configureDomain refuses what is no adapter: STORE_INVALID_ADAPTER, and changes nothing", async (scene) => {
      for (const [member, broken] of brokenAdapters(scene.adapter)) {
        await refusesConfig(scene, "STORE_INVALID_ADAPTER", { adapter: broken }, member);
      }
    });

    test("configureDomain in a sync store refuses an async adapter: STORE_INVALID_ADAPTER", async (scene) => {
      const adapter = variant(scene.adapter, { mode: "async" });
      if (scene.mode === "sync") {
        await refusesConfig(scene, "STORE_INVALID_ADAPTER", { adapter }, "async");
        await refuses("STORE_INVALID_ADAPTER", () => scene.openStore({ place: { adapter } }));
      } else {
        await scene.store.configureDomain("d", { ...scene.place, adapter });
      }
    });

    test("configureDomain in an async store accepts a sync adapter", async (scene) => {
      const adapter = variant(scene.adapter, { mode: "sync" });
      await scene.store.configureDomain("d", { ...scene.place, adapter });
      holds((await scene.store.adapterModule("d")) === adapter, "adapterModule");
    });

    test("configureDomain refuses options that are no object: STORE_INVALID_OPTIONS", async (scene) => {
      for (const options of [1, "options", [], null]) {
        const { adapter } = scene;
        await refusesConfig(scene, "STORE_INVALID_OPTIONS", { adapter, options }, adapter.name);
      }
    });

    test("configureDomain refuses options that the adapter refuses: STORE_INVALID_OPTIONS", async (scene) => {
      const adapter = variant(scene.adapter, {
        normalizeOptions: () => {
          throw new Error("colour must be red; got 7");
        },
      });
      await refusesConfig(scene, "STORE_INVALID_OPTIONS", { adapter }, "colour must be red; got 7");
    });

    test("configureDomain refuses each of the kit user's invalidOptions, naming the option", async (scene) => {
      const { adapter } = scene;
      for (const options of scene.options.invalidOptions ?? []) {
        const names = Object.keys(options);
        const error = await refusesConfig(scene, "STORE_INVALID_OPTIONS", { adapter, options });
        holds(
          names.length === 0 || names.some((name) => error.message.includes(name)),
          `the message must name one of ${names.join(", ")}; it is: ${error.message}`,
        );
      }
    });

    test("configureDomain refuses a member that isn't known: STORE_INVALID_OPTIONS", async (scene) => {
      const config = { ...scene.place, dataDir: "elsewhere" };
      await refusesConfig(scene, "STORE_INVALID_OPTIONS", config, "dataDir");
    });

    test("configureDomain refuses a domain that is no string or empty: STORE_INVALID_OPTIONS", async (scene) => {
      for (const domain of ["", 1, null, undefined]) {
        const { store, place } = scene;
        const name = domain as never;
        await refuses("STORE_INVALID_OPTIONS", () => store.configureDomain(name, place));
        await refuses("STORE_INVALID_OPTIONS", () => store.ensureTable(name, "t"));
        await refuses("STORE_INVALID_OPTIONS", () => store.domainConfig(name));
      }
    });

    test("closeTable of a table that isn't open does nothing", async ({ store }) => {
      same(await store.closeTable("never"), undefined);
      same(await store.syncTable("never"), undefined);
      same(await store.flushCounters("never"), undefined);
    });

    test(
      "closeTable leaves the tables of an adapter that isn't durable open",
      async (scene) => {
        const table = await scene.table();
        await table.insert(["k", 1]);
        await everyByName(scene.store);
        same(await table.lookup("k"), [["k", 1]]);
      },
      "not durable",
    );

    test(
      "closeTable closes the tables of that name in every domain",
      async (scene) => {
        await scene.store.configureDomain("other", await scene.anotherPlace());
        const tables = [await scene.table(), await scene.table("set", "t", "other")];
        const bystander = await scene.table("set", "u");
        for (const table of tables) await table.insert(["k", table.domain]);
        await everyByName(scene.store);
        for (const table of tables) {
          await refuses("STORE_TABLE_CLOSED", () => table.lookup("k"));
          const again = await scene.table("set", "t", table.domain);
          same(await again.lookup("k"), [["k", table.domain]], "the table opened anew");
        }
        same(await bystander.size, 0, "the size of a table of another name");
        await scene.store.closeTable("t");
        await scene.store.closeTable("t");
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
  { store, adapter }: Scene,
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
