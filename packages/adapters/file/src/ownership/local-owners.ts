import type { Host } from "../platform/host.js";

/** Whether an owner of this thread may still write. */
export type LocalOwner = "live" | "abandoned";

/**
 * What this thread knows of its own owners, by their uuid. An abandoned one will never write again, though the disk may
 * not say so: giving back failed, or the epoch was taken away.
 */
const owners = new WeakMap<Host, Map<string, LocalOwner>>();

export function noteOwner(host: Host, uuid: string, what: LocalOwner): void {
  const known = owners.get(host);
  if (known === undefined) owners.set(host, new Map([[uuid, what]]));
  else known.set(uuid, what);
}

/** For an owner of which the disk says that it has given back. */
export function forgetOwner(host: Host, uuid: string): void {
  owners.get(host)?.delete(uuid);
}

/** undefined for those of others. */
export function localOwner(host: Host, uuid: string): LocalOwner | undefined {
  return owners.get(host)?.get(uuid);
}
