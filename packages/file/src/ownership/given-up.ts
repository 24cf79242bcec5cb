import type { Host } from "../platform/host.js";

/**
 * Owners that will never write again, though the disk may not say so: giving the table back failed. Known in their own
 * process, which may open the table again at once.
 */
const givenUp = new WeakMap<Host, Set<string>>();

/** @param uuid that of the owner */
export function giveUp(host: Host, uuid: string): void {
  const uuids = givenUp.get(host);
  if (uuids === undefined) givenUp.set(host, new Set([uuid]));
  else uuids.add(uuid);
}

/** Whether {@link giveUp} was called for that owner, in this process. */
export function hasGivenUp(host: Host, uuid: string): boolean {
  return givenUp.get(host)?.has(uuid) === true;
}
