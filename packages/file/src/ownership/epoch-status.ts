import { join } from "node:path";
import type { Environment } from "../platform/environment.js";
import { isAbandoned } from "./abandoned-owners.js";
import { LOCK, STALE_AFTER } from "./heartbeat.js";
import { type Owner, RELEASED, readOwner } from "./owner.js";

/** What {@link readEpochStatus} finds. */
export interface EpochStatus {
  /** Whether the epoch is owned, by someone who lives, as far as can be told. */
  readonly isHeld: boolean;
  /** The owner, or the last one; undefined if that can't be read, and after it was given back. */
  readonly owner: Owner | undefined;
}

/**
 * Judges an epoch by its directory. Who is known to be dead, or to have given up, is out at once. All others are judged by their heartbeat,
 * also those known to live: their pid may be another's by now, or their thread gone.
 *
 * A heartbeat in the future is a fresh one. Either the clock went back, and its owner lives and will set it right with
 * the next beat; or it comes from a machine whose clock is ahead, and says nothing about how old it is. To take such an
 * owner for dead would let two write; to take a dead one for alive lasts until that time, or until someone removes the
 * epoch's `lock`.
 */
export function readEpochStatus({ fileSystem, host }: Environment, directory: string): EpochStatus {
  const owner = readOwner(fileSystem, directory);
  const isOver =
    owner === undefined
      ? fileSystem.status(join(directory, RELEASED)) !== undefined
      : host.isAlive(owner) === false || isAbandoned(host, owner.uuid);
  if (isOver) return { isHeld: false, owner };
  const heartbeat = fileSystem.status(join(directory, LOCK)) ?? fileSystem.status(directory);
  const isHeld = heartbeat !== undefined && host.wallTime() - heartbeat.modifiedAt <= STALE_AFTER;
  return { isHeld, owner };
}
