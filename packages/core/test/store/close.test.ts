import { describe, expect, test } from "vitest";
import type { Adapter } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

/** A durable adapter that notes what is done to its tables. */
function durable(notes: string[]): Adapter<ArrayOptions, "sync"> {
  return arrayAdapter({
    capabilities: { durable: true },
    methods: (_table, name) => ({
      sync: () => void notes.push(`sync ${name}`),
      flushCounters: () => void notes.push(`flush ${name}`),
      close: () => void notes.push(`close ${name}`),
    }),
  });
}

describe.each(MODES)("close of a store that is %s", (mode) => {
  test("closes every table, then every backend", async () => {
    const notes: string[] = [];
    const adapter = durable(notes);
    const store = storeOf(mode, {
      ...adapter,
      open(options, toolkit) {
        const backend = adapter.open(options as ArrayOptions, toolkit);
        return { ...backend, close: () => void notes.push("close backend") };
      },
    } as Adapter);
    const table = await store.ensureTable("runs", "a");
    await store.ensureTable("runs", "b");
    expect(await store.close()).toBe(undefined);
    expect(notes).toEqual(["close a", "close b", "close backend"]);
    await failure("STORE_TABLE_CLOSED", () => table.size);
  });

  test("of a store that opened nothing opens nothing", async () => {
    const store = storeOf(mode, {
      ...arrayAdapter(),
      open: () => expect.unreachable("nothing is needed"),
    });
    await store.domainConfig("runs");
    await store.close();
  });

  test("ends every other member; closing again is no error", async () => {
    const store = storeOf(mode, arrayAdapter());
    await store.close();
    await store.close();
    const config = { adapter: arrayAdapter() };
    const calls: Record<string, () => unknown> = {
      configureDomain: () => store.configureDomain("runs", config),
      migrateDomain: () => store.migrateDomain("runs", config),
      copyDomain: () => store.copyDomain("runs", config),
      tables: () => store.tables("runs"),
      dropTable: () => store.dropTable("runs", "t"),
      batch: () => store.batch(),
      domainConfig: () => store.domainConfig("runs"),
      adapterModule: () => store.adapterModule("runs"),
      resetDomain: () => store.resetDomain("runs"),
      clear: () => store.clear(),
      ensureTables: () => store.ensureTables(),
      ensureTable: () => store.ensureTable("runs", "t"),
      closeTable: () => store.closeTable("t"),
      syncTable: () => store.syncTable("t"),
      flushCounters: () => store.flushCounters("t"),
    };
    const members = Object.keys(store).filter((name) => name !== "close");
    expect(Object.keys(calls).sort()).toEqual(members.sort());
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure("STORE_TABLE_CLOSED", call);
      expect(error.message).toContain(`${name}(`);
      expect(error.message).toContain("the store is closed");
    }
  });

  test("with tables and backends that fail closes the others and throws the first failure", async () => {
    const notes: string[] = [];
    const adapter = arrayAdapter({
      methods: (_table, name) => ({
        close() {
          notes.push(name);
          if (name !== "b") throw new Error(`${name} is stuck`);
        },
      }),
    });
    const failing = {
      ...adapter,
      open: (options: ArrayOptions, toolkit: never) => ({
        ...adapter.open(options, toolkit),
        close() {
          notes.push("backend");
          throw new Error("backend is stuck");
        },
      }),
    } as Adapter;
    const store = storeOf(mode, failing);
    await store.configureDomain("other", { adapter: failing, options: { other: true } });
    for (const name of ["a", "b", "c"]) await store.ensureTable("runs", name);
    await store.ensureTable("other", "d");
    const error = await failure("STORE_IO", () => store.close());
    expect(error.message).toBe('close on table "a" (domain "runs"): a is stuck');
    expect(notes).toEqual(["a", "b", "c", "backend", "d", "backend"]);
  });
});
