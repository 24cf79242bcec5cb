import { describe, expect, test } from "vitest";
import { type Adapter, createStore, type Store, StoreError } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter } from "../support/array-adapter.js";
import { failure } from "../support/mode.js";

describe("a sync store, called by its adapter while that opens a table,", () => {
  /** Notes what is opened and closed, and does something while it opens a table. */
  function reentrant(
    notes: string[],
    whileOpening: (name: string) => void,
  ): Adapter<ArrayOptions, "sync", ArrayOptions> {
    const adapter = arrayAdapter({
      // `closeTable` and the like leave tables in memory alone.
      capabilities: { durable: true },
      methods: (_table, name) => ({
        sync: () => {},
        close: () => void notes.push(`close ${name}`),
      }),
    });
    return {
      ...adapter,
      open(options, toolkit) {
        const backend = adapter.open(options, toolkit);
        return {
          ...backend,
          openTable(domain, name, type) {
            notes.push(`open ${name}`);
            whileOpening(name);
            return backend.openTable(domain, name, type);
          },
          close: () => void notes.push("close"),
        };
      },
    };
  }

  const calls: Record<string, (store: Store) => unknown> = {
    ensureTable: (store) => store.ensureTable("d", "t"),
    "ensureTable with a type": (store) => store.ensureTable("d", "t", { type: "bag" }),
    dropTable: (store) => store.dropTable("d", "t"),
    closeTable: (store) => store.closeTable("t"),
    syncTable: (store) => store.syncTable("t"),
    flushCounters: (store) => store.flushCounters("t"),
    copyDomain: (store) => store.copyDomain("d", { adapter: arrayAdapter() }),
    migrateDomain: (store) => store.migrateDomain("d", { adapter: arrayAdapter() }),
  };

  test.each(Object.entries(calls))("refuses %s of the same table", (_, call) => {
    const codes: unknown[] = [];
    const adapter = reentrant([], () => {
      try {
        codes.push(call(store));
      } catch (error) {
        codes.push((error as StoreError).code);
      }
    });
    const store = createStore({ adapter });
    const table = store.ensureTable("d", "t");
    expect(codes).toEqual(["STORE_INVALID_OPERATION"]);
    table.insert(["a", 1]);
    expect(store.ensureTable("d", "t")).toBe(table);
    store.close();
  });

  test.each<[string, (store: Store) => unknown]>([
    ["ensureTable", (store) => store.ensureTable("d", "t")],
    ["dropTable", (store) => store.dropTable("d", "t")],
  ])("or while it closes one, refuses %s of that table", (_name, call) => {
    const codes: unknown[] = [];
    const adapter = arrayAdapter({
      methods: () => ({
        close() {
          try {
            codes.push(call(store));
          } catch (error) {
            codes.push((error as StoreError).code);
          }
        },
      }),
    });
    const store = createStore({ adapter });
    store.ensureTable("d", "t").close();
    expect(codes).toEqual(["STORE_INVALID_OPERATION"]);
    expect(store.dropTable("d", "t")).toBe(true);
  });

  test("opens another table", () => {
    const notes: string[] = [];
    const store = createStore({
      adapter: reentrant(notes, (name) => {
        if (name === "t") store.ensureTable("d", "u").insert(["a", 1]);
      }),
    });
    store.ensureTable("d", "t");
    expect(store.ensureTable("d", "u").size).toBe(1);
    store.close();
    expect(notes).toEqual(["open t", "open u", "close t", "close u", "close"]);
  });

  test("closes: the open is STORE_TABLE_CLOSED, and the table and then the backend are closed", async () => {
    const notes: string[] = [];
    const store = createStore({ adapter: reentrant(notes, () => store.close()) });
    await failure("STORE_TABLE_CLOSED", () => store.ensureTable("d", "t"));
    expect(notes).toEqual(["open t", "close t", "close"]);
  });

  test("closes while it opens one table for another: both are closed, then the backend", async () => {
    const notes: string[] = [];
    const store = createStore({
      adapter: reentrant(notes, (name) => {
        if (name === "u") store.close();
        else expect(() => store.ensureTable("d", "u")).toThrow(StoreError);
      }),
    });
    await failure("STORE_TABLE_CLOSED", () => store.ensureTable("d", "t"));
    expect(notes).toEqual(["open t", "open u", "close u", "close t", "close"]);
  });

  test("closes, and then the table doesn't open: the backend is closed", async () => {
    const notes: string[] = [];
    const store = createStore({
      adapter: reentrant(notes, () => {
        store.close();
        throw Object.assign(new Error("no"), { code: "STORE_CORRUPT" });
      }),
    });
    await failure("STORE_CORRUPT", () => store.ensureTable("d", "t"));
    expect(notes).toEqual(["open t", "close"]);
  });
});
