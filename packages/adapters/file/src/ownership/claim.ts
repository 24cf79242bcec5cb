import type { Toolkit } from "@store/core";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import type { Descriptor } from "../platform/file-system.js";
import { checkedEpochsIn, claimDirectory, epochDirectory, epochsIn } from "./epoch.js";
import { type EpochStatus, readEpochStatus } from "./epoch-status.js";
import { FileSystemTime } from "./file-system-time.js";
import { Lease } from "./lease.js";
import { localOwner, noteOwner } from "./local-owners.js";
import { discard } from "./obsolete-files.js";
import {
  describeOwner,
  newOwner,
  type Owner,
  RELEASED,
  readOwner,
  summarizeOwner,
  writeOwner,
} from "./owner.js";

/** Each round that comes to nothing means that another contender got somewhere. */
const ROUNDS = 8;

/** Milliseconds. While another owner is waited for, the looks come less and less often. */
const FIRST_WAIT = 1;
const LONGEST_WAIT = 250;

/** A rename that fails so was too late: the epoch is there already, or someone took this claim for an obsolete one. */
const TOO_LATE: readonly (string | undefined)[] = ["EEXIST", "ENOTEMPTY", "ENOENT"];

export interface ClaimOptions {
  readonly error: Toolkit["error"];
  /** What is claimed, for messages. Default: `the table`. */
  readonly subject?: string;
  /** The number of an epoch that the caller had, and gave up. */
  readonly withdrawn?: number;
  /** Milliseconds to wait for another owner to go. An owner of this very thread can't go meanwhile. Default: 0. */
  readonly lockTimeout?: number | undefined;
}

/** A directory that is ours, until the lease says otherwise. */
export interface Claim {
  /** From 1. */
  readonly epoch: number;
  /** Of the epoch. There is `OWNER` in it, and `lock`; all else that comes in is the claimant's. */
  readonly directory: string;
  readonly owner: Owner;
  readonly lease: Lease;
}

/** What came of an attempt: a claim; who has it; or the number that the next attempt has to exceed. */
type Attempt = Claim | EpochStatus | number;

/**
 * Claims a directory: makes its next epoch. One of several contenders gets it.
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
 * 5. Who finds the directory held at the beginning makes no epoch. That is for the owner: a look of its own at that moment
 *    would find that it was taken over.
 *
 * Nothing is synced: the epoch's name is on disk when the directory was synced next.
 *
 * @param parent the directory in which the epochs are
 * @throws `STORE_LOCKED`, with an {@link OwnerSummary} as cause, when it is held; `STORE_CORRUPT` when what is in it are no
 * epochs; what the file system throws
 */
export function claimEpoch(environment: Environment, parent: string, options: ClaimOptions): Claim {
  const { host } = environment;
  const { error, subject = "the table", lockTimeout = 0 } = options;
  const from = host.monotonicTime();
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    const claim = claimNow(environment, parent, options);
    if (claim !== undefined && "lease" in claim) return claim;
    const waited = host.monotonicTime() - from;
    const isOfThisThread =
      claim?.owner !== undefined && localOwner(host, claim.owner.uuid) !== undefined;
    if (waited < lockTimeout && !isOfThisThread) {
      host.sleep(Math.min(wait, lockTimeout - waited));
      continue;
    }
    const after = waited < 1 ? "" : `, also after ${Math.round(waited)} ms`;
    if (claim === undefined) {
      throw error("STORE_LOCKED", `${subject} is being opened by others at the same time${after}`);
    }
    const { owner, advice } = claim;
    const also = advice === undefined ? "" : `; ${advice}`;
    const detail = `${subject} is open in ${describeOwner(owner, environment)}${after}${also}`;
    throw error("STORE_LOCKED", detail, summarizeOwner(owner));
  }
}

/**
 * Gives back a claim that came to nothing, and removes its epoch.
 * @param mayCount whether a manifest may be in it
 */
export function withdrawClaim(
  environment: Environment,
  parent: string,
  { directory, owner, lease }: Omit<Claim, "epoch" | "lease"> & { lease: Lease | undefined },
  mayCount = false,
): void {
  const { fileSystem, host } = environment;
  lease?.release();
  noteOwner(host, owner.uuid, "abandoned");
  // By its number it may be another's by now, if somebody has replaced the directory.
  const found = readOwner(fileSystem, directory) ?? readOwner(fileSystem, directory, RELEASED);
  if (found?.uuid === owner.uuid) discard(environment, parent, directory, mayCount);
}

/** Without waiting. Returns who has it; undefined if that changes all the time. */
function claimNow(
  environment: Environment,
  parent: string,
  options: ClaimOptions,
): Claim | EpochStatus | undefined {
  let above = options.withdrawn ?? 0;
  for (let round = 0; round < ROUNDS; round++) {
    const attempt = tryToClaim(environment, parent, options, above);
    if (typeof attempt !== "number") return attempt;
    above = attempt;
  }
  return undefined;
}

function tryToClaim(
  environment: Environment,
  parent: string,
  options: ClaimOptions,
  above: number,
): Attempt {
  const { error, subject = "the table" } = options;
  const { fileSystem, host } = environment;
  const uuid = host.uuid();
  const epochs = checkedEpochsIn(fileSystem, parent, error);
  const holder = findHolder(environment, parent, epochs, { newest: epochs.at(-1), uuid });
  if (holder !== undefined) return holder;

  const epoch = Math.max(above, epochs.at(-1) ?? 0) + 1;
  const directory = epochDirectory(parent, epoch);
  const owner = newOwner(host, uuid, fileSystem.identify(parent));
  const file = makeEpoch(environment, parent, directory, owner);
  if (file === "too late") return above;

  let lease: Lease | undefined;
  try {
    lease = new Lease(environment, { parent, epoch, owner, file, error, subject });
    const others = epochsIn(fileSystem, parent).filter((e) => e !== epoch);
    const isOurs =
      !lease.isLost &&
      findHolder(environment, parent, others, { newest: epoch, uuid }) === undefined;
    if (isOurs) return { epoch, directory, owner, lease };
  } catch (failure) {
    withdrawClaim(environment, parent, { directory, owner, lease });
    if (lease === undefined) closeQuietly(environment, file);
    // The epoch is gone: someone took it for one whose owner is dead.
    if (errorCode(failure) === "ENOENT") return epoch;
    throw failure;
  }
  withdrawClaim(environment, parent, { directory, owner, lease });
  return epoch;
}

/**
 * The first of some epochs that is held.
 * @param options.newest the last one that is there
 * @param options.uuid of the claim
 */
function findHolder(
  environment: Environment,
  parent: string,
  epochs: readonly number[],
  { newest, uuid }: { readonly newest: number | undefined; readonly uuid: string },
): EpochStatus | undefined {
  const time = new FileSystemTime(environment, parent, uuid);
  for (const epoch of epochs) {
    const directory = epochDirectory(parent, epoch);
    const status = readEpochStatus(environment, directory, time, epoch === newest);
    if (status.isHeld) return status;
  }
  return undefined;
}

/** Makes the directory of an epoch appear. Returns the `OWNER` in it if that is kept open. */
function makeEpoch(
  environment: Environment,
  parent: string,
  directory: string,
  owner: Owner,
): Descriptor | undefined | "too late" {
  const { fileSystem } = environment;
  const prepared = claimDirectory(parent, owner.uuid);
  let file: Descriptor | undefined;
  try {
    fileSystem.makeDirectory(prepared);
    file = writeOwner(fileSystem, prepared, owner);
    fileSystem.rename(prepared, directory);
    return file;
  } catch (failure) {
    // Over a network a rename may succeed, and its answer be lost: a second try finds nothing to rename.
    if (readOwner(fileSystem, directory)?.uuid === owner.uuid) return file;
    closeQuietly(environment, file);
    discard(environment, parent, prepared);
    if (TOO_LATE.includes(errorCode(failure)) || fileSystem.status(directory) !== undefined) {
      return "too late";
    }
    throw failure;
  }
}

function closeQuietly({ fileSystem }: Environment, file: Descriptor | undefined): void {
  if (file !== undefined) bestEffort(() => fileSystem.close(file));
}
