import type { TreeRun } from "../files/tree-run.js";
import { isDiskFull } from "../platform/error-code.js";
import { blocking, runBlocking } from "../platform/syncing.js";
import { BackgroundJobs, type JobOwner } from "./background-jobs.js";
import { chooseRuns, RUNS_PER_LEVEL } from "./choice.js";
import { Compaction } from "./compaction.js";
import { Flush } from "./flush.js";
import { FullDisk } from "./full-disk.js";
import type { Job } from "./job.js";
import type { MaintainedTree } from "./maintained-tree.js";

/** After a failure nothing is begun in the background for so many milliseconds. */
const RETRY_AFTER_MS = 1_000;
/** With so many runs a writer waits until some are merged. */
const MOST_RUNS = 8 * RUNS_PER_LEVEL;

/**
 * When what is done to a tree's files: a flush when the memtable is full, then compactions; in the background, a slice at
 * a time. Who writes faster than that, or never yields, does the work in the call.
 *
 * 1. One job at a time replaces the manifest.
 * 2. A flush doesn't wait for a compaction, which goes on after it.
 */
export class Maintenance implements JobOwner {
  readonly #tree: MaintainedTree;
  readonly #jobs: BackgroundJobs;
  readonly #fullDisk: FullDisk;
  #isClosed = false;
  /** Monotonic time. */
  #retryAt = Number.NEGATIVE_INFINITY;

  constructor(tree: MaintainedTree) {
    this.#tree = tree;
    this.#jobs = new BackgroundJobs(tree.files.environment, this);
    this.#fullDisk = new FullDisk(tree, () => this.afterWrite());
  }

  /** Before each write: makes room in memory, if there is none. When it throws, nothing was written. */
  beforeWrite(): void {
    // What is held must not reach the disk before a sync.
    if (this.#tree.log.isHolding || !this.#isFull()) return;
    if (this.#tree.waitingBytes >= this.#tree.options.writeBufferBytes) this.#catchUp();
  }

  /** After each write: sees to it that what is due gets done. */
  afterWrite(): void {
    if (this.#tree.log.isHolding) this.#tree.condense();
    if (this.#mayFreeze() && this.#isFull()) this.#tree.tryToFreeze();
    this.#freezeDeletes();
    if (this.#jobs.job === undefined || this.#mayPreempt(this.#jobs.job)) this.#begin();
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
    this.#jobs.abandonAll();
    const { runs } = this.#tree;
    if (runs.length === 0 || this.#mergeIfRoom(runs)) return;
    this.#tree.reserve.release();
    // Each merge needs the room that the one before has given.
    while (this.#tree.runs.length > 1) {
      this.#runNow(new Compaction(this.#tree, this.#tree.runs.slice(0, 2)));
    }
  }

  /** Flushes everything, and leaves a manifest that says that nothing is left to do. */
  sealNow(): void {
    this.flushSetAside();
    this.#jobs.abandonAll();
    const frozen = this.#tree.freezeLast();
    this.#flush(() => new Flush(this.#tree, frozen, true));
  }

  /** Flushes what is set aside, while the caller waits. What the background has done of that is done again: it may wait for the disk. */
  flushSetAside(): void {
    if (this.#jobs.job instanceof Flush) this.#stop();
    if (this.#tree.frozen === undefined) return;
    this.#stop();
    this.#flush(() => new Flush(this.#tree, this.#tree.frozen));
  }

  /** Stops. */
  close(): void {
    this.#isClosed = true;
    this.#fullDisk.close();
    this.#jobs.abandonAll();
  }

  jobDone(job: Job): void {
    if (job instanceof Flush) this.#fullDisk.isStuck = false;
    this.#retryAt = Number.NEGATIVE_INFINITY;
    this.#tree.reserve.review();
    this.#freezeDeletes();
    this.#begin();
  }

  jobFailed(job: Job, error: unknown): void {
    if (!isDiskFull(error)) {
      this.#waitToRetry();
      this.#tree.defer(this.#tree.failure("writing to disk in the background", error));
      return;
    }
    // Nobody needs to be told: a write that needs the room finds out by itself.
    if (!(job instanceof Flush)) this.#fullDisk.isStuck = true;
    else if (!this.#tree.reserve.release()) this.#waitToRetry();
    this.#freezeDeletes();
    this.#begin();
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

  #freezeDeletes(): void {
    const { isShort } = this.#tree.reserve;
    if (isShort && this.#jobs.job === undefined && this.#mayFreeze())
      this.#fullDisk.freezeDeletes();
  }

  /** Whether a flush is due while a compaction is under way that can be interrupted. */
  #mayPreempt(running: Job): boolean {
    return (
      this.#tree.frozen !== undefined &&
      !this.#jobs.hasPaused &&
      !(running instanceof Flush) &&
      !running.isPublishing
    );
  }

  /** Begins what is due, in the background. */
  #begin(): void {
    if (this.#isClosed || this.#isTooEarly()) return;
    const job = this.#dueJob();
    if (job === undefined) this.#jobs.resume();
    else this.#jobs.begin(job);
  }

  #dueJob(): Job | undefined {
    const { frozen, log, runs } = this.#tree;
    if (frozen !== undefined || log.spare === undefined) return new Flush(this.#tree, frozen);
    const isBusy = this.#jobs.job !== undefined || this.#jobs.hasPaused;
    if (isBusy || this.#fullDisk.isStuck) return undefined;
    const inputs = chooseRuns(runs) ?? this.#fullDisk.chooseRuns();
    return inputs === undefined ? undefined : new Compaction(this.#tree, inputs);
  }

  #isTooEarly(): boolean {
    if (this.#retryAt === Number.NEGATIVE_INFINITY) return false;
    return this.#tree.files.environment.host.monotonicTime() < this.#retryAt;
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
    this.#jobs.abandonAll();
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

  /** Does a flush; once more, if there was no room, with the room that others take, or that is kept. */
  #flush(make: () => Flush): void {
    try {
      this.#runNow(make());
    } catch (failure) {
      if (!isDiskFull(failure)) throw failure;
      const { hasPaused } = this.#jobs;
      this.#jobs.abandonAll();
      if (!this.#tree.reserve.release() && !hasPaused) throw failure;
      this.#runNow(make());
    }
    this.#fullDisk.isStuck = false;
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
    const { job } = this.#jobs;
    if (job === undefined) return;
    if (job instanceof Flush || job.isPublishing) this.#jobs.abandon();
    else this.#jobs.pause();
  }
}
