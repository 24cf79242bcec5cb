import { createStore, toolkit } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { serverAdapter } from "../../src/index.js";
import { slowAdapter } from "../support/slow-adapter.js";
import { connect, serve } from "../support/stores.js";

/** The adapter's own side. */
async function backendAt(path: string) {
  const backend = await serverAdapter.open(serverAdapter.normalizeOptions({ path }), toolkit);
  onTestFinished(() => backend.close());
  return backend;
}

test("domains over a socket are those of the served store that have tables", async () => {
  const { path, store } = await serve();
  const backend = await backendAt(path);
  expect(await backend.domains?.()).toEqual([]);
  await store.configureDomain("apart", { adapter: memoryAdapter });
  await store.ensureTable("apart", "t");
  await connect({ path }).ensureTable("b", "t");
  await store.ensureTable("a", "t");
  expect(await backend.domains?.()).toEqual(["a", "apart", "b"]);
  await store.dropTable("b", "t");
  expect(await backend.domains?.()).toEqual(["a", "apart"]);
});

test("domains over a socket are refused where the served adapter can't list them", async () => {
  const { path } = await serve({}, createStore({ adapter: slowAdapter(() => 0) }));
  const backend = await backendAt(path);
  await expect(backend.domains?.()).rejects.toMatchObject({ code: "STORE_NOT_SUPPORTED" });
});
