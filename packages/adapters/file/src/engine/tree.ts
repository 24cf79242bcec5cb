import type { Toolkit } from "@store/core";
import { Maintenance } from "../compaction/maintenance.js";
import type { FrameStager } from "../log/frame-stager.js";
import type { Log } from "../log/log.js";
import { LogBuffer } from "../log/log-buffer.js";
import { SyncScheduler } from "../log/sync-scheduler.js";
import { Memtable } from "../memtable/memtable.js";
import { attemptAll } from "../platform/attempt-all.js";
import { errorCode, isDiskFull } from "../platform/error-code.js";
import { errorMessage } from "../platform/error-message.js";
import type { BlockCache } from "../runs/blocks/block-cache.js";
import { Catalogue } from "./catalogue.js";
import { condense, LEAST_HELD_BYTES } from "./condense.js";
import { Expiry } from "./expiry.js";
import { Reserve } from "./reserve.js";
import { Transaction } from "./transaction.js";
import type { TreeFiles, TreeState } from "./tree-files.js";
import type { TreeRun } from "./tree-run.js";
import { TreeView } from "./tree-view.js";

const REFUSAL =
  "an earlier sync failed, and it is not known what of it is on disk: nothing more is written. Close the store and open it again";

/** How a tree is kept. */
export interface TreeOptions {
  readonly autoSave: number;
  /** With `autoSave: 0`: a write doesn't wait for the disk; whoever made it asks {@link Tree.settled}. */
  readonly isGrouped: boolean;
  /** What isn't flushed takes so many bytes of memory, at most. */
  readonly writeBufferBytes: number;
  /** What was read takes so many, at most. */
  readonly cacheBytes: number;
  /** Nothing is written but by a sync. */
  readonly isHeld: boolean;
  /** Called before a background sync. */
  readonly beforeAutoSave: () => void;
}

/** What a recovery hands over. */
export interface TreeContent {
  readonly log: Log;
  readonly memtable: Memtable;
  /** New to old. */
  readonly runs: readonly TreeRun[];
  /** The frames up to this number are in runs. */
  readonly flushedSequence: number;
  readonly nextStorageId: number;
  readonly nextOrder: number;
  /** What the replayed changes did to the number of records, by storage id. */
  readonly deltas: Map<number, number>;
  /** What was replayed from files of an earlier owner: only a flush is sure to bring it to disk. */
  readonly frozen: Frozen | undefined;
}

/** Changes on their way into a run. */
export interface Frozen {
  readonly memtable: Memtable;
  /** The number of the last frame that is in it. */
  readonly sequence: number;
  /** The last log segment with changes that are in it. */
  readonly lastLog: number;
}

/**
 * The tree in the hands of its owner, who writes.
 *
 * 1. The runs that the manifest names are among the open ones.
 * 2. A tree that has lost its lease, or may not write any more, goes on being read.
 */
export class Tree extends TreeView {
  readonly files: TreeFiles;
  readonly log: Log;
  readonly catalogue: Catalogue;
  /** Of the hashes of records in bags. */
  readonly hashSeed: number;
  readonly maintenance: Maintenance;
  readonly expiry: Expiry;
  readonly scheduler: SyncScheduler;
  readonly reserve: Reserve;
  readonly options: TreeOptions;
  declare frozen: Frozen | undefined;
  nextStorageId: number;
  nextOrder: number;
  /** What is set aside has changes that only a flush is sure to bring to disk. */
  needsFlush: boolean;
  readonly #error: Toolkit["error"];
  readonly #transaction = new Transaction(this);
  /** The frames up to this number are in runs. */
  flushedSequence: number;
  /** Why nothing can be written any more. */
  #refusal: { readonly detail: string; readonly cause: unknown } | undefined;
  /** A failure in the background that nobody was told of yet. */
  #deferred: unknown;
  #isClosed = false;
  /** The last call that wrote added records, or didn't come so far. */
  #isAdding = false;
  /** The last change that somebody waits for, or has waited. */
  #settledSequence: number;

  constructor(files: TreeFiles, content: TreeContent, options: TreeOptions, toolkit: Toolkit) {
    super(content.memtable, content.runs, options.cacheBytes);
    this.files = files;
    this.hashSeed = files.uuid.readUInt32LE(0);
    this.log = content.log;
    this.nextStorageId = content.nextStorageId;
    this.nextOrder = content.nextOrder;
    this.frozen = content.frozen;
    this.needsFlush = content.frozen !== undefined;
    this.flushedSequence = content.flushedSequence;
    this.#settledSequence = content.log.sequence;
    this.options = options;
    this.#error = toolkit.error;
    this.scheduler = new SyncScheduler(files.environment, this.log, this, options);
    this.catalogue = new Catalogue(this, content.deltas);
    this.catalogue.learnDropped();
    if (this.frozen !== undefined) this.catalogue.addSizesTo(this.frozen.memtable);
    this.reserve = new Reserve(files, options.writeBufferBytes);
    this.maintenance = new Maintenance(this);
    this.expiry = new Expiry(this);
    this.maintenance.afterWrite();
    this.expiry.start();
  }

  /** Bytes of memory that what waits for a flush takes: more than it will on disk. */
  get waitingBytes(): number {
    return this.memtable.memoryBytes + (this.frozen?.memtable.memoryBytes ?? 0);
  }

  get blockCache(): BlockCache {
    return this.files.cache;
  }

  get segments(): readonly { readonly id: number; readonly bytes: number }[] {
    const { earlier, active, spare } = this.log;
    const all = [...earlier, active, ...(spare === undefined ? [] : [spare])];
    return all.map(({ id, size }) => ({ id, bytes: size }));
  }

  get changes(): number {
    return this.log.sequence;
  }

  get stager(): FrameStager {
    return this.log.stager;
  }

  /** A failure in the background waits for someone who can be told. */
  get hasFailure(): boolean {
    return this.#deferred !== undefined || this.#refusal !== undefined;
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
      if (this.#isAdding || !isDiskFull(failure) || !this.reserve.release()) throw failure;
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
    const deferred = this.#deferred;
    if (deferred !== undefined) {
      this.#deferred = undefined;
      throw deferred;
    }
    if (this.files.lease.isLost) this.files.lease.check();
    if (this.#refusal !== undefined) {
      throw this.#error("STORE_IO", this.#refusal.detail, this.#refusal.cause);
    }
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

  /** What the lease, the disk or a bug says, as the error of a call. */
  failure(what: string, cause: unknown): Error {
    if (errorCode(cause)?.startsWith("STORE_")) return cause as Error;
    try {
      // The next owner removes the files under our hands: that is the reason then.
      this.files.lease.verify();
    } catch (fenced) {
      return fenced as Error;
    }
    return this.#error("STORE_IO", `${what} failed: ${errorMessage(cause)}`, cause);
  }

  /** Keeps a failure in the background for the next call. */
  defer(error: unknown): void {
    this.#deferred ??= error;
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
    if (this.#refusal !== undefined) return;
    this.#refusal = { detail: REFUSAL, cause };
    this.maintenance.close();
    this.scheduler.close(this.failure("syncing", cause));
  }

  beforeAutoSave(): void {
    // What failed before isn't a reason not to write.
    const earlier = this.#deferred;
    this.#deferred = undefined;
    try {
      attemptAll(
        () => this.options.beforeAutoSave(),
        () => this.writeHeld(),
      );
    } catch (error) {
      this.defer(error);
    }
    this.#deferred = earlier ?? this.#deferred;
  }

  writeHeld(): void {
    const { log } = this;
    if (!log.isHolding || this.#refusal !== undefined) return;
    this.#makeReady();
    try {
      log.writeHeld();
    } catch (cause) {
      throw this.failure("writing", cause);
    }
    this.maintenance.afterWrite();
  }

  /**
   * Begins another memtable, and sets the one so far aside, to be flushed. There is none aside, and a spare segment.
   */
  freeze(): Frozen {
    const { log, memtable } = this;
    const lastLog = log.active.id;
    log.rotate();
    const frozen = { memtable, sequence: log.sequence, lastLog };
    this.frozen = frozen;
    this.memtable = new Memtable(log.buffer);
    this.version++;
    this.catalogue.addSizesTo(memtable);
    return frozen;
  }

  /** {@link freeze}, if that succeeds: nobody waits for it. */
  tryToFreeze(): void {
    try {
      this.freeze();
    } catch {
      // The next write tries again, and says so when there is too much.
    }
  }

  /** Frees the memory of what was held, and is changed or gone. */
  condense(): void {
    const { memoryBytes, deadBytes } = this.memtable;
    if (memoryBytes < LEAST_HELD_BYTES || deadBytes < memoryBytes / 2) return;
    this.memtable = condense(this);
    this.version++;
  }

  /** Sets everything aside for good. */
  freezeLast(): Frozen | undefined {
    const { memtable, log } = this;
    if (memtable.size === 0) return undefined;
    this.frozen = { memtable, sequence: log.sequence, lastLog: log.active.id };
    this.memtable = new Memtable(new LogBuffer());
    this.version++;
    this.catalogue.addSizesTo(memtable);
    return this.frozen;
  }

  /** What a manifest says that names these runs. */
  stateWith(runs: readonly TreeRun[]): TreeState {
    const { log, nextStorageId, nextOrder } = this;
    const spare = log.spare === undefined ? [] : [log.spare];
    const logs = [...log.earlier, log.active, ...spare];
    return { clean: false, sequence: this.flushedSequence, nextStorageId, nextOrder, runs, logs };
  }

  /** What was set aside is in a run, which the manifest names; undefined: nothing of it was needed. */
  flushed(
    { memtable, sequence }: Frozen,
    run: TreeRun | undefined,
    dropped: readonly number[],
  ): void {
    memtable.index.forEachHash((hash) => this.entries.forget(hash));
    this.flushedSequence = sequence;
    this.frozen = undefined;
    this.needsFlush = false;
    if (run !== undefined) this.runs = [run, ...this.runs];
    this.version++;
    this.catalogue.noteDropped(dropped);
  }

  /** The manifest names other runs, with the same entries but for those of some storage ids, and what was deleted. */
  compacted(runs: readonly TreeRun[], gone: readonly number[]): void {
    this.runs = runs;
    this.version++;
    this.catalogue.forgetDropped(gone);
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
      if (!isDiskFull(cause) || !this.reserve.release()) throw cause;
      this.log.leaveActive();
    }
  }

  /** Leaves everything in runs, and a manifest that says that nothing is left to recover. */
  #seal(): void {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    this.checkWritable();
    this.files.lease.verify();
    try {
      this.maintenance.sealNow();
    } catch (cause) {
      throw this.failure("closing", cause);
    }
    // Whoever took over meanwhile may have looked before what was held was written.
    this.files.lease.verify();
    const failure = deferred ?? this.#deferred;
    if (failure !== undefined) throw failure;
  }
}
