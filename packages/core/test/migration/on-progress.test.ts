import { describe, expect, test } from "vitest";
import { type Adapter, type Store, StoreError, type StoreRecord } from "../../src/index.js";
import { arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import {
  type AnyTable,
  adapterOf,
  attempt,
  contentAt,
  fill,
  TYPES,
} from "../support/domain-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";

describe.each(MODES)("migrateDomain in a store that is %s", (mode) => {
  const source = adapterOf(mode, "source");
  const target = adapterOf(mode, "target");
  const open = () => storeOf(mode, source);

  /** Fails unless nothing at all has changed for the domain, nor in the target. */
  async function expectUnchanged(store: Store<"async">, tables: readonly AnyTable[]) {
    expect(await store.adapterModule("d")).toBe(source);
    for (const table of tables) {
      expect(await store.ensureTable("d", table.name)).toBe(table);
      expect((await table.size) >= 3).toBe(true);
      await table.insert(["written", "afterwards"]);
      expect(await contentAt(store, target, table.name)).toBe(undefined);
    }
  }

  test("whose onProgress throws is undone: STORE_INVALID_OPERATION with the cause", async () => {
    await using store = open();
    const tables = await fill(store);
    const cause = new Error("enough");
    const onProgress = ({ table }: { table: string }) => {
      if (table === "ordered_set") throw cause;
    };
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error.message).toBe('migrateDomain("d"): onProgress threw: enough');
    expect(error.cause).toBe(cause);
    await expectUnchanged(store, tables);
  });

  test("whose onProgress lets a StoreError out is undone, and throws that very error", async () => {
    await using store = open();
    const tables = await fill(store);
    const reason = new StoreError("STORE_LOCKED", "mine");
    const onProgress = () => {
      throw reason;
    };
    const error = await failure("STORE_LOCKED", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error).toBe(reason);
    await expectUnchanged(store, tables);
  });

  test.each<[string, (store: Store<"async">, table: AnyTable) => unknown, string]>([
    ["inserts", (_store, table) => table.insert(["k", 1]), 'table "set" was written to meanwhile'],
    ["inserts many", (_s, table) => table.insertMany([["k"]]), "was written to meanwhile"],
    ["inserts new", (_s, table) => table.insertNew(["k"]), "was written to meanwhile"],
    ["takes", (_s, table) => table.take("a"), "was written to meanwhile"],
    ["deletes", (_s, table) => table.delete("a"), "was written to meanwhile"],
    ["deletes an object", (_s, table) => table.deleteObject(["a"]), "was written to meanwhile"],
    ["deletes all", (_s, table) => table.deleteAllObjects(), "was written to meanwhile"],
    ["replaces", (_s, table) => table.replace(["a"], ["a"]), "was written to meanwhile"],
    ["counts", (_s, table) => table.updateCounter("b", 1), "was written to meanwhile"],
    ["deletes many", (_s, table) => table.deleteMany(["a"]), "was written to meanwhile"],
    ["updates", (_s, table) => table.updateElement("b", [2, 3]), "was written to meanwhile"],
    ["deletes what matches", (_s, table) => table.matchDelete(["a"]), "was written to meanwhile"],
    ["closes the table", (_s, table) => table.close(), "closed"],
    [
      "configures the domain",
      (store) => store.configureDomain("d", { adapter: source, options: { at: 3 } }),
      "the domain was configured anew meanwhile",
    ],
  ])("whose onProgress %s is undone", async (_what, act, message) => {
    await using store = open();
    const tables = await fill(store);
    const acted: unknown[] = [];
    const onProgress = ({ table }: { table: string }) => {
      if (table === "set") acted.push(act(store, tables[0] as AnyTable));
    };
    const outcome = await attempt(() =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    await Promise.all(acted);
    // Where it was configured anew, it stays so.
    if (message.includes("anew")) await store.resetDomain("d");
    expect(outcome).toBeInstanceOf(StoreError);
    expect((outcome as StoreError).message).toContain(message);
    expect(await store.adapterModule("d")).toBe(source);
    expect(await (await store.ensureTable("d", "bag")).size).toBe(4);
    for (const name of TYPES) expect(await contentAt(store, target, name)).toBe(undefined);
  });

  test("whose onProgress reads the tables goes on", async () => {
    await using store = open();
    const [set] = await fill(store);
    const read: unknown[] = [];
    const onProgress = () => void read.push(set?.lookup("b"), set?.info());
    await store.migrateDomain("d", { adapter: target }, { onProgress });
    expect((await Promise.all(read)).length).toBe(8);
    expect(await (await store.ensureTable("d", "set")).size).toBe(3);
  });

  test("that is given up ends the adapter's scan", async () => {
    const ended: string[] = [];
    const scan =
      mode === "sync"
        ? function* (): Generator<StoreRecord> {
            try {
              for (let key = 0; ; key++) yield [key];
            } finally {
              ended.push("scan");
            }
          }
        : async function* (): AsyncGenerator<StoreRecord> {
            try {
              for (let key = 0; ; key++) yield [key];
            } finally {
              ended.push("scan");
            }
          };
    const methods = () => ({ scan }) as never;
    const adapter: Adapter =
      mode === "sync" ? arrayAdapter({ methods }) : asyncArrayAdapter({ methods });
    await using store = storeOf(mode, adapter);
    await store.ensureTable("d", "t");
    const onProgress = () => {
      throw new Error("enough");
    };
    await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(ended).toEqual(["scan"]);
  });

  test("after one that failed moves the domain", async () => {
    await using store = open();
    await fill(store);
    const onProgress = () => {
      throw new Error("not now");
    };
    await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(await store.migrateDomain("d", { adapter: target })).toHaveLength(4);
    expect(await (await store.ensureTable("d", "bag")).size).toBe(4);
  });
});

describe("migrateDomain in a sync store", () => {
  const [source, target] = [arrayAdapter({ name: "source" }), arrayAdapter({ name: "target" })];

  test.each<[string, (store: Store<"async">) => unknown]>([
    ["opens a table of the domain", (store) => store.ensureTable("d", "new")],
    ["lists the domain's tables", (store) => store.tables("d")],
    ["drops a table of the domain", (store) => store.dropTable("d", "bag")],
    ["copies the domain", (store) => store.copyDomain("d", { adapter: target })],
    ["migrates another domain", (store) => store.migrateDomain("other", { adapter: target })],
    ["closes a table by name", (store) => store.closeTable("bag")],
    ["closes the store", (store) => store.close()],
  ])("whose onProgress %s refuses that", async (_what, act) => {
    await using store = storeOf("sync", source);
    await fill(store);
    const onProgress = () => void act(store);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }, { onProgress }),
    );
    expect(error.message).toContain('domain "d" is being migrated');
    expect(await store.adapterModule("d")).toBe(source);
    expect(await store.migrateDomain("d", { adapter: target })).toHaveLength(4);
  });

  test("whose onProgress opens a table of another domain goes on", async () => {
    await using store = storeOf("sync", source);
    await fill(store);
    const onProgress = () => void store.ensureTable("other", "bag");
    expect(await store.migrateDomain("d", { adapter: target }, { onProgress })).toHaveLength(4);
  });
});
