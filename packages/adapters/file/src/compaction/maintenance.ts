import type { Tree } from "../engine/tree.js";
import type { TreeRun } from "../engine/tree-run.js";
import { bestEffort } from "../platform/best-effort.js";
import { isDiskFull } from "../platform/error-code.js";
import type { Timer } from "../platform/host.js";
import { blocking, type DiskSteps, inBackground, runBlocking } from "../platform/syncing.js";
import { chooseRuns, RUNS_PER_LEVEL } from "./choice.js";
import { Compaction } from "./compaction.js";
import { Flush } from "./flush.js";
import type { Job } from "./job.js";

/** A turn of the background takes so many milliseconds, about. */
const TURN_MS = 2;
/** After a failure nothing is begun in the background for so many milliseconds. */
const RETRY_AFTER_MS = 1_000;
/** With so many runs a writer waits until some are merged. */
const MOST_RUNS = 8 * RUNS_PER_LEVEL;

/** A job that is under way in the background. */
interface Running {
  readonly job: Job;
  readonly steps: DiskSteps<void>;
  /** For the disk. */
  isWaiting: boolean;
  failure: { readonly error: unknown } | undefined;
}

/**
 * When what is done to a tree's files: a flush when the memtable is full, then compactions; in the background, a slice at
 * a time. Who writes faster than that, or never yields, does the work in the call.
 *
 * 1. One job at a time replaces the manifest.
 * 2. A flush doesn't wait for a compaction, which goes on after it.
 */
export class Maintenance {
  readonly #tree: Tree;
  #running: Running | undefined;
  /** A compaction that goes on after the flush that is running. */
  #paused: Running | undefined;
  #timer: Timer | undefined;
  #isClosed = false;
  /** Monotonic time. */
  #retryAt = Number.NEGATIVE_INFINITY;
  /** Monotonic time. */
  #reclaimAt = Number.NEGATIVE_INFINITY;
  #reclaimTimer: Timer | undefined;
  /** What is left after a merge has no room: nothing is merged before there are other runs. */
  #isStuck = false;

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Before each write: makes room in memory, if there is none. When it throws, nothing was written. */
  beforeWrite(): void {
    const { memtable, frozen, options, log } = this.#tree;
    // What is held must not reach the disk before a sync.
    if (log.isHolding || !this.#isFull()) return;
    const bytes = memtable.memoryBytes + (frozen?.memtable.memoryBytes ?? 0);
    if (bytes >= options.writeBufferBytes) this.#catchUp();
  }

  /** After each write: sees to it that what is due gets done. */
  afterWrite(): void {
    if (this.#tree.log.isHolding) this.#tree.condense();
    if (this.#mayFreeze() && this.#isFull()) this.#tree.tryToFreeze();
    this.#giveRoomBack();
    if (this.#running === undefined || this.#mayPreempt()) this.#begin();
  }

  /** Flushes all that was written, while the caller waits. */
  flushNow(): void {
    this.flushSetAside();
    if (this.#tree.memtable.size === 0) return;
    this.makeSpareNow();
    this.#tree.freeze();
    this.flushSetAside();
    this.#begin();
  }

  /** Makes sure that there is a spare segment, while the caller waits. */
  makeSpareNow(): void {
    this.flushSetAside();
    if (this.#tree.log.spare !== undefined) return;
    this.#stop();
    this.#flush(() => new Flush(this.#tree, undefined));
  }

  /** Merges everything into one run, while the caller waits; step by step, where there is no room for that. */
  compactNow(): void {
    this.flushNow();
    this.#abandonAll();
    const { runs } = this.#tree;
    if (runs.length === 0 || this.#mergeIfRoom(runs)) return;
    this.#tree.reserve.release();
    this.#mergeStepwise();
  }

  /** Each merge needs the room that the one before has given. */
  #mergeStepwise(): void {
    while (this.#tree.runs.length > 1) {
      this.#runNow(new Compaction(this.#tree, this.#tree.runs.slice(0, 2)));
    }
  }

  /** Flushes everything, and leaves a manifest that says that nothing is left to do. */
  sealNow(): void {
    this.flushSetAside();
    this.#abandonAll();
    const frozen = this.#tree.freezeLast();
    this.#flush(() => new Flush(this.#tree, frozen, true));
  }

  /** Stops. */
  close(): void {
    this.#isClosed = true;
    this.#reclaimTimer?.cancel();
    this.#reclaimTimer = undefined;
    this.#abandonAll();
  }

  /** Whether the memtable is to be flushed: it takes half of the room, the one that is being flushed the other half. */
  #isFull(): boolean {
    const { memtable, options } = this.#tree;
    return memtable.memoryBytes >= options.writeBufferBytes / 2;
  }

  #mayFreeze(): boolean {
    const { frozen, log } = this.#tree;
    return frozen === undefined && log.spare !== undefined && !log.isHolding;
  }

  /** On a full disk: now and then deletes are flushed, so that what they deleted can be given back. */
  #giveRoomBack(): void {
    const { reserve, memtable, files } = this.#tree;
    if (!reserve.isShort || memtable.size === 0 || this.#running !== undefined) return;
    if (!this.#mayFreeze()) return;
    const { host } = files.environment;
    const now = host.monotonicTime();
    if (now >= this.#reclaimAt) {
      this.#reclaimAt = now + RETRY_AFTER_MS;
      this.#tree.tryToFreeze();
      return;
    }
    this.#reclaimTimer ??= host.startTimer(this.#reclaimAt - now, () => {
      this.#reclaimTimer = undefined;
      this.afterWrite();
    });
  }

  /** Whether a flush is due while a compaction is under way that can be interrupted. */
  #mayPreempt(): boolean {
    const running = this.#running as Running;
    return (
      this.#tree.frozen !== undefined &&
      this.#paused === undefined &&
      !(running.job instanceof Flush) &&
      !running.job.isPublishing
    );
  }

  /** Begins what is due, in the background. */
  #begin(): void {
    if (this.#isClosed || this.#isTooEarly()) return;
    const job = this.#dueJob();
    if (job === undefined) {
      this.#resume();
      return;
    }
    this.#paused ??= this.#running;
    const { fileSystem } = this.#tree.files.environment;
    const steps = job.steps(inBackground(fileSystem));
    this.#running = { job, steps, isWaiting: false, failure: undefined };
    this.#schedule();
  }

  /** Goes on with what was interrupted. */
  #resume(): void {
    this.#running ??= this.#paused;
    this.#paused = undefined;
    if (this.#running !== undefined) this.#schedule();
  }

  #dueJob(): Job | undefined {
    const { frozen, log, runs } = this.#tree;
    if (frozen !== undefined || log.spare === undefined) return new Flush(this.#tree, frozen);
    if (this.#running !== undefined || this.#paused !== undefined || this.#isStuck)
      return undefined;
    const { isShort } = this.#tree.reserve;
    const inputs = chooseRuns(runs) ?? (isShort && runs.length > 1 ? runs.slice(0, 2) : undefined);
    return inputs === undefined ? undefined : new Compaction(this.#tree, inputs);
  }

  #isTooEarly(): boolean {
    if (this.#retryAt === Number.NEGATIVE_INFINITY) return false;
    return this.#tree.files.environment.host.monotonicTime() < this.#retryAt;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    this.#timer = this.#tree.files.environment.host.defer(() => {
      this.#timer = undefined;
      this.#turn();
    });
  }

  /** A slice of the job that is under way. */
  #turn(): void {
    const { host } = this.#tree.files.environment;
    const running = this.#running;
    if (running === undefined || running.isWaiting) return;
    const end = host.monotonicTime() + TURN_MS;
    try {
      if (running.failure !== undefined) throw running.failure.error;
      do {
        const { done, value } = running.steps.next();
        if (done) {
          this.#done();
          return;
        }
        if (value !== undefined) {
          this.#waitFor(running, value);
          return;
        }
      } while (host.monotonicTime() < end);
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#schedule();
  }

  #waitFor(running: Running, promise: Promise<void>): void {
    running.isWaiting = true;
    const goOn = () => {
      running.isWaiting = false;
      // It may be paused, or given up.
      if (this.#running === running) this.#turn();
    };
    promise.then(goOn, (error: unknown) => {
      running.failure = { error };
      goOn();
    });
  }

  #done(): void {
    if (this.#running?.job instanceof Flush) this.#isStuck = false;
    this.#running = undefined;
    this.#retryAt = Number.NEGATIVE_INFINITY;
    this.#tree.reserve.review();
    this.#giveRoomBack();
    this.#begin();
  }

  #failed(error: unknown): void {
    const wasFlush = this.#running?.job instanceof Flush;
    this.#abandonAll();
    if (!isDiskFull(error)) {
      this.#waitToRetry();
      this.#tree.defer(this.#tree.failure("writing to disk in the background", error));
      return;
    }
    // Nobody needs to be told: a write that needs the room finds out by itself.
    if (!wasFlush) this.#isStuck = true;
    else if (!this.#tree.reserve.release()) this.#waitToRetry();
    this.#giveRoomBack();
    this.#begin();
  }

  #waitToRetry(): void {
    this.#retryAt = this.#tree.files.environment.host.monotonicTime() + RETRY_AFTER_MS;
  }

  /** A writer is ahead of the background. */
  #catchUp(): void {
    this.flushNow();
    if (this.#tree.runs.length < MOST_RUNS) return;
    const inputs = chooseRuns(this.#tree.runs);
    if (inputs === undefined) return;
    this.#abandonAll();
    // Else there are more runs than are good for reads.
    this.#mergeIfRoom(inputs);
  }

  /** Returns false where the disk has no room for what comes of it. */
  #mergeIfRoom(inputs: readonly TreeRun[]): boolean {
    try {
      this.#runNow(new Compaction(this.#tree, inputs));
      return true;
    } catch (failure) {
      if (!isDiskFull(failure)) throw failure;
      return false;
    }
  }

  /** Flushes what is set aside, while the caller waits. What the background has done of that is done again: it may wait for the disk. */
  flushSetAside(): void {
    if (this.#running?.job instanceof Flush) this.#stop();
    if (this.#tree.frozen === undefined) return;
    this.#stop();
    this.#flush(() => new Flush(this.#tree, this.#tree.frozen));
  }

  /** Does a flush; once more, if there was no room, with the room that others take, or that is kept. */
  #flush(make: () => Flush): void {
    try {
      this.#runNow(make());
    } catch (failure) {
      if (!isDiskFull(failure)) throw failure;
      const isPaused = this.#paused !== undefined;
      this.#abandonAll();
      if (!this.#tree.reserve.release() && !isPaused) throw failure;
      this.#runNow(make());
    }
    this.#isStuck = false;
  }

  #runNow(job: Job): void {
    try {
      runBlocking(job.steps(blocking(this.#tree.files.environment.fileSystem)));
      this.#tree.reserve.review();
    } catch (error) {
      job.abandon();
      throw error;
    }
  }

  /** Sees to it that no job is under way that is, or might come to be, in the way of one that runs now. */
  #stop(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    if (running.job instanceof Flush || running.job.isPublishing) abandon(running);
    else this.#paused = running;
  }

  #abandonAll(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const jobs = [this.#running, this.#paused];
    this.#running = undefined;
    this.#paused = undefined;
    for (const running of jobs) if (running !== undefined) abandon(running);
  }
}

/** Ends a job where it stands; what it has open is closed. */
function abandon({ job, steps }: Running): void {
  bestEffort(() => steps.return());
  job.abandon();
}
