import { describe, expect, test } from "vitest";
import { type AdapterTable, createStore, type StoreRecord, type Toolkit } from "../../src/index.js";
import { type ArrayOptions, asyncArrayAdapter } from "../support/array-adapter.js";

/** An async adapter whose calls overlap, and whose writes wait until the test lets them go. */
function overlapping() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const adapter = asyncArrayAdapter({
    capabilities: { batches: true },
    methods: (table) => ({
      insert: async (record) => {
        await released;
        await table.insertMany([record]);
      },
      insertNew: async () => false,
      take: table.lookup,
      update: async () => undefined,
      scan: async function* () {
        for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
          yield* await table.lookup(key);
        }
      },
    }),
  });
  const open = async (options: object, toolkit: Toolkit) => {
    const { applyChanges: _none, ...backend } = await adapter.open(
      options as ArrayOptions,
      toolkit,
    );
    return {
      ...backend,
      transact: async ([operation]: readonly { readonly table: AdapterTable<"async"> }[]) => {
        await released;
        await operation?.table.insertMany([["late"]]);
        return [undefined];
      },
    };
  };
  return { adapter: { ...adapter, open: open as typeof adapter.open }, release };
}

describe.each(["migrateDomain", "copyDomain"] as const)(
  "%s from an adapter whose calls overlap",
  (move) => {
    test.each(["a write", "a batch"])("waits for %s that is under way", async (what) => {
      const { adapter, release } = overlapping();
      await using store = createStore({ adapter });
      const table = await store.ensureTable<StoreRecord>("d", "t");
      const written =
        what === "a write"
          ? table.insert(["late"])
          : store.batch().insert(table, ["late"]).commit();
      const moved = store[move]("d", { adapter: asyncArrayAdapter() });
      // More than the whole of it takes, if it doesn't wait.
      for (let turn = 0; turn < 500; turn++) await undefined;
      release();
      await written;
      expect(await moved).toEqual([{ table: "t", records: 1 }]);
      expect(await (await store.ensureTable("d", "t")).lookup("late")).toEqual([["late"]]);
    });
  },
);
