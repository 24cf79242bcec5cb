import { dirname, join } from "node:path";
import type { Environment } from "../platform/environment.js";
import type { FileIdentity } from "../platform/file-system.js";
import type { ProcessIdentity } from "../platform/host.js";
import type { FileSystemTime } from "./file-system-time.js";
import { LOCK, STALE_AFTER } from "./heartbeat.js";
import { localOwner } from "./local-owners.js";
import { OWNER, type Owner, RELEASED, readOwner } from "./owner.js";

/** Milliseconds. What two file servers may differ by, and what is lost when times are rounded. */
const AHEAD = 2_000;

/** What {@link readEpochStatus} finds. */
export interface EpochStatus {
  /** Whether the epoch is owned, by someone who lives, as far as can be told. */
  readonly isHeld: boolean;
  /** The owner, or the last one; undefined if that can't be read, and after it was given back. */
  readonly owner: Owner | undefined;
  /** For who is refused: what else there is to know, and to do. */
  readonly advice?: string | undefined;
}

/** What is certain about an owner. */
type Verdict = "lives" | "gone" | "untold";

/**
 * Says of an epoch whether it is owned.
 *
 * 1. The identity of the owner's process comes first, where it is certain: who is known to be dead, or to have given up,
 *    is out at once; who runs keeps the epoch, however long it is silent: a call may block it for hours. That is for the
 *    newest epoch only: the owner of an earlier one has lost it, and will see that when it looks.
 * 2. All others go by their heartbeat: of other systems, or where the system doesn't say; those that are stopped; a
 *    worker thread that may have ended.
 * 3. The clock is that of the file system, which stamps heartbeats and {@link FileSystemTime} alike: that of a process may
 *    be an hour off, or faked.
 *
 * A heartbeat in the future is a fresh one: the clock went back, and nothing tells how old it is. To take such an owner for
 * dead would let two write; to take a dead one for alive lasts until that time, or until someone does what the advice says.
 *
 * @param isNewest whether it is the last epoch that is there
 */
export function readEpochStatus(
  environment: Environment,
  directory: string,
  time: FileSystemTime,
  isNewest: boolean,
): EpochStatus {
  const { fileSystem } = environment;
  const owner = readOwner(fileSystem, directory);
  if (owner === undefined && fileSystem.linkStatus(join(directory, RELEASED)) !== undefined) {
    return { isHeld: false, owner };
  }
  const identity = owner === undefined ? undefined : identityOf(environment, dirname(directory));
  const isCopy = owner !== undefined && isElsewhere(owner, identity);
  const verdict =
    owner === undefined ? "untold" : judgeOwner(environment, directory, owner, isCopy);
  if (verdict === "gone") return { isHeld: false, owner };
  if (verdict === "lives" && isNewest) return { isHeld: true, owner };

  const lock = join(directory, LOCK);
  const heartbeat = fileSystem.linkStatus(lock) ?? fileSystem.linkStatus(directory);
  if (heartbeat === undefined) return { isHeld: false, owner };
  const age = time.now() - heartbeat.modifiedAt;
  if (age > STALE_AFTER) return { isHeld: false, owner };
  return {
    isHeld: true,
    owner,
    advice: adviceFor(lock, age, isCopy ? owner?.realPath : undefined),
  };
}

function judgeOwner(
  { host }: Environment,
  directory: string,
  owner: Owner,
  isCopy: boolean,
): Verdict {
  const local = isOfThisThread(owner, host.process) ? localOwner(host, owner.uuid) : undefined;
  if (local !== undefined) return local === "live" && !isCopy ? "lives" : "gone";
  const state = host.stateOf(owner);
  if (state === "unknown") return "untold";
  if (state === "ended") return "gone";
  const isOpen = owner.keepsOpen === true ? host.hasOpen(owner, join(directory, OWNER)) : undefined;
  if (isOpen === false) return "gone";
  // On one system two directories that differ in both aren't one that was mounted or renamed.
  if (isOpen === undefined && isCopy) return "gone";
  const isCertain = isOpen === true || owner.thread === 0;
  return state === "running" && isCertain ? "lives" : "untold";
}

function isOfThisThread(owner: Owner, own: ProcessIdentity): boolean {
  return (["pid", "start", "boot", "thread"] as const).every((part) => owner[part] === own[part]);
}

/** Whether the owner's directory was another one, which this is a copy of, or which is mounted here by another name. */
function isElsewhere({ realPath, inode }: Owner, identity: FileIdentity | undefined): boolean {
  if (realPath === undefined || inode === undefined || identity === undefined) return false;
  return realPath !== identity.realPath && inode !== identity.inode;
}

function identityOf({ fileSystem }: Environment, directory: string): FileIdentity | undefined {
  try {
    return fileSystem.identify(directory);
  } catch {
    return undefined;
  }
}

function adviceFor(lock: string, age: number, original: string | undefined): string | undefined {
  if (age < -AHEAD) {
    const seconds = Math.round(-age / 1000);
    return `its heartbeat is ${seconds} s in the future: a clock was set back. If that process is gone, remove ${lock}, and open it again ${STALE_AFTER / 1000} s later`;
  }
  if (original === undefined) return undefined;
  return `if this is a copy of ${original}, it opens ${STALE_AFTER / 1000} s after it was made`;
}
