import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { onTestFinished } from "vitest";
import { scratch } from "./scratch.js";

/** Stores of both modes, in memory and in files. */
export const STORES: Readonly<Record<string, () => Store<"sync"> | Store<"async">>> = {
  "memory, sync": () => memoryStore(),
  "memory, async": () => closing(createStore({ adapter: memoryAdapter, mode: "async" })),
  "file, sync": () => fileStore(),
  "file, async": () =>
    closing(createStore({ adapter: fileAdapter, options: fileOptions(), mode: "async" })),
};

export function memoryStore(): Store<"sync"> {
  return closing(createStore({ adapter: memoryAdapter }));
}

export function fileStore(options: ReturnType<typeof fileOptions> = fileOptions()): Store<"sync"> {
  return closing(createStore({ adapter: fileAdapter, options }));
}

export function fileOptions(): { dataDir: string; autoSave: number } {
  return { dataDir: join(scratch(), "data"), autoSave: Number.POSITIVE_INFINITY };
}

function closing<S extends Store<"sync"> | Store<"async">>(store: S): S {
  onTestFinished(async () => {
    await store.close();
  });
  return store;
}
