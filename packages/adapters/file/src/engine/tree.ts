import type { Toolkit } from "@store/core";
import { Maintenance } from "../compaction/maintenance.js";
import type { TreeFiles } from "../files/tree-files.js";
import { type SyncOwner, SyncScheduler } from "../log/sync-scheduler.js";
import { attemptAll } from "../platform/attempt-all.js";
import type { TreeContent } from "../recovery/tree-content.js";
import { type ExpiringTree, Expiry } from "./expiry.js";
import { Failures } from "./failures.js";
import { OwnedTree } from "./owned-tree.js";
import { type ChangingTree, Transaction } from "./transaction.js";
import type { TreeOptions } from "./tree-options.js";

/**
 * The tree in the hands of its owner, who writes.
 *
 * 1. The runs that the manifest names are among the open ones.
 * 2. A tree that has lost its lease, or may not write any more, goes on being read.
 */
export class Tree extends OwnedTree implements SyncOwner, ChangingTree, ExpiringTree {
  readonly maintenance: Maintenance;
  readonly expiry: Expiry;
  readonly scheduler: SyncScheduler;
  readonly #error: Toolkit["error"];
  readonly #failures: Failures;
  readonly #transaction = new Transaction(this);
  #isClosed = false;
  /** The last call that wrote added records, or didn't come so far. */
  #isAdding = false;
  /** The last change that somebody waits for, or has waited. */
  #settledSequence: number;

  constructor(files: TreeFiles, content: TreeContent, options: TreeOptions, toolkit: Toolkit) {
    super(files, content, options);
    this.#settledSequence = content.log.sequence;
    this.#error = toolkit.error;
    this.#failures = new Failures(files.lease, toolkit.error);
    this.scheduler = new SyncScheduler(files.environment, this.log, this, options);
    this.maintenance = new Maintenance(this);
    this.expiry = new Expiry(this, files.environment.host);
    this.maintenance.afterWrite();
    this.expiry.start();
  }

  get hasFailure(): boolean {
    return this.#failures.isPending;
  }

  noteMoment(moment: number): void {
    this.expiry.note(moment);
  }

  /**
   * Makes changes, and writes them: all or none. `change` is called again where there was no room for them, and they only
   * delete: that may take what is kept.
   */
  write<T>(change: (transaction: Transaction) => T): T {
    this.checkWritable();
    try {
      return this.#write(change);
    } catch (failure) {
      if (this.#isAdding || !this.reserve.releaseAfter(failure)) throw failure;
    }
    return this.#write(change);
  }

  #write<T>(change: (transaction: Transaction) => T): T {
    this.#isAdding = true;
    this.#makeReady();
    const transaction = this.#transaction;
    let result: T;
    try {
      result = change(transaction);
      if (this.stager.isStaging) this.#commit();
    } catch (error) {
      // It still compares the keys of what is taken back, which are in the log's buffer.
      transaction.rollback();
      this.stager.abandon();
      throw error;
    }
    transaction.accept();
    return result;
  }

  sweep(): void {
    this.expiry.sweep();
  }

  wallTime(): number {
    return this.files.environment.host.wallTime();
  }

  sync(): void {
    this.checkWritable();
    try {
      this.scheduler.sync();
    } catch (cause) {
      throw this.failure("syncing", cause);
    }
    this.files.lease.verify();
  }

  /** What a call waits for that has written: until it is on disk. Undefined if nothing was written since it was asked last. */
  settled(): Promise<void> | undefined {
    const { sequence } = this.log;
    if (sequence === this.#settledSequence) return undefined;
    this.#settledSequence = sequence;
    return this.scheduler.syncInBackground();
  }

  /** Throws if the directory is another's by now: what is synced isn't found there any more. */
  verify(): void {
    this.files.lease.verify();
  }

  /** Something that isn't written yet waits for the next `autoSave`. */
  touch(): void {
    this.checkOpen();
    this.scheduler.touch();
  }

  flushSetAside(): void {
    this.maintenance.flushSetAside();
  }

  flushSoon(): void {
    this.maintenance.afterWrite();
  }

  override checkOpen(): void {
    if (this.#isClosed) throw this.#error("STORE_TABLE_CLOSED", "the data directory is closed");
  }

  checkWritable(): void {
    this.checkOpen();
    this.#failures.check();
  }

  /** Writes what is left to write, and lets go of everything. */
  close(): void {
    let failure: unknown;
    attemptAll(
      () => {
        try {
          this.#seal();
        } catch (error) {
          failure = error;
          throw error;
        }
      },
      () => {
        this.#isClosed = true;
        this.scheduler.close(failure);
        this.expiry.close();
        this.maintenance.close();
        this.log.close();
        for (const { run } of this.runs) run.close();
        this.reserve.remove();
      },
      () => this.files.lease.release(),
    );
  }

  failure(what: string, cause: unknown): Error {
    return this.#failures.of(what, cause);
  }

  defer(error: unknown): void {
    this.#failures.defer(error);
  }

  get isUnconfirmed(): boolean {
    return this.files.isUnconfirmed;
  }

  confirm(): void {
    this.files.confirm();
  }

  confirmInBackground(): Promise<void> {
    return this.files.confirmInBackground();
  }

  /** A sync failed: all that isn't flushed is written to a run, and so to disk. */
  rescue(cause: unknown): void {
    try {
      this.maintenance.flushNow();
      this.confirm();
    } catch (error) {
      this.refuseWrites(cause);
      throw this.failure("syncing, and writing what was not on disk to another file,", error);
    }
  }

  /** Nothing more is written, by nobody: nor is anything said to be on disk. */
  refuseWrites(cause: unknown): void {
    if (this.#failures.isRefusing) return;
    this.#failures.refuse(cause);
    this.maintenance.close();
    this.scheduler.close(this.failure("syncing", cause));
  }

  beforeAutoSave(): void {
    this.#failures.deferring(() =>
      attemptAll(
        () => this.options.beforeAutoSave(),
        () => this.writeHeld(),
      ),
    );
  }

  writeHeld(): void {
    const { log } = this;
    if (!log.isHolding || this.#failures.isRefusing) return;
    this.#makeReady();
    try {
      log.writeHeld();
    } catch (cause) {
      throw this.failure("writing", cause);
    }
    this.maintenance.afterWrite();
  }

  #keepRoom(): void {
    try {
      this.reserve.keep(this.waitingBytes);
    } catch (cause) {
      throw this.failure("keeping room on the disk for deletes", cause);
    }
  }

  #commit(): void {
    const { memtable } = this;
    this.#isAdding = this.#transaction.isAdding;
    if (this.#isAdding && !this.options.isHeld) this.#keepRoom();
    try {
      this.log.commit();
    } catch (cause) {
      throw this.failure("writing", cause);
    }
    this.version++;
    try {
      // Who is told that it is on disk must be able to find it there. While it isn't synced, it can be taken back.
      if (this.scheduler.isSyncing) this.verify();
      this.scheduler.afterWrite();
      this.files.lease.check();
    } catch (cause) {
      // It throws: so it is not to be found again.
      if (this.memtable !== memtable || !this.log.takeBack()) this.refuseWrites(cause);
      throw this.failure("syncing", cause);
    }
    this.maintenance.afterWrite();
  }

  /** Makes room in memory; after a write that failed, and left something behind the last good byte, in another segment. */
  #makeReady(): void {
    try {
      this.maintenance.beforeWrite();
      if (!this.log.isTorn) return;
      this.maintenance.makeSpareNow();
      this.#leaveActive();
      this.maintenance.afterWrite();
    } catch (cause) {
      throw this.failure("going on in a new file", cause);
    }
  }

  #leaveActive(): void {
    try {
      this.log.leaveActive();
    } catch (cause) {
      if (!this.reserve.releaseAfter(cause)) throw cause;
      this.log.leaveActive();
    }
  }

  /** Leaves everything in runs, and a manifest that says that nothing is left to recover. */
  #seal(): void {
    const deferred = this.#failures.takeDeferred();
    this.checkWritable();
    this.files.lease.verify();
    try {
      this.maintenance.sealNow();
    } catch (cause) {
      throw this.failure("closing", cause);
    }
    // Whoever took over meanwhile may have looked before what was held was written.
    this.files.lease.verify();
    const failure = deferred ?? this.#failures.takeDeferred();
    if (failure !== undefined) throw failure;
  }
}
