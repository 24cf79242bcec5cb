import { describe, expect, test } from "vitest";
import { type Adapter, type Store, StoreError } from "../../src/index.js";
import { type ArrayOptions, asyncArrayAdapter } from "../support/array-adapter.js";
import { standStill } from "../support/clock.js";
import { type AnyTable, attempt, contentAt, fill } from "../support/domain-fixture.js";
import { FaultInjector } from "../support/fault-injector.js";
import { failure, storeOf } from "../support/mode.js";

describe("migrateDomain in an async store", () => {
  standStill();

  const make = () => {
    const injector = new FaultInjector();
    return {
      injector,
      source: injector.adapter("async", "source"),
      target: injector.adapter("async", "target"),
    };
  };

  /** Two tables of two records: the moments of their migration are few enough to try them all. */
  const fillTwo = (store: Store<"async">) => fill(store, "d", ["bag", "ordered_set"], [[1], [2]]);

  /** Lets `count` microtasks pass. */
  async function turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await undefined;
  }

  /** How many turns a migration of {@link fillTwo} takes, and some more. */
  async function length(): Promise<number> {
    const { source, target } = make();
    await using store = storeOf("async", source);
    await fillTwo(store);
    let isOver = false;
    const migrated = store.migrateDomain("d", { adapter: target }).then(() => {
      isOver = true;
    });
    let count = 0;
    for (; !isOver; count++) await undefined;
    await migrated;
    return count + 20;
  }

  test("loses no write that was acknowledged, whenever it comes", async () => {
    const outcomes = { migrated: 0, undone: 0, closed: 0 };
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      const tables = await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: target }));
      await turns(turn);
      const table = tables[turn % 2] as AnyTable;
      const written = await attempt(() => table.insert(["late", turn]));
      if ((await migrated) instanceof StoreError) outcomes.undone++;
      else outcomes.migrated++;
      const now = await store.ensureTable("d", table.name);
      if (written instanceof StoreError) {
        expect(written.code).toBe("STORE_TABLE_CLOSED");
        outcomes.closed++;
      } else {
        expect(await now.lookup("late")).toEqual([["late", turn]]);
      }
    }
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0);
  });

  test("and ensureTable at any time: what is written to the handle stays, or it is closed", async () => {
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      await fillTwo(store);
      const opened = turn % 2 === 0 ? store.ensureTable("d", "new") : undefined;
      const migrated = store.migrateDomain("d", { adapter: target });
      await turns(turn);
      const table = await (opened ?? store.ensureTable("d", "new"));
      const written = await attempt(() => table.insert(["k"]));
      await attempt(() => migrated);
      const now = await store.ensureTable("d", "new");
      if (!(written instanceof StoreError)) expect(await now.lookup("k")).toEqual([["k"]]);
      else expect(written.code).toBe("STORE_TABLE_CLOSED");
      if (opened === undefined) expect(now).toBe(table);
    }
  });

  test("and ensureTable that waits for a closing table goes to where the domain is", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    const table = await store.ensureTable("d", "t");
    await table.insert(["k"]);
    const closed = table.close();
    const opened = store.ensureTable("d", "t");
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "t", records: 1 },
    ]);
    await closed;
    await failure("STORE_TABLE_CLOSED", async () => (await opened).size);
    expect(await (await store.ensureTable("d", "t")).lookup("k")).toEqual([["k"]]);
  });

  test("and ensureTable of the same name in another domain, there or here, has nothing to do with it", async () => {
    const end = await length();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      await fillTwo(store);
      await store.configureDomain("there", { adapter: target });
      const migrated = store.migrateDomain("d", { adapter: target });
      await turns(turn);
      const theirs = await store.ensureTable("there", "bag");
      const others = await store.ensureTable("other", "bag");
      expect(await migrated).toHaveLength(2);
      expect([await theirs.size, await others.size]).toEqual([0, 0]);
      expect(await (await store.ensureTable("d", "bag")).size).toBe(2);
    }
  });

  test("and close of the store at any time: all is closed, the domain whole in one place", async () => {
    const end = await length();
    const outcomes = new Set<boolean>();
    for (let turn = 0; turn < end; turn++) {
      const { injector, source, target } = make();
      const left = new Map<string, number>();
      const counting = countingAtClose(target, left);
      const store = storeOf("async", source);
      await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: counting }));
      await turns(turn);
      await store.close();
      const outcome = await migrated;
      outcomes.add(outcome instanceof StoreError);
      expect([...injector.open]).toEqual([]);
      if (outcome instanceof StoreError) expect(outcome.code).toBe("STORE_TABLE_CLOSED");
      const sizes = outcome instanceof StoreError ? [0, 0] : [2, 2];
      expect([left.get("bag") ?? 0, left.get("ordered_set") ?? 0]).toEqual(sizes);
    }
    expect(outcomes.size).toBe(2);
  });

  /** The adapter, noting how many records a table has when it is closed, if it isn't dropped then. */
  function countingAtClose(adapter: Adapter<ArrayOptions>, left: Map<string, number>): Adapter {
    return {
      ...adapter,
      async open(options, toolkit) {
        const backend = await adapter.open(options, toolkit);
        return {
          ...backend,
          async dropTable(domain, name) {
            left.delete(name);
            return backend.dropTable(domain, name);
          },
          async openTable(domain, name, type) {
            const table = await backend.openTable(domain, name, type);
            const close = async () => {
              left.set(name, await table.size());
              await table.close();
            };
            return { ...table, close };
          },
        };
      },
    };
  }

  test("called twice at once goes one after the other", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    await fillTwo(store);
    const results = await Promise.all([
      store.migrateDomain("d", { adapter: target, options: { at: 1 } }),
      store.migrateDomain("d", { adapter: target, options: { at: 2 } }),
      store.migrateDomain("other", { adapter: target }),
    ]);
    expect(results.map((tables) => tables.length)).toEqual([2, 2, 0]);
    expect((await store.domainConfig("d")).options).toEqual({ at: 2 });
    expect(await (await store.ensureTable("d", "bag")).size).toBe(2);
    expect(await contentAt(store, target, "bag", { at: 1 })).toHaveLength(2);
  });

  test("waits for a table that is being opened, and leaves out one that doesn't open", async () => {
    const { injector, source, target } = make();
    await using store = storeOf("async", source);
    await store.ensureTable("d", "first");
    injector.arm((call) => call === 1);
    const failing = store.ensureTable("d", "failing");
    const opening = store.ensureTable("d", "opening");
    const migrated = store.migrateDomain("d", { adapter: target });
    const elsewhere = store.ensureTable("other", "first");
    await failure("STORE_IO", () => failing);
    await opening;
    expect((await migrated).map(({ table }) => table)).toEqual(["first", "opening"]);
    expect((await (await elsewhere).info()).adapter).toBe("source");
  });

  test("takes along writes that were called before it and wait in the queue", async () => {
    const { source, target } = make();
    await using store = storeOf("async", source);
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    const writes = Array.from({ length: 200 }, (_unused, key) => table.insert([-key]));
    expect(await store.migrateDomain("d", { adapter: target })).toEqual([
      { table: "t", records: 200 },
    ]);
    await Promise.all(writes);
  });

  test("and close of a table at any time: moved, or undone without a rest", async () => {
    const end = await length();
    const outcomes = new Set<boolean>();
    for (let turn = 0; turn < end; turn++) {
      const { source, target } = make();
      await using store = storeOf("async", source);
      const [table] = await fillTwo(store);
      const migrated = attempt(() => store.migrateDomain("d", { adapter: target }));
      await turns(turn);
      await table?.close();
      const moved = !((await migrated) instanceof StoreError);
      outcomes.add(moved);
      expect(await (await store.ensureTable("d", "bag")).size).toBe(2);
      expect((await contentAt(store, target, "bag"))?.length).toBe(moved ? 2 : undefined);
    }
    expect(outcomes.size).toBe(2);
  });

  test("and closeTable by name waits for its end", async () => {
    const durable = (name: string) =>
      asyncArrayAdapter({
        name,
        capabilities: { durable: true },
        methods: () => ({ sync: async () => {} }),
      });
    for (let turn = 0; turn < 100; turn++) {
      const [source, target] = [durable("source"), durable("target")];
      await using store = storeOf("async", source);
      await (await store.ensureTable("d", "t")).insertMany([[1], [2]]);
      const migrated = store.migrateDomain("d", { adapter: target });
      const opened = store.ensureTable("d", "t");
      await turns(turn);
      await store.closeTable("t");
      expect(await migrated).toEqual([{ table: "t", records: 2 }]);
      await failure("STORE_TABLE_CLOSED", async () => (await opened).size);
      expect(await (await store.ensureTable("d", "t")).size).toBe(2);
    }
  });
});
