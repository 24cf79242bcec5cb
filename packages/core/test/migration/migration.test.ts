import { describe, expect, test } from "vitest";
import { type Adapter, type Store, StoreError, type StoreRecord } from "../../src/index.js";
import {
  adapterOf,
  attempt,
  contentAt,
  contentOf,
  fill,
  STORES,
  TYPES,
} from "../support/domain-fixture.js";
import { FaultInjector } from "../support/fault-injector.js";
import { failure, storeOf } from "../support/mode.js";

const BATCH = 500;

describe.each(STORES)("migrateDomain in a store that is %s, from %s to %s adapter", (...modes) => {
  const [mode, sourceMode, targetMode] = modes;
  const source = adapterOf(sourceMode, "source");
  const target = adapterOf(targetMode, "target");
  const open = () => storeOf(mode, source);

  test("moves the tables of every type, open or not, and returns their names and sizes", async () => {
    await using store = open();
    const old = await fill(store);
    const content = await Promise.all(old.map(contentOf));
    await old[3]?.close();
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "bag", records: 4 },
      { table: "duplicate_bag", records: 5 },
      { table: "ordered_set", records: 3 },
      { table: "set", records: 3 },
    ]);
    expect(await store.adapterModule("d")).toBe(target);
    for (const [index, type] of TYPES.entries()) {
      const table = await store.ensureTable("d", type);
      expect(await table.info()).toMatchObject({ adapter: "target", domain: "d", type });
      expect(await contentOf(table)).toEqual(content[index]);
    }
  });

  test("copies in batches, keeps the order of a key's records, and tells of each batch", async () => {
    await using store = open();
    const count = 2 * BATCH + 3;
    const records = Array.from({ length: count }, (_unused, n): StoreRecord => [n % 7, count - n]);
    const bag = await store.ensureTable("d", "bag", { type: "duplicate_bag" });
    await bag.insertMany(records);
    await store.ensureTable("d", "empty");
    const progress: unknown[] = [];
    await store.migrateDomain(
      "d",
      { adapter: target },
      { onProgress: (step) => progress.push(step) },
    );
    expect(progress).toEqual(
      [BATCH, 2 * BATCH, count].map((copied) => ({ table: "bag", copied, total: count })),
    );
    const moved = await store.ensureTable("d", "bag");
    for (let key = 0; key < 7; key++) {
      expect(await moved.lookup(key)).toEqual(records.filter(([other]) => other === key));
    }
  });

  test("closes the old handles, and leaves their records", async () => {
    await using store = open();
    const [old] = await fill(store);
    await store.migrateDomain("d", { adapter: target });
    const error = await failure("STORE_TABLE_CLOSED", () => old?.insert(["late"]));
    expect(error.message).toBe('insert on table "set" (domain "d"): the table is closed');
    expect(await store.migrateDomain("d", { adapter: target, options: { at: 2 } })).toHaveLength(4);
    expect(await contentAt(store, source, "set")).toHaveLength(3);
    expect(await contentAt(store, target, "set")).toHaveLength(3);
  });

  test("undoes everything when any one call of an adapter fails", async () => {
    const seen = new Set<string>();
    for (let faulty = 1; ; faulty++) {
      const injector = new FaultInjector();
      const [from, to] = [
        injector.adapter(sourceMode, "source"),
        injector.adapter(targetMode, "target"),
      ];
      await using store = storeOf(mode, from);
      const old = await fill(store);
      const content = await Promise.all(old.map(contentOf));
      const other = await store.ensureTable("other", "other");
      injector.arm((call) => call === faulty);
      const outcome = await attempt(() => store.migrateDomain("d", { adapter: to }));
      injector.disarm();
      if (outcome instanceof StoreError) {
        expect(outcome.code).toBe("STORE_IO");
        expect(outcome.message).toMatch(
          /^migrateDomain\("d"\): (moving table "\w+" to adapter "target": .*)?injected$/,
        );
        expect(outcome.cause).toBe(injector.error);
        expect([...injector.open]).toEqual([...TYPES, "other"].map((name) => `source/${name}`));
        expect(await store.adapterModule("d")).toBe(from);
        expect(await Promise.all(old.map(contentOf))).toEqual(content);
        expect(await store.ensureTable("d", "bag")).toBe(old[2]);
        await old[0]?.insert(["again"]);
        for (const name of TYPES) expect(await contentAt(store, to, name)).toBe(undefined);
      } else {
        expect(outcome).toHaveLength(TYPES.length);
        expect(await store.adapterModule("d")).toBe(to);
        for (const table of old) await failure("STORE_TABLE_CLOSED", () => table.size);
        expect([...injector.open]).toEqual(["source/other"]);
      }
      expect(await other.size).toBe(0);
      for (const what of injector.failed) seen.add(what);
      if (injector.failed.length === 0) break;
    }
    // A call that fails after the switch takes nothing back.
    expect([...seen].sort()).toEqual(
      [
        ...["close", "first", "lookup", "next", "size", "tables"].map((each) => `source.${each}`),
        ...[
          "close",
          "first",
          "insertMany",
          "lookup",
          "next",
          "open",
          "openTable",
          "size",
          "tables",
        ].map((each) => `target.${each}`),
      ].sort(),
    );
  });

  test.each(["dropTable", "deleteAllObjects"])(
    "that can't remove a copy either, for %s fails, says so",
    async (method) => {
      const injector = new FaultInjector();
      const to = injector.adapter(targetMode, "target");
      await using store = open();
      await fill(store, "d", ["set"]);
      // A table that is there already is only emptied.
      if (method === "deleteAllObjects") await emptyTableAt(store, to, "set");
      injector.arm((_call, what) => what === "target.lookup" || what === `target.${method}`);
      const error = await failure("STORE_IO", () => store.migrateDomain("d", { adapter: to }));
      expect(error.message).toContain('moving table "set" to adapter "target": lookup on table');
      expect(error.message).toMatch(/; the copy of table "set" is left: .*injected/);
      expect(error.cause).toBe(injector.error);
      expect([...injector.open]).toEqual([]);
      expect(await store.adapterModule("d")).toBe(source);
    },
  );

  test("leaves a table of the target that was there, empty again, when it fails", async () => {
    const injector = new FaultInjector();
    const to = injector.adapter(targetMode, "target");
    await using store = open();
    await fill(store, "d", ["set", "bag"]);
    await emptyTableAt(store, to, "set");
    injector.arm((call, what) => call > 1 && what === "target.size");
    await failure("STORE_IO", () => store.migrateDomain("d", { adapter: to }));
    injector.disarm();
    expect(await contentAt(store, to, "set")).toEqual([]);
    expect(await contentAt(store, to, "bag")).toBe(undefined);
  });
});

/** Makes an empty table in another place. */
async function emptyTableAt(store: Store<"async">, adapter: Adapter, name: string): Promise<void> {
  const before = await store.domainConfig("d");
  await store.configureDomain("d", { adapter });
  await (await store.ensureTable("d", name)).close();
  await store.configureDomain("d", before);
}
