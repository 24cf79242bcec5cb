import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment, Heartbeat } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import type { Descriptor } from "../platform/file-system.js";
import { epochDirectory, epochsIn } from "./epoch.js";
import { BEAT_EVERY, LOCK, STALE_AFTER } from "./heartbeat.js";
import { forgetOwner, noteOwner } from "./local-owners.js";
import { createLockfile } from "./lockfile.js";
import {
  describeOwner,
  loadOwner,
  OWNER,
  type Owner,
  RELEASED,
  readOwner,
  summarizeOwner,
} from "./owner.js";

/** Milliseconds. Well below {@link STALE_AFTER}: the rest is for clocks that differ, and for times that are rounded. */
const FRESH_FOR = 0.6 * STALE_AFTER;

/** Codes for what isn't there any more, on a file server, too. */
const ABSENT: readonly (string | undefined)[] = ["ENOENT", "ENOTDIR", "ESTALE"];

/** The epoch that a lease is for. */
export interface LeasedEpoch {
  /** In which the epochs are. */
  readonly parent: string;
  readonly epoch: number;
  readonly owner: Owner;
  /** The `OWNER` that is kept open, if it is. The lease closes it. */
  readonly file: Descriptor | undefined;
  readonly error: Toolkit["error"];
  /** What is owned, for messages: `the table`. */
  readonly subject: string;
}

/**
 * The right to write in the directory of an epoch, until another owner takes it over.
 *
 * 1. It is taken over by an epoch with a higher number. An epoch is known by its owner's uuid, and not by its number: a
 *    directory that was removed or moved away may be made anew, and an older backup put in its place. When a higher
 *    epoch was seen, or one's own `OWNER` isn't in one's own epoch, the lease is lost for ever, and touches nothing any
 *    more.
 * 2. An owner that goes on beats first and then looks for higher epochs; one that takes over makes its epoch first and
 *    then looks for heartbeats. So whatever comes in between, one of the two sees the other. The look before the beat
 *    is for one that overslept: it shall not look alive.
 * 3. While a heartbeat that has a look behind it is fresh, nobody can have found it stale, and no look for higher epochs is
 *    needed. Two clocks tell how old it is: one may stand still while the machine sleeps, the other may be set. When
 *    either says that it is too old, or that it is yet to come, the lease looks.
 */
export class Lease {
  readonly #environment: Environment;
  readonly #leased: LeasedEpoch;
  readonly #directory: string;
  readonly #heartbeat: Heartbeat;
  /** When the last heartbeat was that has a look behind it, by the one clock and the other. */
  #beatAt = Number.NEGATIVE_INFINITY;
  #beatAtMonotonic = Number.NEGATIVE_INFINITY;
  #isLost = false;
  #isReleased = false;
  #file: Descriptor | undefined;
  /** Of the `OWNER` that is kept open: what is open keeps its number, on all file systems. */
  readonly #inode: string | undefined;
  /** Who took it over, as far as that is known. */
  #successor: Owner | undefined;

  /** Begins the heartbeat, and throws what the file system throws. The lease may be lost already. */
  constructor(environment: Environment, leased: LeasedEpoch) {
    this.#environment = environment;
    this.#leased = leased;
    this.#file = leased.file;
    this.#directory = epochDirectory(leased.parent, leased.epoch);
    if (leased.file !== undefined) this.#inode = this.#inodeOfOwner();
    noteOwner(environment.host, leased.owner.uuid, "live");
    const lock = join(this.#directory, LOCK);
    const createHeartbeat = environment.createHeartbeat ?? createLockfile;
    this.#heartbeat = createHeartbeat(environment, lock, () => this.#beat(lock));
    this.#heartbeat.renew();
  }

  /** Whether it is known to be lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Throws `STORE_FENCED` once it was taken over. When it returns, all that was written before counts: whoever takes over
   * later finds it, unless somebody has removed or replaced the directory, which {@link verify} sees at once. No system
   * call while the heartbeat is fresh; else throws also what the file system throws.
   */
  check(): void {
    if (this.#beatAge() >= FRESH_FOR) this.verify();
  }

  /** As {@link check}, but looks, whatever the clocks say. Before a sync returns, say. */
  verify(): void {
    if (!this.#isLost && !this.#isReleased) {
      if (this.#beatAge() < FRESH_FOR) this.#look();
      else this.#renew();
    }
    if (this.#isLost) throw this.#fenced();
  }

  /**
   * Does what changes names in the epoch's directory, or removes earlier epochs, after {@link verify}: each rename,
   * unlink and manifest. If it fails because the lease was lost meanwhile, that is the reason thrown.
   */
  guard<T>(action: () => T): T {
    this.verify();
    try {
      return action();
    } catch (failure) {
      this.verify();
      throw failure;
    }
  }

  /**
   * Beats if the last heartbeat is {@link BEAT_EVERY} old; else costs a look at the clocks. For work during which the
   * event loop doesn't turn. Throws `STORE_FENCED` if the lease is found lost.
   */
  beat(): void {
    if (this.#beatAge() < BEAT_EVERY) return;
    if (!this.#isLost) this.#renew();
    if (this.#isLost) throw this.#fenced();
  }

  /**
   * Gives the epoch back: whoever wants it may have it. Never fails: what it can't leave on disk this process knows, and
   * to others it shows by the file that isn't open any more, when the process ends, or by a heartbeat that is too old.
   * Does nothing the second time, or when the lease is lost.
   */
  release(): void {
    if (this.#isLost || this.#isReleased) return;
    this.#isReleased = true;
    const { fileSystem, host } = this.#environment;
    const { uuid } = this.#leased.owner;
    try {
      // Not `OWNER` of somebody else, who has the directory now.
      if (!this.#isOwn()) throw this.#fenced();
      fileSystem.rename(join(this.#directory, OWNER), join(this.#directory, RELEASED));
      forgetOwner(host, uuid);
      bestEffort(() => this.#heartbeat.stop());
    } catch {
      noteOwner(host, uuid, "abandoned");
      this.#heartbeat.abandon();
    }
    this.#closeFile();
  }

  /** Milliseconds since the last heartbeat, by the clock that says more; infinite after one was set back. */
  #beatAge(): number {
    const { host } = this.#environment;
    const age = host.wallTime() - this.#beatAt;
    if (age < 0) return Number.POSITIVE_INFINITY;
    return Math.max(age, host.monotonicTime() - this.#beatAtMonotonic);
  }

  #renew(): void {
    try {
      if (!this.#isReleased) this.#heartbeat.renew();
    } catch {
      // Without a heartbeat it can go on, as long as it looks each time.
      this.#look();
    }
  }

  #beat(lock: string): void {
    if (!this.#look()) return;
    const { fileSystem, host } = this.#environment;
    const wallTime = host.wallTime();
    const monotonicTime = host.monotonicTime();
    fileSystem.touch(lock);
    if (!this.#look()) return;
    this.#beatAt = wallTime;
    this.#beatAtMonotonic = monotonicTime;
  }

  /** Looks whether the own epoch is still the last, and still one's own. */
  #look(): boolean {
    if (this.#isLost) return false;
    const last = this.#lastEpoch();
    if (last === this.#leased.epoch && this.#isOwn()) return true;
    this.#lose();
    // Whoever has the directory of the number that is the last one now, if it isn't an own one.
    if (last >= this.#leased.epoch) {
      const directory = epochDirectory(this.#leased.parent, last);
      this.#successor = readOwner(this.#environment.fileSystem, directory);
    }
    return false;
  }

  #lose(): void {
    this.#isLost = true;
    this.#beatAt = Number.NEGATIVE_INFINITY;
    noteOwner(this.#environment.host, this.#leased.owner.uuid, "abandoned");
    this.#heartbeat.abandon();
    this.#closeFile();
  }

  #closeFile(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) bestEffort(() => this.#environment.fileSystem.close(file));
  }

  #lastEpoch(): number {
    return this.#unlessAbsent(
      () => epochsIn(this.#environment.fileSystem, this.#leased.parent).at(-1) ?? 0,
      0,
    );
  }

  /** Whether the `OWNER` in the own epoch is one's own, and no copy: a backup may be of the same epoch. */
  #isOwn(): boolean {
    return this.#unlessAbsent(() => {
      const { uuid } = this.#leased.owner;
      if (loadOwner(this.#environment.fileSystem, this.#directory)?.uuid !== uuid) return false;
      return this.#inode === undefined || this.#inodeOfOwner() === this.#inode;
    }, false);
  }

  #inodeOfOwner(): string {
    return this.#environment.fileSystem.identify(join(this.#directory, OWNER)).inode;
  }

  #unlessAbsent<T>(look: () => T, absent: T): T {
    try {
      return look();
    } catch (error) {
      if (ABSENT.includes(errorCode(error))) return absent;
      throw error;
    }
  }

  #fenced(): Error {
    const successor = this.#successor;
    const { error, subject } = this.#leased;
    const detail =
      successor === undefined
        ? `${subject} was taken from this process: ${this.#directory}, its epoch, was removed, moved away or replaced`
        : `${subject} was taken over, and is open in ${describeOwner(successor, this.#environment)}`;
    return error("STORE_FENCED", detail, summarizeOwner(successor));
  }
}
