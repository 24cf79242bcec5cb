import { describe, expect, test } from "vitest";
import { type Adapter, createStore, type Mode } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure } from "../support/mode.js";

describe("a store", () => {
  const dispose = (store: object, symbol: symbol) => (store as Record<symbol, unknown>)[symbol];

  test("that is sync has Symbol.dispose, and using closes it", () => {
    let closed = 0;
    const adapter = arrayAdapter({ methods: () => ({ close: () => void closed++ }) });
    {
      using store = createStore({ adapter });
      store.ensureTable("runs", "t");
      expect(dispose(store, Symbol.asyncDispose)).toBe(undefined);
    }
    expect(closed).toBe(1);
  });

  test("that is async has Symbol.asyncDispose, and await using closes it", async () => {
    let closed = 0;
    const adapter = asyncArrayAdapter({ methods: () => ({ close: async () => void closed++ }) });
    {
      await using store = createStore({ adapter });
      await store.ensureTable("runs", "t");
      expect(dispose(store, Symbol.dispose)).toBe(undefined);
    }
    expect(closed).toBe(1);
  });

  test("that is async never throws, and returns a promise from every member", async () => {
    await using store = createStore({ adapter: arrayAdapter(), mode: "async" });
    const failing = store.ensureTable("", "");
    expect(failing).toBeInstanceOf(Promise);
    await failure("STORE_INVALID_OPTIONS", () => failing);
    for (const result of [store.clear(), store.domainConfig("d"), store.ensureTable("d", "t")]) {
      expect(result).toBeInstanceOf(Promise);
      await result;
    }
    const table = await store.ensureTable("d", "t");
    for (const result of [table.insert([1]), table.size, table.info(), table.lookup(1)]) {
      expect(result).toBeInstanceOf(Promise);
      await result;
    }
    const keys = table.keys({ nonsense: true } as never);
    await failure("STORE_INVALID_OPERATION", () => keys.next());
  });

  test("that is sync returns no promise, and throws for a wrong range at once", () => {
    using store = createStore({ adapter: arrayAdapter() });
    const table = store.ensureTable("d", "t");
    expect(table.insert([1])).toBe(undefined);
    expect(table.size).toBe(1);
    expect(() => table.keys({ nonsense: true } as never)).toThrow('a range has no "nonsense"');
  });

  test("takes its mode from its default adapter", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    expect(store.ensureTables()).toBeInstanceOf(Promise);
  });

  test("that is async takes sync adapters and async ones", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    await store.configureDomain("sync", { adapter: arrayAdapter() });
    for (const domain of ["sync", "async"]) {
      const table = await store.ensureTable(domain, "t");
      await table.insert(["key", 1]);
      expect(await table.updateCounter("key", 1)).toBe(2);
    }
  });

  test("that is sync refuses an async adapter", () => {
    const message = 'adapter "async-array" is async, and the store is sync';
    const refused = expect.objectContaining({
      code: "STORE_INVALID_ADAPTER",
      message: expect.stringContaining(message),
    });
    const adapter = asyncArrayAdapter();
    expect(() => createStore({ adapter, mode: "sync" as never })).toThrow(refused);
    using store = createStore({ adapter: arrayAdapter() });
    const sneaked = adapter as unknown as Adapter<ArrayOptions, "sync">;
    expect(() => store.configureDomain("d", { adapter: sneaked })).toThrow(refused);
  });

  test.each(["both", null, 1, {}])(
    "createStore with mode %o throws STORE_INVALID_OPTIONS",
    (mode) => {
      expect(() => createStore({ adapter: arrayAdapter(), mode: mode as Mode })).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
      );
    },
  );

  test.each([undefined, null, 1, "adapter"])(
    "createStore with %o for its configuration throws STORE_INVALID_OPTIONS",
    (config) => {
      expect(() => createStore(config as never)).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
      );
    },
  );

  test("has handles that make no call when their members are gone through", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const table = await store.ensureTable("d", "t");
    await table.close();
    expect({ ...table }).not.toHaveProperty("size");
    expect(JSON.parse(JSON.stringify(table))).toEqual({ name: "t", domain: "d", type: "set" });
  });

  test("works when its members are taken from it", () => {
    const { ensureTable, close } = createStore({ adapter: arrayAdapter() });
    const { insert, lookup } = ensureTable("runs", "t");
    insert(["key", 1]);
    expect(lookup("key")).toEqual([["key", 1]]);
    close();
  });
});
