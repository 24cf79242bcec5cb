import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import type { Timer } from "../platform/host.js";
import type { Log, SyncTarget } from "./log.js";

/** More unsynced bytes than this are on their way to the disk in the background, whatever `autoSave` says. */
const BEGIN_SYNC_BYTES = 2 ** 22;
/** A writer waits for the disk when there are so many. */
const AWAIT_SYNC_BYTES = 2 ** 25;
/** A program that never yields never sees a timer: the clock is read once in so many writes. */
const WRITES_PER_LOOK = 256;

/** What the scheduler asks of whoever owns the log. */
export interface SyncOwner {
  /** There are changes, before those of the log, that only a flush is sure to bring to disk. */
  readonly needsFlush: boolean;
  /** Flushes them. Throws if that fails. */
  flushSetAside(): void;
  /** The segments of the log may not all be found after a loss of power, whatever is synced, before {@link confirm}. */
  readonly isUnconfirmed: boolean;
  confirm(): void;
  confirmInBackground(): Promise<void>;
  /** Sees to it that they are being flushed in the background. */
  flushSoon(): void;
  /** Writes to the log what is held back until a sync. Throws if that fails. */
  writeHeld(): void;
  /** A sync failed: what it was about may not be on disk, whatever later syncs say (I6). Throws if it can't be saved. */
  rescue(cause: unknown): void;
  /** Called before a sync that `autoSave` begins. Doesn't throw. */
  beforeAutoSave(): void;
  /** Throws if what is synced isn't found by the next owner. */
  verify(): void;
}

/** When a log is to be synced. */
export interface SyncPolicy {
  /** Milliseconds: so long after a write, at most. */
  readonly autoSave: number;
  /** With `autoSave: 0`: in the background, for all who have written and wait. */
  readonly isGrouped: boolean;
}

/**
 * When the log is synced: on demand, at most `autoSave` after a write, and when much waits. One sync at a time is on its
 * way in the background, for all tables.
 */
export class SyncScheduler {
  readonly #environment: Environment;
  readonly #log: Log;
  readonly #owner: SyncOwner;
  readonly #policy: SyncPolicy;
  #timer: Timer | undefined;
  /** Since when something waits for the timer. */
  #waitingSince: number | undefined;
  #writes = 0;
  #isInFlight = false;
  #isClosed = false;
  /** Why what was not on disk at the end may not be there. */
  #failure: unknown;
  /** Those who wait for all that was written before they came. */
  #waiting: Waiting[] = [];

  constructor(environment: Environment, log: Log, owner: SyncOwner, policy: SyncPolicy) {
    this.#environment = environment;
    this.#log = log;
    this.#owner = owner;
    this.#policy = policy;
  }

  /** Whether each write is synced before it returns. */
  get isSyncing(): boolean {
    return this.#policy.autoSave === 0 && !this.#policy.isGrouped;
  }

  /** After each write. */
  afterWrite(): void {
    if (this.isSyncing) {
      this.sync();
      return;
    }
    this.touch();
    const bytes = this.#log.unsyncedBytes;
    const isOverdue = this.#isOverdue();
    // Who never yields doesn't let a sync in the background land either.
    if (bytes >= AWAIT_SYNC_BYTES || (isOverdue && this.#isInFlight)) this.sync();
    else if (bytes >= BEGIN_SYNC_BYTES || isOverdue) this.#begin();
  }

  /** Something waits for the next `autoSave`. */
  touch(): void {
    if (
      this.#isClosed ||
      this.#waitingSince !== undefined ||
      this.#policy.autoSave === Number.POSITIVE_INFINITY
    )
      return;
    const { host } = this.#environment;
    this.#waitingSince = host.monotonicTime();
    this.#timer = host.startTimer(Math.max(this.#policy.autoSave, 1), () => this.#tick());
  }

  /** Returns when all that was written is on disk. */
  sync(): void {
    this.#settle();
    this.#owner.writeHeld();
    if (this.#owner.needsFlush) this.#owner.flushSetAside();
    this.#owner.confirm();
    const targets = this.#log.targets();
    if (targets.length === 0) return;
    const { fileSystem } = this.#environment;
    try {
      for (const { segment } of targets) fileSystem.sync(segment.file);
    } catch (cause) {
      this.#owner.rescue(cause);
      return;
    }
    this.#log.markDurable(targets);
  }

  /** Resolves when all that is written now is on disk; rejects if that can't be. The event loop goes on. */
  syncInBackground(): Promise<void> {
    this.#owner.writeHeld();
    if (!this.#log.isDirty) {
      this.#owner.verify();
      return Promise.resolve();
    }
    const promise = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ sequence: this.#log.sequence, resolve, reject });
    });
    if (this.#isClosed) this.#end();
    // Those who write in this turn as well share the sync.
    else if (this.#waiting.length === 1) queueMicrotask(() => this.#begin());
    return promise;
  }

  /**
   * Stops. What is in flight goes on to its end.
   * @param failure why what isn't known to be on disk may not be there; undefined: all is
   */
  close(failure: unknown): void {
    this.#settle();
    this.#isClosed = true;
    this.#failure ??= failure;
    this.#end();
  }

  #end(): void {
    if (this.#failure === undefined) this.#wake(Number.POSITIVE_INFINITY);
    else this.#fail(this.#failure);
  }

  #settle(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waitingSince = undefined;
  }

  #tick(): void {
    this.#settle();
    this.#owner.beforeAutoSave();
    if (this.#log.isDirty || this.#owner.isUnconfirmed) this.#begin();
  }

  #isOverdue(): boolean {
    const { autoSave, isGrouped } = this.#policy;
    // Who waits for the disk yields.
    if (isGrouped || ++this.#writes % WRITES_PER_LOOK !== 0 || this.#waitingSince === undefined) {
      return false;
    }
    return this.#environment.host.monotonicTime() - this.#waitingSince > autoSave;
  }

  #begin(): void {
    if (this.#isInFlight || this.#isClosed) return;
    if (this.#owner.needsFlush) {
      this.#owner.flushSoon();
      this.touch();
      return;
    }
    const targets = this.#log.targets();
    const { sequence } = this.#log;
    this.#settle();
    this.#isInFlight = true;
    this.#syncTargets(targets).then(
      () => this.#landed(targets, sequence, undefined),
      (cause: unknown) => this.#landed(targets, sequence, { cause }),
    );
  }

  /** Begins at once, if it can: a program that never yields gets no further. */
  async #syncTargets(targets: readonly SyncTarget[]): Promise<void> {
    if (this.#owner.isUnconfirmed) await this.#owner.confirmInBackground();
    await Promise.all(targets.map((target) => this.#syncTarget(target)));
  }

  /** By a descriptor of its own: a segment may be closed meanwhile. */
  async #syncTarget({ segment }: SyncTarget): Promise<void> {
    const { fileSystem } = this.#environment;
    const file = fileSystem.open(segment.path);
    try {
      await fileSystem.syncInBackground(file);
    } finally {
      bestEffort(() => fileSystem.close(file));
    }
  }

  #landed(
    targets: readonly SyncTarget[],
    sequence: number,
    failure: { readonly cause: unknown } | undefined,
  ): void {
    this.#isInFlight = false;
    if (this.#isClosed) return;
    // A segment that was flushed meanwhile is on disk by that, and its file gone. One that was synced meanwhile, by a
    // call that was told nothing of the failure, may not be.
    const isNeeded = this.#owner.isUnconfirmed || targets.some(({ segment }) => this.#has(segment));
    if (failure === undefined) {
      this.#log.markDurable(targets);
    } else if (isNeeded) {
      try {
        this.#owner.rescue(failure.cause);
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
    if (this.#waiting.length > 0) {
      try {
        this.#owner.verify();
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
    if (!this.#log.isDirty && !this.#owner.isUnconfirmed) {
      // Also what was written since it began, by another sync or a flush.
      this.#wake(Number.POSITIVE_INFINITY);
      return;
    }
    this.#wake(sequence);
    if (this.#waiting.length > 0) this.#begin();
    else this.touch();
  }

  #has(segment: SyncTarget["segment"]): boolean {
    return this.#log.active === segment || this.#log.earlier.includes(segment);
  }

  /** Those who wait for changes up to a number. */
  #wake(sequence: number): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((one) => one.sequence > sequence);
    for (const one of waiting) if (one.sequence <= sequence) one.resolve();
  }

  #fail(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}

interface Waiting {
  readonly sequence: number;
  resolve(): void;
  reject(error: unknown): void;
}
