import { describe, expect, test } from "vitest";
import type { Adapter, Store } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter } from "../support/array-adapter.js";
import { MODES, storeOf } from "../support/mode.js";

describe.each(MODES)("the domains of a store that is %s", (mode) => {
  const open = (adapter: Adapter) => storeOf(mode, adapter);

  /** Whether two domains share a backend: only then does a batch take tables of both. */
  async function share(store: Store<"async">, one: string, other: string): Promise<boolean> {
    const batch = store.batch().insert(await store.ensureTable(one, "t"), [1]);
    const table = await store.ensureTable(other, "t");
    try {
      batch.insert(table, [1]);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_NOT_SUPPORTED" });
      return false;
    }
  }

  /** An adapter that counts how often it is opened, and says that it has batches. */
  function counting(): { adapter: Adapter<ArrayOptions>; opened: () => number } {
    let count = 0;
    const adapter = arrayAdapter({ capabilities: { batches: true } });
    const open: typeof adapter.open = (options, toolkit) => {
      count++;
      return adapter.open(options, toolkit);
    };
    return { adapter: { ...adapter, open }, opened: () => count };
  }

  test("with the same adapter and equal options share a backend, and no table", async () => {
    const { adapter, opened } = counting();
    await using store = open(adapter);
    await store.configureDomain("a", { adapter, options: { deep: { list: [1] }, other: 1 } });
    await store.configureDomain("b", { adapter, options: { other: 1, deep: { list: [1] } } });
    const [a, b] = [await store.ensureTable("a", "same"), await store.ensureTable("b", "same")];
    expect(a).not.toBe(b);
    await a.insert(["key", 1]);
    expect(await b.lookup("key")).toEqual([]);
    expect([a.domain, b.domain]).toEqual(["a", "b"]);
    expect(await share(store, "a", "b")).toBe(true);
    expect(opened()).toBe(1);
  });

  test("whose names join to the same text have different tables", async () => {
    await using store = open(arrayAdapter());
    const tables = [
      await store.ensureTable("a", "bc"),
      await store.ensureTable("ab", "c"),
      await store.ensureTable("1:a", "b"),
      await store.ensureTable("1", ":ab"),
    ];
    expect(new Set(tables).size).toBe(4);
    await tables[0]?.insert(["key"]);
    expect(await Promise.all(tables.map((table) => table.size))).toEqual([1, 0, 0, 0]);
  });

  test("with other options, or another adapter like it, share nothing", async () => {
    const { adapter } = counting();
    await using store = open(adapter);
    await store.configureDomain("a", { adapter, options: { deep: { list: [1] } } });
    await store.configureDomain("b", { adapter, options: { deep: { list: [2] } } });
    await store.configureDomain("c", { adapter: counting().adapter });
    for (const other of ["b", "c", "d"]) expect(await share(store, "a", other)).toBe(false);
  });

  test("whose options hold the same function share, with another one they don't", async () => {
    const { adapter } = counting();
    await using store = open(adapter);
    const now = () => 1;
    await store.configureDomain("a", { adapter, options: { now, on: { repair: now } } });
    await store.configureDomain("b", { adapter, options: { on: { repair: now }, now } });
    await store.configureDomain("c", { adapter, options: { now: () => 1, on: { repair: now } } });
    await store.configureDomain("d", { adapter, options: { now, on: { repair: () => 1 } } });
    await store.configureDomain("e", { adapter, options: { now, on: { repair: undefined } } });
    expect(await share(store, "a", "b")).toBe(true);
    for (const other of ["c", "d", "e"]) expect(await share(store, "a", other)).toBe(false);
  });
});
