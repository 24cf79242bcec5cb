import { encodeRecord } from "@store/codec";
import type { Key, StoreRecord, Toolkit } from "@store/core";
import { ActiveSegment } from "./active-segment.js";
import { CompactionSchedule } from "./compaction-schedule.js";
import type { Directory } from "./directory.js";
import { Durability, type Durable } from "./durability.js";
import { FrameKind, MAX_BODY_BYTES } from "./frame.js";
import { writeHint } from "./hint.js";
import type { LogFiles } from "./log-files.js";
import { MoveTable } from "./move-table.js";
import type { Lease } from "./ownership/lease.js";
import { attemptAll } from "./platform/attempt-all.js";
import { bestEffort } from "./platform/best-effort.js";
import { errorCode } from "./platform/error-code.js";
import { errorMessage } from "./platform/error-message.js";
import { blocking, runBlocking } from "./platform/syncing.js";
import { ReadAhead } from "./read-ahead.js";
import type { LogUsage, RecordLog, RecordReader } from "./record-log.js";
import { RecordSource } from "./record-source.js";
import type { RepairReport } from "./repair-report.js";
import type { Segment } from "./segment.js";

/** What a log is opened with. */
export interface DiskLogOptions {
  readonly autoSave: number;
  /** Whether anything is written but in a call: `autoSave`, and compactions. Without it they wait for a `sync`. */
  readonly worksInBackground: boolean;
  readonly cacheBytes: number;
  /** Called before a background sync. */
  readonly beforeAutoSave: () => void;
}

/** What recovery hands over. */
export interface Recovered {
  readonly files: LogFiles;
  readonly active: ActiveSegment;
  readonly directory: Directory;
  /** Bytes of the frames that the directory points to. */
  readonly liveBytes: number;
  readonly report: RepairReport | undefined;
}

/**
 * The records of a table in its files: appended as frames, found again by position, written together anew when too
 * many are dead.
 *
 * 1. Only the active segment is written, behind its last frame; all others are on disk, whole.
 * 2. What the directory points to is in a segment that is open.
 * 3. A log that has lost its lease, or may not write any more, goes on being read.
 */
export class DiskLog implements RecordLog, Durable {
  active: ActiveSegment;
  readonly files: LogFiles;
  readonly directory: Directory;
  readonly report: RepairReport | undefined;
  readonly #error: Toolkit["error"];
  readonly #lease: Lease;
  readonly #durability: Durability;
  readonly source: RecordSource;
  readonly #beforeAutoSave: () => void;
  readonly #worksInBackground: boolean;
  readonly #syncsEachWrite: boolean;
  readonly #compactions: CompactionSchedule;
  #liveBytes: number;
  #stagedPutBytes = 0;
  #stagesClear = false;
  /** Where the last batch was written, and where its frames are now if that had to be done again. */
  #written: ActiveSegment;
  #moved: MoveTable | undefined;
  /** Whether anything was written since the table was opened. */
  #isChanged = false;
  /** Why nothing can be written any more. */
  #refusal: { readonly detail: string; readonly cause: unknown } | undefined;
  /** A failure in the background that nobody was told of yet. */
  #deferred: unknown;

  constructor(recovered: Recovered, lease: Lease, options: DiskLogOptions) {
    this.files = recovered.files;
    this.active = recovered.active;
    this.#written = recovered.active;
    this.directory = recovered.directory;
    this.report = recovered.report;
    this.#liveBytes = recovered.liveBytes;
    this.#error = this.files.error;
    this.#lease = lease;
    this.source = new RecordSource(this.files, options.cacheBytes);
    this.#beforeAutoSave = options.beforeAutoSave;
    const { autoSave, worksInBackground } = options;
    this.#worksInBackground = worksInBackground;
    this.#syncsEachWrite = worksInBackground && autoSave === 0;
    this.#durability = new Durability(this.files.environment, this, autoSave, worksInBackground);
    this.#compactions = new CompactionSchedule(this, (failure) =>
      this.#defer(this.#failure("compacting", failure)),
    );
    if (worksInBackground) this.#compactions.afterChange();
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  stagePut(record: StoreRecord): void {
    this.#stage(() => this.#addRecord(FrameKind.put, record));
    this.#stagedPutBytes += this.active.lengthAt(this.active.staged - 1);
  }

  /** {@link stagePut} of a record that is encoded already. */
  stageBody(body: Uint8Array): void {
    this.#stage(() => this.#add(FrameKind.put, body));
    this.#stagedPutBytes += this.active.lengthAt(this.active.staged - 1);
  }

  stageDelete(key: Key): void {
    this.#stage(() => this.#add(FrameKind.delete, encodeRecord([key])));
  }

  stageDeleteRecord(record: StoreRecord): void {
    this.#stage(() => this.#addRecord(FrameKind.deleteRecord, record));
  }

  /** Throws `STORE_INVALID_RECORD` for a body that no frame holds. */
  checkBody({ length }: Uint8Array): void {
    if (length <= MAX_BODY_BYTES) return;
    throw this.#error(
      "STORE_INVALID_RECORD",
      `the record takes ${length} bytes; the longest takes ${MAX_BODY_BYTES}`,
    );
  }

  /** In its batch puts may follow. */
  stageClear(): void {
    this.#stage(() => this.#add(FrameKind.clear, NOTHING));
    this.#stagesClear = true;
  }

  commit(): void {
    this.checkOpen();
    const putBytes = this.#stagedPutBytes;
    const clears = this.#stagesClear;
    this.#stagedPutBytes = 0;
    this.#stagesClear = false;
    this.#written = this.active;
    this.#moved = undefined;
    this.#isChanged = true;
    try {
      this.active.write();
    } catch (cause) {
      throw this.#failure("writing", cause);
    }
    this.#durability.afterWrite();
    this.#liveBytes = clears ? putBytes : this.#liveBytes + putBytes;
  }

  positionAt(index: number): number {
    const position = this.#written.positionAt(index);
    return this.#moved?.find(position) ?? position;
  }

  lengthAt(index: number): number {
    return this.#written.lengthAt(index);
  }

  acknowledge(freed: number): void {
    this.checkOpen();
    this.#liveBytes -= freed;
    // That it can't look is no reason to fail: it is done, and while the heartbeat is fresh nobody else has the table.
    if (this.#syncsEachWrite) bestEffort(() => this.#lease.verify());
    this.#lease.check();
    if (this.#worksInBackground) this.#compactions.afterChange();
  }

  read(position: number, length: number, key?: Key): StoreRecord {
    this.checkOpen();
    return this.source.read(this.active, position, length, key);
  }

  reader(): RecordReader {
    this.checkOpen();
    return new ReadAhead(this.source, (position, length, key) => this.read(position, length, key));
  }

  sync(): void {
    this.checkWritable();
    this.#durability.sync();
    this.#lease.verify();
    if (!this.#worksInBackground) this.#compactions.runNow();
  }

  /** Throws `STORE_TABLE_CLOSED` after {@link close}. */
  checkOpen(): void {
    this.files.checkOpen();
  }

  checkWritable(): void {
    this.checkOpen();
    const deferred = this.#deferred;
    if (deferred !== undefined) {
      this.#deferred = undefined;
      throw deferred;
    }
    if (this.#lease.isLost) this.#lease.check();
    if (this.#refusal !== undefined) {
      throw this.#error("STORE_IO", this.#refusal.detail, this.#refusal.cause);
    }
  }

  touch(): void {
    this.checkOpen();
    this.#durability.touch();
  }

  close(): void {
    if (this.files.isClosed) return;
    attemptAll(
      () => this.#compactions.abandon(),
      () => this.#seal(),
      () => this.#durability.close(),
      () => this.files.close(),
      () => this.#lease.release(),
    );
  }

  usage(): LogUsage {
    const { directory, files, report } = this;
    return {
      memoryBytes: directory.memoryBytes + this.source.memoryBytes + this.active.memoryBytes,
      diskBytes: files.bytes,
      details: {
        segments: files.segments.length,
        liveBytes: this.#liveBytes,
        ...(report && { repair: report }),
      },
    };
  }

  beforeAutoSave(): void {
    // What failed before isn't a reason not to write.
    const earlier = this.#deferred;
    this.#deferred = undefined;
    try {
      this.#beforeAutoSave();
    } catch (error) {
      this.#defer(error);
    }
    this.#deferred = earlier ?? this.#deferred;
  }

  rescue(cause: unknown): void {
    try {
      this.#rotate(true);
    } catch (error) {
      this.refuseWrites(cause);
      throw this.#failure("syncing, and writing what was not on disk to another file,", error);
    }
  }

  refuseWrites(cause: unknown): void {
    this.#refusal ??= {
      detail:
        "an earlier sync failed, and it is not known what of it is on disk: the table takes no more writes. Close it and open it again",
      cause,
    };
  }

  /** Stages the change that `add` adds, or none of its batch. */
  #stage(add: () => void): void {
    const { active } = this;
    if (active.staged === 0) {
      this.checkWritable();
      if (active.isTorn) this.#rotateTorn();
    } else {
      this.checkOpen();
    }
    try {
      add();
    } catch (error) {
      this.active.abandon();
      this.#stagedPutBytes = 0;
      this.#stagesClear = false;
      throw error;
    }
  }

  #add(kind: FrameKind, body: Uint8Array): void {
    this.checkBody(body);
    this.active.stage(kind, body);
  }

  /** {@link #add} of a record. Most are encoded where they will stand. */
  #addRecord(kind: FrameKind, record: StoreRecord): void {
    if (!this.active.stageInPlace(kind, record)) this.#add(kind, encodeRecord(record));
  }

  /** The last write failed, and left something behind its last good byte. */
  #rotateTorn(): void {
    try {
      if (this.active.isDirty) this.#durability.sync();
      // A sync that failed has rotated already.
      if (this.active.isTorn) this.#rotate(false);
    } catch (cause) {
      throw this.#failure("going on in a new file, after a write had failed,", cause);
    }
  }

  /**
   * Goes on in a new segment.
   * @param carry what isn't known to be on disk is written again there, and no longer counts where it is; without it,
   * there is nothing of that kind
   */
  #rotate(carry: boolean): void {
    const { fileSystem } = this.files.environment;
    const old = this.active;
    const segment = this.files.create();
    const next = new ActiveSegment(fileSystem, segment, old.sequence);
    const moved = new MoveTable();
    try {
      if (carry) {
        old.eachUnsynced((buffer, at, length, offset) => {
          moved.add(old.segment.positionOf(offset), segment.positionOf(next.end));
          next.stageCopy(buffer, at, length);
        });
        next.write();
      }
      fileSystem.sync(segment.file);
      fileSystem.syncDirectory(this.files.directory);
    } catch (error) {
      this.files.discard(segment);
      throw error;
    }
    old.seal();
    const segments = [...this.files.segments, segment];
    const { sequence } = next;
    try {
      runBlocking(this.files.publish(segments, blocking(fileSystem), { sequence }));
    } catch (error) {
      if (!carry) this.files.abandon(segment);
      throw error;
    }
    next.markDurable(next.size);
    this.active = next;
    if (carry) {
      this.#moved = moved;
      runBlocking(this.directory.relocate((position) => moved.find(position)));
    }
  }

  /** {@link sync} without waiting for it; resolves even when it fails, which the next write says. */
  syncInBackground(): Promise<void> {
    return this.#durability.syncInBackground();
  }

  /**
   * Goes on in `segment`, which the manifest names already behind `last`, as soon as all that was written there, the
   * mark at its end included, is on disk. False if a failure made it go on in another one.
   */
  switchTo(segment: Segment, last: Segment): boolean {
    const isLast = () => this.active.segment === last && this.#refusal === undefined;
    if (isLast()) this.#durability.syncWithMark();
    const old = this.active;
    if (!isLast()) {
      segment.isSealed = true;
      return false;
    }
    old.seal();
    const { fileSystem } = this.files.environment;
    this.active = new ActiveSegment(fileSystem, segment, old.sequence);
    return true;
  }

  /**
   * A compaction is over. What is cached stands elsewhere now, and the index of a segment that is gone may come to name
   * another.
   */
  compacted(): void {
    this.source.clearCache();
    this.#compactions.succeeded();
  }

  /** Leaves everything on disk, the hint and a clean manifest included. */
  #seal(): void {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    this.sync();
    this.#compactions.runQuickOne();
    const { fileSystem } = this.files.environment;
    const { sequence } = this.active;
    this.active.seal();
    const earlierHint = this.files.hint;
    const hint =
      earlierHint !== null && !this.#isChanged
        ? earlierHint
        : writeHint(this.files, this.directory, sequence, this.#liveBytes);
    const options = { clean: true, hint, sequence };
    try {
      runBlocking(this.files.publish(this.files.segments, blocking(fileSystem), options));
    } catch (cause) {
      throw this.#failure("writing the manifest", cause);
    }
    this.files.removeUnnamed(earlierHint);
    const failure = deferred ?? this.#deferred;
    if (failure !== undefined) throw failure;
  }

  #defer(error: unknown): void {
    this.#deferred ??= error;
  }

  #failure(what: string, cause: unknown): Error {
    if (errorCode(cause)?.startsWith("STORE_")) return cause as Error;
    try {
      // The next owner removes the files under our hands: that is the reason then.
      this.#lease.verify();
    } catch (fenced) {
      return fenced as Error;
    }
    return this.#error("STORE_IO", `${what} failed: ${errorMessage(cause)}`, cause);
  }
}

const NOTHING = Buffer.alloc(0);
