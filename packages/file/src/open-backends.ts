import type { FileBackend } from "./file-backend.js";

/** The backends of an adapter that are open, by their data directory: what is done to one by its store and domain. */
const backends = new WeakMap<object, Map<string, FileBackend>>();

/** Those of an adapter, which is one of this package. */
export function backendsOf(adapter: object): Map<string, FileBackend> | undefined {
  return backends.get(adapter);
}

export function registerAdapter(adapter: object, open: Map<string, FileBackend>): void {
  backends.set(adapter, open);
}
