import type { TreeBackend } from "./tree-backend.js";

/** The backends of an adapter that are open, by their data directory: what is done to one by its store and domain. */
const backends = new WeakMap<object, Map<string, TreeBackend>>();

/** Those of an adapter, which is one of this package. */
export function backendsOf(adapter: object): Map<string, TreeBackend> | undefined {
  return backends.get(adapter);
}

export function registerAdapter(adapter: object, open: Map<string, TreeBackend>): void {
  backends.set(adapter, open);
}
