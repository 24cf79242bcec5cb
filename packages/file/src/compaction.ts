import { BaseWriter } from "./base-writer.js";
import { copyLive } from "./copy-live.js";
import type { DiskLog } from "./disk-log.js";
import { MoveTable } from "./move-table.js";
import type { Timer } from "./platform/host.js";
import {
  blocking,
  type DiskSteps,
  inBackground,
  runBlocking,
  type Syncing,
} from "./platform/syncing.js";
import type { Segment } from "./segment.js";

/** So long a slice may take, in milliseconds, before others have their turn. */
const SLICE_MILLISECONDS = 1;

/**
 * Writes the live records of all segments but the active one together into new ones, while reads and writes go on:
 *
 * 1. a new active segment begins, so that the others don't change any more;
 * 2. their frames are gone through in order; those that the directory still points to are copied;
 * 3. the copies are on disk, then a manifest that names them instead of the others;
 * 4. the directory learns the new positions; the old segments, whose names are gone, are closed.
 *
 * A crash, or a failure, before the manifest's rename leaves the old state; after it, the new one. As all older segments
 * go at once, tombstones needn't be kept.
 */
export class Compaction {
  readonly #log: DiskLog;
  readonly #moves = new MoveTable();
  #writer: BaseWriter | undefined;
  #timer: Timer | undefined;
  /** Until it begins to write the manifest that names them, its files may be removed. */
  #isDiscardable = true;
  #isAbandoned = false;

  constructor(log: DiskLog) {
    this.#log = log;
  }

  /** Goes through it while the caller waits. */
  runNow(): void {
    try {
      runBlocking(this.#steps(blocking(this.#log.files.environment.fileSystem)));
    } catch (error) {
      this.#discard();
      throw error;
    }
  }

  /** Goes through it in slices. Calls back at the end, with the failure if there was one. */
  runInBackground(done: (failure: unknown) => void): void {
    const { fileSystem, host } = this.#log.files.environment;
    const steps = this.#steps(inBackground(fileSystem));
    const finish = (failure: unknown) => {
      if (failure !== undefined) this.#discard();
      done(failure);
    };
    const resume = (failure?: { error: unknown }) => {
      if (this.#isAbandoned) return;
      try {
        const from = host.monotonicTime();
        let turn = failure === undefined ? steps.next() : steps.throw(failure.error);
        while (!turn.done) {
          if (turn.value !== undefined) {
            turn.value.then(
              () => resume(),
              (error: unknown) => resume({ error }),
            );
            return;
          }
          if (host.monotonicTime() - from >= SLICE_MILLISECONDS) {
            this.#timer = host.defer(() => resume());
            return;
          }
          turn = steps.next();
        }
      } catch (error) {
        finish(error);
        return;
      }
      finish(undefined);
    };
    // What isn't on disk yet gets there first, so that nobody waits for it when the new segment begins.
    void this.#log.syncInBackground().then(() => resume());
  }

  /** Stops. What was written is removed, if it doesn't count yet; if it does, the directory points to it. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#timer?.cancel();
    if (this.#counts()) {
      runBlocking(this.#log.directory.relocate((position) => this.#moves.find(position)));
    }
    this.#discard();
  }

  *#steps(syncing: Syncing): DiskSteps<void> {
    const { files } = this.#log;
    const old = files.segments;
    const covers = (old.at(-1) as Segment).id;
    const ids = BaseWriter.idsFor(this.#log.liveBytes);
    const firstId = files.reserveIds(ids);
    if (!(yield* this.#beginSegment(old, syncing))) return;

    const { sequence } = this.#log.active;
    const writer = new BaseWriter(files, covers, sequence, firstId, firstId + ids);
    this.#writer = writer;
    const { directory } = this.#log;
    for (const segment of old) {
      const fail = (offset: number): never => {
        throw this.#log.source.damaged(segment, offset);
      };
      yield* copyLive(segment, directory, writer, this.#moves, syncing, fail);
    }
    yield* writer.finish(syncing);

    this.#isDiscardable = false;
    const { hint } = files;
    const kept = () => files.segments.filter((segment) => !old.includes(segment));
    let failure: { readonly error: unknown } | undefined;
    try {
      while (!(yield* files.publish([...writer.segments, ...kept()], syncing, { hint: null })));
    } catch (error) {
      // From the rename on the new segments count. The old ones may, too: they stay, and the directory goes on.
      if (!this.#counts()) throw error;
      failure = { error };
    }
    if (failure === undefined) files.remove(old, hint);
    yield* directory.relocate((position) => this.#moves.find(position));
    files.forget(old);
    this.#log.compacted();
    if (failure !== undefined) throw failure.error;
  }

  /** Lets the log go on in a new segment; false if it went on in another meanwhile. */
  *#beginSegment(old: readonly Segment[], syncing: Syncing): DiskSteps<boolean> {
    const { files } = this.#log;
    const segment = files.create();
    let isReady = false;
    try {
      yield syncing.file(segment.file);
      yield syncing.directory(files.directory);
      // A write or sync that failed meanwhile has made the log go on in another segment.
      isReady = files.segments === old && (yield* files.publish([...old, segment], syncing));
    } finally {
      // Named or not, nothing will be written to it.
      if (!isReady) files.abandon(segment);
    }
    return isReady && this.#log.switchTo(segment, old.at(-1) as Segment);
  }

  /** Whether the manifest names what was written. */
  #counts(): boolean {
    const { segments } = this.#log.files;
    return this.#writer?.segments.some((segment) => segments.includes(segment)) ?? false;
  }

  #discard(): void {
    if (this.#isDiscardable) this.#writer?.discard();
    this.#writer = undefined;
  }
}
