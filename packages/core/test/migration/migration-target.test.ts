import { describe, expect, test } from "vitest";
import type { Adapter, Store, StoreRecord, TableType } from "../../src/index.js";
import { asyncArrayAdapter } from "../support/array-adapter.js";
import { type AnyTable, adapterOf, contentAt, contentOf, fill } from "../support/domain-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";

describe.each(MODES)("migrateDomain in a store that is %s", (mode) => {
  const source = adapterOf(mode, "source");
  const target = adapterOf(mode, "target");
  const open = () => storeOf(mode, source);

  /** Fails unless nothing at all has changed for the domain, nor in the target. */
  async function expectUnchanged(store: Store<"async">, tables: readonly AnyTable[], to = target) {
    expect(await store.adapterModule("d")).toBe(source);
    for (const table of tables) {
      expect(await store.ensureTable("d", table.name)).toBe(table);
      expect((await table.size) >= 3).toBe(true);
      await table.insert(["written", "afterwards"]);
      expect(await contentAt(store, to, table.name)).toBe(undefined);
    }
  }

  test("of a domain without tables switches it", async () => {
    await using store = open();
    expect(await store.migrateDomain("d", { adapter: target, options: { at: 1 } })).toEqual([]);
    expect(await store.domainConfig("d")).toEqual({ adapter: target, options: { at: 1 } });
    expect((await (await store.ensureTable("d", "t")).info()).adapter).toBe("target");
  });

  test("leaves other domains alone, also those that share its adapter", async () => {
    await using store = open();
    await fill(store);
    const other = await store.ensureTable("other", "theirs");
    await other.insert(["k"]);
    await store.migrateDomain("d", { adapter: target });
    expect(await store.adapterModule("other")).toBe(source);
    expect(await store.ensureTable("other", "theirs")).toBe(other);
    expect(await other.lookup("k")).toEqual([["k"]]);
    expect(await contentAt(store, target, "theirs")).toBe(undefined);
  });

  test("leaves the tables behind that an earlier adapter has", async () => {
    await using store = open();
    const stayed = await store.ensureTable("d", "stayed");
    await store.configureDomain("d", { adapter: source, options: { at: 2 } });
    await (await store.ensureTable("d", "moved")).insert(["k"]);
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "moved", records: 1 },
    ]);
    await stayed.insert(["k"]);
    expect(await contentAt(store, target, "stayed")).toBe(undefined);
  });

  test("to the same adapter and equal options moves nothing and keeps the handles", async () => {
    await using store = open();
    const [table] = await fill(store);
    expect(await store.migrateDomain("d", { adapter: source, options: {} })).toEqual([]);
    expect(await store.ensureTable("d", "set")).toBe(table);
    expect(await table?.size).toBe(3);
  });

  test("to where another domain is leaves that domain's tables of the same names alone", async () => {
    await using store = open();
    await fill(store);
    await store.configureDomain("there", { adapter: target });
    const theirs = await store.ensureTable("there", "set");
    await theirs.insert(["theirs"]);
    await store.migrateDomain("d", { adapter: target });
    expect(await store.ensureTable("there", "set")).toBe(theirs);
    expect(await contentOf(theirs)).toEqual([["theirs"]]);
    const moved = await store.ensureTable("d", "set");
    expect(moved).not.toBe(theirs);
    expect(await moved.size).toBe(3);
  });

  test("keeps records apart: what was read before or after changes no table", async () => {
    await using store = open();
    const old = await store.ensureTable<StoreRecord>("d", "t");
    await old.insert(["k", new Map([["a", [1]]]), { list: [1] }]);
    const before = await old.lookup("k");
    await store.migrateDomain("d", { adapter: target });
    const table = await store.ensureTable<StoreRecord>("d", "t");
    for (const record of [...before, ...(await table.lookup("k"))]) {
      (record[1] as Map<string, unknown>).clear();
      (record as unknown as unknown[]).push("more");
    }
    expect(await table.lookup("k")).toEqual([["k", new Map([["a", [1]]]), { list: [1] }]]);
  });

  test.each<[string, unknown, unknown, string, string]>([
    ["no adapter", {}, undefined, "STORE_INVALID_ADAPTER", "expected an adapter"],
    ["no configuration", 7, undefined, "STORE_INVALID_OPTIONS", "a configuration is"],
    ["options that are none", { options: 7 }, undefined, "STORE_INVALID_OPTIONS", "are an object"],
    ["no object of options", {}, 7, "STORE_INVALID_OPTIONS", "expected { onProgress? }; got 7"],
    ["an unknown option", {}, { progress: 1 }, "STORE_INVALID_OPTIONS", 'no option "progress"'],
    ["onProgress that is none", {}, { onProgress: 7 }, "STORE_INVALID_OPTIONS", "is a function"],
  ])("given %s refuses it and changes nothing", async (what, config, options, code, message) => {
    await using store = open();
    const tables = await fill(store);
    const given =
      what === "no adapter" || config === 7 ? config : { adapter: target, ...Object(config) };
    const error = await failure(code as "STORE_IO", () =>
      store.migrateDomain("d", given as never, options as never),
    );
    expect(error.message).toContain('migrateDomain("d"): ');
    expect(error.message).toContain(message);
    await expectUnchanged(store, tables);
  });

  test.each([
    ["bags", "bag"],
    ["ordered", "ordered_set"],
  ])(
    "to an adapter without %s throws STORE_NOT_SUPPORTED, and leaves nothing there",
    async (capability, type) => {
      const adapter: Adapter = {
        ...target,
        capabilities: { ...target.capabilities, [capability]: false },
      };
      await using store = open();
      const tables = await fill(store);
      const error = await failure("STORE_NOT_SUPPORTED", () =>
        store.migrateDomain("d", { adapter }),
      );
      expect(error.message).toBe(
        `migrateDomain("d"): moving table "${type}" to adapter "target": adapter "target" has no ${type}`,
      );
      await expectUnchanged(store, tables, adapter as never);
    },
  );

  /** A table of another type and place under the name of one of the domain's. */
  async function tableThere(store: Store<"async">, type: TableType): Promise<AnyTable> {
    await store.configureDomain("d", { adapter: target });
    const theirs = await store.ensureTable("d", "ordered_set", { type });
    await store.resetDomain("d");
    return theirs;
  }

  test("to a place that holds records under a name refuses it, and leaves them", async () => {
    await using store = open();
    const tables = await fill(store);
    const theirs = await tableThere(store, "ordered_set");
    await theirs.insert(["theirs"]);
    await theirs.close();
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toBe(
      'migrateDomain("d"): moving table "ordered_set" to adapter "target": there is a table of that name already, with 1 record',
    );
    expect(await contentAt(store, target, "ordered_set")).toEqual([["theirs"]]);
    await expectUnchanged(
      store,
      tables.filter(({ name }) => name !== "ordered_set"),
    );
  });

  test("to a place where a table of a name is open refuses it, and leaves it open", async () => {
    await using store = open();
    const tables = await fill(store);
    const theirs = await tableThere(store, "ordered_set");
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toBe(
      'migrateDomain("d"): moving table "ordered_set" to adapter "target": a table of that name is open there',
    );
    await theirs.insert(["theirs"]);
    await expectUnchanged(
      store,
      tables.filter(({ name }) => name !== "ordered_set"),
    );
  });

  test("to a place whose table has another type throws STORE_TABLE_TYPE_MISMATCH", async () => {
    await using store = open();
    const tables = await fill(store);
    await (await tableThere(store, "set")).close();
    const error = await failure("STORE_TABLE_TYPE_MISMATCH", () =>
      store.migrateDomain("d", { adapter: target }),
    );
    expect(error.message).toContain('moving table "ordered_set" to adapter "target"');
    expect(await contentAt(store, target, "ordered_set")).toEqual([]);
    await expectUnchanged(
      store,
      tables.filter(({ name }) => name !== "ordered_set"),
    );
  });
});

describe("migrateDomain in a sync store", () => {
  test("to an async adapter throws STORE_INVALID_ADAPTER", async () => {
    const source = adapterOf("sync", "source");
    await using store = storeOf("sync", source);
    await failure("STORE_INVALID_ADAPTER", () =>
      store.migrateDomain("d", { adapter: asyncArrayAdapter() }),
    );
    expect(await store.adapterModule("d")).toBe(source);
  });
});
