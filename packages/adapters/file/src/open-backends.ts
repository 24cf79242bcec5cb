import type { FileBackend } from "./file-backend.js";

/** The backends that are open, by their adapter: what is done to one by its store and domain. */
const backends = new WeakMap<object, ReadonlySet<FileBackend>>();

/** The backend of a data directory: that of its owner, if several stores have it open. */
export function backendOf(adapter: object, dataDir: string): FileBackend | undefined {
  const all = [...(backends.get(adapter) ?? [])].filter((backend) => backend.dataDir === dataDir);
  return all.find(({ isOwner }) => isOwner) ?? all[0];
}

export function registerAdapter(adapter: object, open: ReadonlySet<FileBackend>): void {
  backends.set(adapter, open);
}
