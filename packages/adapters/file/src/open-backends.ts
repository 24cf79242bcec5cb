import type { FileBackend } from "./file-backend.js";

/** The backends that are open, by their adapter: what is done to one by its store and domain. */
const backends = new WeakMap<object, ReadonlySet<FileBackend>>();

/** The backend of a data directory: that of its owner, if several stores have it open. */
export function backendOf(adapter: object, dataDir: string): FileBackend | undefined {
  const all = [...(backends.get(observed(adapter)) ?? [])].filter(
    (backend) => backend.dataDir === dataDir,
  );
  return all.find(({ isOwner }) => isOwner) ?? all[0];
}

export function registerAdapter(adapter: object, open: ReadonlySet<FileBackend>): void {
  backends.set(adapter, open);
}

/** An adapter that observes another one, as `telemetry` makes one, says by this which: its backends are that one's. */
const OBSERVED = Symbol.for("@store/observed-adapter");

function observed(adapter: object): object {
  const behind: unknown = Reflect.get(adapter, OBSERVED);
  return typeof behind === "object" && behind !== null ? observed(behind) : adapter;
}
