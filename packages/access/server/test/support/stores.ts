import { join } from "node:path";
import { createStore, type Store } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { onTestFinished } from "vitest";
import {
  type AnyStore,
  type ServedStoreHandle,
  type ServeOptions,
  type ServerOptions,
  serverAdapter,
  serveStore,
} from "../../src/index.js";
import { ownDirectory } from "./places.js";

/** A store that is served, until the test has ended. */
export interface Served {
  /** The store itself, to be awaited whatever its mode is. */
  readonly store: Store<"async">;
  readonly server: ServedStoreHandle;
  readonly path: string;
}

/** Serves a store, one of memory by default. */
export async function serve(
  options: Partial<ServeOptions> = {},
  store: AnyStore = createStore({ adapter: memoryAdapter }),
): Promise<Served> {
  const path = options.path ?? join(ownDirectory(), "s");
  const server = await serveStore(store, { path, ...options });
  onTestFinished(async () => {
    await server.close();
    await store.close();
  });
  return { store: store as Store<"async">, server, path };
}

/** A client's store, closed when the test has ended. */
export function connect(options: ServerOptions): Store<"async"> {
  const store = createStore({ adapter: serverAdapter, options });
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}
