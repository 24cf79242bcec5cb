import type { Host } from "../platform/host.js";

/**
 * Owners that will never write again, though the disk may not say so: giving the table back failed. Known in their own
 * process, which may open the table again at once.
 */
const abandoned = new WeakMap<Host, Set<string>>();

/** @param uuid that of the owner */
export function abandonOwner(host: Host, uuid: string): void {
  const uuids = abandoned.get(host);
  if (uuids === undefined) abandoned.set(host, new Set([uuid]));
  else uuids.add(uuid);
}

/** Whether {@link abandonOwner} was called for that owner, in this process. */
export function isAbandoned(host: Host, uuid: string): boolean {
  return abandoned.get(host)?.has(uuid) === true;
}
