import type { ActiveSegment } from "./active-segment.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import type { Descriptor } from "./platform/file-system.js";
import type { Timer } from "./platform/host.js";

/** So many bytes that aren't on disk begin a sync, whatever `autoSave` says. */
const BEGIN_SYNC_BYTES = 2 ** 23;
/** And so many are waited for: they are kept in memory until they are on disk. */
const AWAIT_SYNC_BYTES = 2 ** 25;

/** What durability asks of the log. */
export interface Durable {
  readonly active: ActiveSegment;
  /**
   * A sync failed: what isn't known to be on disk has to be written again, elsewhere (I6). Throws when that fails, too;
   * then nothing is ever written again.
   */
  rescue(cause: unknown): void;
  /** A background sync failed for bytes that were taken for durable since: nothing is ever written again. */
  refuseWrites(cause: unknown): void;
  /** Before a background sync: what is kept aside should be in the file. Must not throw. */
  beforeAutoSave(): void;
}

/**
 * When written data reaches the disk: at a `sync`, at most `autoSave` after a write, or when too much is waiting.
 *
 * A background sync has a descriptor of its own: a failure is reported once per open file, and a `sync` at the same time
 * must see it, too. One is in flight at most.
 */
export class Durability {
  readonly #environment: Environment;
  readonly #log: Durable;
  readonly #autoSave: number;
  readonly #inBackground: boolean;
  #timer: Timer | undefined;
  #dirtySince: number | undefined;
  /** Something that isn't in the log waits for the timer. */
  #isAwaited = false;
  #writes = 0;
  #inFlight: { readonly active: ActiveSegment; readonly target: number } | undefined;
  #syncFile: { readonly active: ActiveSegment; readonly file: Descriptor } | undefined;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  /** @param inBackground false: only {@link sync} brings anything to the disk */
  constructor(environment: Environment, log: Durable, autoSave: number, inBackground: boolean) {
    this.#environment = environment;
    this.#log = log;
    this.#autoSave = autoSave;
    this.#inBackground = inBackground;
  }

  /** After each write, when it is in the file. */
  afterWrite(): void {
    if (!this.#inBackground) return;
    const { active } = this.#log;
    if (this.#autoSave === 0) {
      this.sync();
      return;
    }
    this.#arm();
    const waiting = active.size - active.durable;
    if (waiting >= AWAIT_SYNC_BYTES) this.sync();
    else if (waiting >= BEGIN_SYNC_BYTES || this.#isOverdue()) this.#begin();
  }

  /** Something that isn't in the log yet waits for the next `autoSave`. No other sync will do. */
  touch(): void {
    this.#isAwaited = true;
    this.#arm();
  }

  #arm(): void {
    if (this.#dirtySince !== undefined || this.#autoSave === Number.POSITIVE_INFINITY) return;
    const { host } = this.#environment;
    this.#dirtySince = host.monotonicTime();
    this.#timer = host.startTimer(this.#autoSave, () => this.#tick());
  }

  /** Returns when all that was written is on disk. */
  sync(): void {
    this.#settle();
    if (this.#log.active.isDirty) this.#syncActive();
  }

  /**
   * {@link sync}, the mark included that stands at the end. Nobody misses it there; but half of it, in a log that isn't
   * the last any more, would look like damage.
   */
  syncWithMark(): void {
    this.sync();
    const { active } = this.#log;
    if (active.size > active.durable) this.#syncActive();
  }

  #syncActive(): void {
    const { active } = this.#log;
    try {
      this.#environment.fileSystem.sync(active.segment.file);
    } catch (cause) {
      this.#log.rescue(cause);
      return;
    }
    active.markDurable(active.size);
  }

  /** Resolves when all that is written now is on disk, or another sync has failed for it. */
  syncInBackground(): Promise<void> {
    if (!this.#log.active.isDirty) return Promise.resolve();
    const done = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#begin();
    return done;
  }

  /** Stops. What is in flight goes on to its end, and its descriptor is closed then. */
  close(): void {
    this.#isAwaited = false;
    this.#settle();
    this.#isClosed = true;
    if (this.#inFlight === undefined) this.#closeSyncFile();
    this.#wake();
  }

  #settle(): void {
    if (this.#isAwaited) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dirtySince = undefined;
  }

  #tick(): void {
    this.#isAwaited = false;
    this.#settle();
    this.#log.beforeAutoSave();
    if (this.#log.active.isDirty) this.#begin();
  }

  /** A program that never yields never sees a timer. The clock is read now and then. */
  #isOverdue(): boolean {
    if (++this.#writes % 256 !== 0 || this.#dirtySince === undefined) return false;
    return this.#environment.host.monotonicTime() - this.#dirtySince > this.#autoSave;
  }

  #begin(): void {
    if (this.#inFlight !== undefined || this.#isClosed) return;
    const { active } = this.#log;
    const flight = { active, target: active.size };
    let promise: Promise<void>;
    try {
      const file = this.#openSyncFile(active);
      promise = this.#environment.fileSystem.syncInBackground(file);
    } catch {
      // No descriptor left, say. The bytes wait for the next sync.
      this.#wake();
      this.#arm();
      return;
    }
    this.#settle();
    this.#inFlight = flight;
    promise.then(
      () => this.#landed(flight, undefined),
      (error: unknown) => this.#landed(flight, { error }),
    );
  }

  #landed(
    { active, target }: { active: ActiveSegment; target: number },
    failure: { error: unknown } | undefined,
  ): void {
    this.#inFlight = undefined;
    if (this.#isClosed) {
      this.#closeSyncFile();
      return;
    }
    if (failure !== undefined) this.#failed(active, target, failure.error);
    else if (active === this.#log.active && target > active.durable) active.markDurable(target);
    this.#wake();
    if (this.#log.active.isDirty) this.#arm();
  }

  #failed(active: ActiveSegment, target: number, cause: unknown): void {
    if (active !== this.#log.active || active.durable >= target) {
      this.#log.refuseWrites(cause);
      return;
    }
    try {
      this.#log.rescue(cause);
    } catch {
      // The next write says so.
    }
  }

  #openSyncFile(active: ActiveSegment): Descriptor {
    if (this.#syncFile?.active === active) return this.#syncFile.file;
    this.#closeSyncFile();
    const file = this.#environment.fileSystem.open(active.segment.path);
    this.#syncFile = { active, file };
    return file;
  }

  #closeSyncFile(): void {
    const open = this.#syncFile;
    this.#syncFile = undefined;
    if (open !== undefined) bestEffort(() => this.#environment.fileSystem.close(open.file));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
