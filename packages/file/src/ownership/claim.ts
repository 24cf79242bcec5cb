import type { Toolkit } from "@store/core";
import type { Environment } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import { abandonOwner } from "./abandoned-owners.js";
import { epochDirectory, epochsIn } from "./epoch.js";
import { type EpochStatus, readEpochStatus } from "./epoch-status.js";
import type { CreateHeartbeat } from "./heartbeat.js";
import { Lease } from "./lease.js";
import { createLockfile } from "./lockfile.js";
import { claimDirectory, discard } from "./obsolete-files.js";
import {
  describeOwner,
  newOwner,
  type Owner,
  readOwner,
  summarizeOwner,
  writeOwner,
} from "./owner.js";

/** Each round that comes to nothing means that another contender got somewhere. */
const ROUNDS = 8;

/** A rename that fails so was too late: the epoch is there already, or someone took this claim for a leftover. */
const TOO_LATE: readonly (string | undefined)[] = ["EEXIST", "ENOTEMPTY", "ENOENT"];

/** A table that is ours, until the lease says otherwise. */
export interface Claim {
  /** From 1. */
  readonly epoch: number;
  /** Of the epoch. There is `OWNER` in it, and `lock`; all else that comes in is the claimant's. */
  readonly directory: string;
  readonly owner: Owner;
  readonly lease: Lease;
}

/**
 * Claims a table: makes its next epoch. One of several contenders gets it.
 *
 * 1. An epoch is owned from the moment that its directory appears, with `OWNER` in it: prepared under another name, it
 *    gets its own by a rename, which fails when that name is taken. From then on the directory is never empty, so that
 *    no second rename can replace it.
 * 2. A contender whose epoch is there beats, and then looks for a higher epoch, and for any lower one that is held. If
 *    there is one, it withdraws its own. So of two that come through with different numbers the lower one was there,
 *    and had beaten, before the higher one looked: it was dead by then, or silent for too long, or had given up.
 * 3. Lower epochs are all that are there: the owner of one may have woken up again, and a contender that took it for
 *    dead may have died before it could see that. Numbers may have been used, removed and used again.
 * 4. Who has withdrawn an epoch makes a higher one next. Another that has seen the one that is gone would make one above
 *    it, and the owner of a lower one would take that for a takeover.
 * 5. Who finds the table held at the beginning makes no epoch. That is for the owner: a look of its own at that moment
 *    would find the table taken over.
 *
 * Nothing is synced: the epoch's name is on disk when the table's directory was synced next.
 *
 * @param tableDirectory is there
 * @param withdrawn the number of an epoch that the caller had, and gave up
 * @throws `STORE_LOCKED`, with an {@link OwnerSummary} as cause, when the table is held; what the file system throws
 */
export function claimEpoch(
  environment: Environment,
  tableDirectory: string,
  error: Toolkit["error"],
  createHeartbeat: CreateHeartbeat = createLockfile,
  withdrawn = 0,
): Claim {
  let above = withdrawn;
  for (let round = 0; round < ROUNDS; round++) {
    const claim = tryToClaim(environment, tableDirectory, error, createHeartbeat, above);
    if (typeof claim === "object") return claim;
    above = claim;
  }
  throw error("STORE_LOCKED", "the table is being opened by others at the same time");
}

/** When someone else came in between: the number that the next try has to exceed. */
function tryToClaim(
  environment: Environment,
  tableDirectory: string,
  error: Toolkit["error"],
  createHeartbeat: CreateHeartbeat,
  above: number,
): Claim | number {
  const epochs = epochsIn(environment.fileSystem, tableDirectory);
  const holder = findHolder(environment, tableDirectory, epochs);
  if (holder !== undefined) {
    const detail = `the table is open in ${describeOwner(holder.owner)}`;
    throw error("STORE_LOCKED", detail, summarizeOwner(holder.owner));
  }

  const epoch = Math.max(above, epochs.at(-1) ?? 0) + 1;
  const directory = epochDirectory(tableDirectory, epoch);
  const owner = newOwner(environment.host);
  if (!makeEpoch(environment, tableDirectory, directory, owner)) return above;

  let lease: Lease | undefined;
  const withdraw = () => {
    lease?.release();
    abandonOwner(environment.host, owner.uuid);
    discard(environment, tableDirectory, directory);
  };
  try {
    lease = new Lease(environment, tableDirectory, epoch, owner, error, createHeartbeat);
    const others = epochsIn(environment.fileSystem, tableDirectory).filter((e) => e !== epoch);
    const isOurs = !lease.isLost && findHolder(environment, tableDirectory, others) === undefined;
    if (isOurs) return { epoch, directory, owner, lease };
  } catch (failure) {
    withdraw();
    // The epoch is gone: someone took it for one whose owner is dead.
    if (errorCode(failure) === "ENOENT") return epoch;
    throw failure;
  }
  withdraw();
  return epoch;
}

/** The first of some epochs that is held. */
function findHolder(
  environment: Environment,
  tableDirectory: string,
  epochs: readonly number[],
): EpochStatus | undefined {
  for (const epoch of epochs) {
    const status = readEpochStatus(environment, epochDirectory(tableDirectory, epoch));
    if (status.isHeld) return status;
  }
  return undefined;
}

/** Makes the directory of an epoch appear. Returns false when someone else came in between. */
function makeEpoch(
  environment: Environment,
  tableDirectory: string,
  directory: string,
  owner: Owner,
): boolean {
  const { fileSystem } = environment;
  const prepared = claimDirectory(tableDirectory, owner.uuid);
  try {
    fileSystem.makeDirectory(prepared);
    writeOwner(fileSystem, prepared, owner);
    fileSystem.rename(prepared, directory);
    return true;
  } catch (failure) {
    // Over a network a rename may succeed, and its answer be lost: a second try finds nothing to rename.
    if (readOwner(fileSystem, directory)?.uuid === owner.uuid) return true;
    discard(environment, tableDirectory, prepared);
    if (TOO_LATE.includes(errorCode(failure)) || fileSystem.status(directory) !== undefined) {
      return false;
    }
    throw failure;
  }
}
