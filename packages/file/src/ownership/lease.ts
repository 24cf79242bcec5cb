import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import { abandonOwner } from "./abandoned-owners.js";
import { epochDirectory, epochsIn } from "./epoch.js";
import { type CreateHeartbeat, type Heartbeat, LOCK, STALE_AFTER } from "./heartbeat.js";
import { describeOwner, OWNER, type Owner, RELEASED, readOwner, summarizeOwner } from "./owner.js";

/** Milliseconds. Well below {@link STALE_AFTER}: the rest is for clocks that differ, and for times that are rounded. */
const FRESH_FOR = 0.6 * STALE_AFTER;

/**
 * The right to write a table, until another owner takes the table over.
 *
 * 1. A table is taken over by an epoch with a higher number. When one was seen, or the own one is gone, the lease is
 *    lost for ever, and touches nothing any more.
 * 2. An owner that goes on beats first and then looks for higher epochs; one that takes over makes its epoch first and
 *    then looks for heartbeats. So whatever comes in between, one of the two sees the other. The look before the beat
 *    is for one that overslept: it shall not look alive.
 * 3. While a heartbeat that has a look behind it is fresh, nobody can have found it stale, and no look is needed. Two
 *    clocks tell how old it is: one may stand still while the machine sleeps, the other may be set. When either says
 *    that it is too old, or that it is yet to come, the lease looks.
 */
export class Lease {
  readonly #environment: Environment;
  readonly #tableDirectory: string;
  readonly #epoch: number;
  readonly #owner: Owner;
  readonly #directory: string;
  readonly #error: Toolkit["error"];
  readonly #heartbeat: Heartbeat;
  /** When the last heartbeat was that has a look behind it, by the one clock and the other. */
  #beatAt = Number.NEGATIVE_INFINITY;
  #beatAtMonotonic = Number.NEGATIVE_INFINITY;
  #isLost = false;
  #isReleased = false;
  /** Who took the table over, as far as that is known. */
  #successor: Owner | undefined;

  /** Begins the heartbeat, and throws what the file system throws. The lease may be lost already. */
  constructor(
    environment: Environment,
    tableDirectory: string,
    epoch: number,
    owner: Owner,
    error: Toolkit["error"],
    createHeartbeat: CreateHeartbeat,
  ) {
    this.#environment = environment;
    this.#tableDirectory = tableDirectory;
    this.#epoch = epoch;
    this.#owner = owner;
    this.#directory = epochDirectory(tableDirectory, epoch);
    this.#error = error;
    const lock = join(this.#directory, LOCK);
    this.#heartbeat = createHeartbeat(environment, lock, () => this.#beat(lock));
    this.#heartbeat.renew();
  }

  /** Whether it is known to be lost. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /**
   * Throws `STORE_FENCED` once the table was taken over. When it returns, all that was written before is the table's:
   * whoever takes it over later finds it. No system call while the heartbeat is fresh; else throws also what the file
   * system throws.
   */
  check(): void {
    const { host } = this.#environment;
    const age = host.wallTime() - this.#beatAt;
    const isFresh =
      age >= 0 && age < FRESH_FOR && host.monotonicTime() - this.#beatAtMonotonic < FRESH_FOR;
    if (!isFresh) this.verify();
  }

  /** As {@link check}, but looks, whatever the clocks say. */
  verify(): void {
    if (!this.#isLost) this.#renew();
    if (this.#isLost) throw this.#fenced();
  }

  /**
   * Gives the table back: whoever wants it may have it. Never fails: what it can't leave on disk this process knows, and
   * to others it shows when the process ends, or by a heartbeat that is too old. Does nothing the second time, or when the lease is lost.
   */
  release(): void {
    if (this.#isLost || this.#isReleased) return;
    this.#isReleased = true;
    const { fileSystem, host } = this.#environment;
    try {
      fileSystem.rename(join(this.#directory, OWNER), join(this.#directory, RELEASED));
    } catch {
      abandonOwner(host, this.#owner.uuid);
    }
    bestEffort(() => this.#heartbeat.stop());
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
    fileSystem.touch(lock, wallTime);
    if (!this.#look()) return;
    this.#beatAt = wallTime;
    this.#beatAtMonotonic = monotonicTime;
  }

  /** Looks whether the own epoch is still the last. */
  #look(): boolean {
    if (this.#isLost) return false;
    const last = this.#lastEpoch();
    if (last === this.#epoch) return true;
    this.#isLost = true;
    this.#beatAt = Number.NEGATIVE_INFINITY;
    this.#heartbeat.abandon();
    if (last > this.#epoch) {
      const directory = epochDirectory(this.#tableDirectory, last);
      this.#successor = readOwner(this.#environment.fileSystem, directory);
    }
    return false;
  }

  #lastEpoch(): number {
    try {
      return epochsIn(this.#environment.fileSystem, this.#tableDirectory).at(-1) ?? 0;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return 0;
      throw error;
    }
  }

  #fenced(): Error {
    const successor = this.#successor;
    const detail =
      successor === undefined
        ? `the table was taken from this process: ${this.#directory} is no longer its last epoch`
        : `the table was taken over, and is open in ${describeOwner(successor)}`;
    return this.#error("STORE_FENCED", detail, summarizeOwner(successor));
  }
}
