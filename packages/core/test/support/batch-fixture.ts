import type { Mode, StoreRecord, Table } from "../../src/index.js";
import { arrayAdapterOf } from "./array-adapter.js";
import { storeOf } from "./mode.js";

export type AnyTable = Table<StoreRecord, "async">;
export type AnyBatch = ReturnType<ReturnType<typeof storeOf>["batch"]>;
export type Tables = Record<"set" | "ordered" | "bag", AnyTable>;

export const batching = (mode: Mode) =>
  arrayAdapterOf(mode, { capabilities: { batches: true, expiry: true } });

/** A store with three tables of one backend, in two domains. */
export async function openBatching(mode: Mode) {
  const store = storeOf(mode, batching(mode));
  const set = await store.ensureTable("d", "set");
  const ordered = await store.ensureTable("d", "ordered", { type: "ordered_set" });
  const bag = await store.ensureTable("other", "bag", { type: "bag" });
  await set.insertMany([
    ["a", 1],
    ["b", { deep: [1] }],
  ]);
  return { store, set, ordered, bag };
}
