import { audiences, channels } from "./channels.js";
import type { Ended, Observer } from "./observer.js";
import type { StoreOperation } from "./operation.js";
import type { CallPlace } from "./store-call.js";
import { StoreCall } from "./store-call.js";

/** What a call came to, from what it returned. */
export type Conclude = (call: StoreCall, result: unknown) => void;

/** Tells channels and observers of calls. */
export class Recorder {
  readonly #observers: readonly Observer[];
  /** Whether somebody is told of every call, whoever listens. */
  readonly isObserved: boolean;

  constructor(observers: readonly Observer[]) {
    this.#observers = observers;
    this.isObserved = observers.length > 0;
  }

  /** Whether anybody would be told. */
  isHeard(operation: StoreOperation): boolean {
    return this.isObserved || audiences[operation].isThere;
  }

  /** Makes a call that is over when it returns, or when the promise that it returns is settled. */
  record<T>(call: StoreCall, work: () => T, conclude: Conclude): T {
    const course = new Course(call, this.#observers);
    return channels[call.operation].start.runStores(call, () => {
      let result: T;
      try {
        result = course.run(work);
      } catch (error) {
        course.fail(error);
        course.end();
        throw error;
      }
      if (!isPromise(result)) {
        conclude(call, result);
        course.end(result);
        return result;
      }
      course.leave();
      return course.settle(result, conclude) as T;
    });
  }

  /** Begins a call of several steps. */
  begin(place: CallPlace, operation: StoreOperation): Course {
    const course = new Course(new StoreCall(place, operation), this.#observers);
    channels[operation].start.publish(course.call);
    return course;
  }
}

/** A call from its start to its end. */
export class Course {
  readonly call: StoreCall;
  readonly #observers: readonly Observer[];
  readonly #ended: readonly Ended[];
  #started: number;
  #spent = 0;

  constructor(call: StoreCall, observers: readonly Observer[]) {
    this.call = call;
    this.#observers = observers;
    this.#ended = observers.map((observer) => observer.begin(call));
    this.#started = performance.now();
  }

  /** Does what belongs to the call, so that whatever it begins belongs to it as well. */
  run<T>(work: () => T): T {
    let run = work;
    for (const observer of this.#observers) {
      const inner = run;
      if (observer.within !== undefined) run = () => observer.within?.(this.call, inner) as T;
    }
    return run();
  }

  /** The time until {@link pause} counts as the call's. */
  resume(): void {
    this.#started = performance.now();
  }

  pause(): void {
    this.#spent += performance.now() - this.#started;
    this.#started = Number.NaN;
  }

  fail(error: unknown): void {
    this.call.error = error;
    this.call.code = codeOf(error);
    this.#stop();
    channels[this.call.operation].error.publish(this.call);
  }

  /** The end of a call that was made at once. */
  end(result?: unknown): void {
    this.#stop();
    this.call.result = result;
    this.#tell();
    channels[this.call.operation].end.publish(this.call);
  }

  /** The call goes on, but the caller doesn't wait. */
  leave(): void {
    channels[this.call.operation].end.publish(this.call);
  }

  /** The end of a call that went on. */
  arrive(result?: unknown): void {
    this.#stop();
    this.call.result = result;
    this.#tell();
    const { asyncStart, asyncEnd } = channels[this.call.operation];
    asyncStart.publish(this.call);
    asyncEnd.publish(this.call);
  }

  settle(promise: PromiseLike<unknown>, conclude: Conclude): Promise<unknown> {
    return Promise.resolve(promise).then(
      (result) => {
        conclude(this.call, result);
        this.arrive(result);
        return result;
      },
      (error: unknown) => {
        this.fail(error);
        this.arrive();
        throw error;
      },
    );
  }

  #stop(): void {
    if (this.call.duration !== undefined) return;
    if (!Number.isNaN(this.#started)) this.pause();
    this.call.duration = this.#spent;
  }

  #tell(): void {
    for (const ended of this.#ended) ended(this.call);
  }
}

/** As core sees it: what an adapter throws otherwise reaches the user as this. */
export function codeOf(error: unknown): string {
  const code: unknown = Object(error).code;
  return typeof code === "string" && code.startsWith("STORE_") ? code : "STORE_IO";
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
