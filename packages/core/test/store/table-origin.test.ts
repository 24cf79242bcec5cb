import { expect, onTestFinished, test } from "vitest";
import { createStore, originOf } from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";

const ADAPTER = arrayAdapter();

test("originOf a table is the store that opened it, its adapter and its mode", () => {
  const store = createStore({ adapter: ADAPTER });
  onTestFinished(() => store.close());
  const table = store.ensureTable("d", "t");
  store.configureDomain("d", { adapter: { ...ADAPTER, name: "other" } });
  const origin = originOf(table);
  expect(origin).toEqual({ store, adapter: ADAPTER, mode: "sync" });
  expect(origin?.store).toBe(store);
});

test("originOf a table of an async store over a sync adapter has the store's mode", async () => {
  const store = createStore({ adapter: ADAPTER, mode: "async" });
  onTestFinished(() => store.close());
  expect(originOf(await store.ensureTable("d", "t"))?.mode).toBe("async");
});

test("originOf what is no table is undefined", () => {
  expect(originOf({})).toBeUndefined();
  expect(originOf(undefined as never)).toBeUndefined();
});
