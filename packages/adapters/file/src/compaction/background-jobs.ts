import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import type { Timer } from "../platform/host.js";
import { type DiskSteps, inBackground } from "../platform/syncing.js";
import type { Job } from "./job.js";

/** A turn of the background takes so many milliseconds, about. */
const TURN_MS = 2;

/** A job that is under way in the background. */
interface Running {
  readonly job: Job;
  readonly steps: DiskSteps<void>;
  /** For the disk. */
  isWaiting: boolean;
  failure: { readonly error: unknown } | undefined;
}

/** Who is told how a job ended. */
export interface JobOwner {
  jobDone(job: Job): void;
  /** No job is under way then. */
  jobFailed(job: Job, error: unknown): void;
}

/** Jobs in the background, a slice at a time. One is running; one that was interrupted may be paused. */
export class BackgroundJobs {
  readonly #environment: Environment;
  readonly #owner: JobOwner;
  #running: Running | undefined;
  #paused: Running | undefined;
  #timer: Timer | undefined;

  constructor(environment: Environment, owner: JobOwner) {
    this.#environment = environment;
    this.#owner = owner;
  }

  /** The job that is running. */
  get job(): Job | undefined {
    return this.#running?.job;
  }

  /** Whether a job was interrupted, and goes on later. */
  get hasPaused(): boolean {
    return this.#paused !== undefined;
  }

  /** Begins a job. One that is running is paused. */
  begin(job: Job): void {
    this.#paused ??= this.#running;
    const steps = job.steps(inBackground(this.#environment.fileSystem));
    this.#running = { job, steps, isWaiting: false, failure: undefined };
    this.#schedule();
  }

  /** Goes on with what was interrupted, if nothing is running. */
  resume(): void {
    this.#running ??= this.#paused;
    this.#paused = undefined;
    if (this.#running !== undefined) this.#schedule();
  }

  /** Pauses what is running. */
  pause(): void {
    this.#paused = this.#running;
    this.#running = undefined;
  }

  /** Ends what is running where it stands. */
  abandon(): void {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) abandon(running);
  }

  /** Ends all where it stands. */
  abandonAll(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const paused = this.#paused;
    this.#paused = undefined;
    this.abandon();
    if (paused !== undefined) abandon(paused);
  }

  #schedule(): void {
    this.#timer ??= this.#environment.host.defer(() => {
      this.#timer = undefined;
      this.#turn();
    });
  }

  /** A slice of the job that is running. */
  #turn(): void {
    const { host } = this.#environment;
    const running = this.#running;
    if (running === undefined || running.isWaiting) return;
    const end = host.monotonicTime() + TURN_MS;
    try {
      if (running.failure !== undefined) throw running.failure.error;
      do {
        const { done, value } = running.steps.next();
        if (done) {
          this.#running = undefined;
          this.#owner.jobDone(running.job);
          return;
        }
        if (value !== undefined) {
          this.#waitFor(running, value);
          return;
        }
      } while (host.monotonicTime() < end);
    } catch (error) {
      this.abandonAll();
      this.#owner.jobFailed(running.job, error);
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
}

/** Ends a job where it stands; what it has open is closed. */
function abandon({ job, steps }: Running): void {
  bestEffort(() => steps.return());
  job.abandon();
}
