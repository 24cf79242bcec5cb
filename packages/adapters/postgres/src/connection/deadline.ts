import type { CallSignal } from "./client.js";
import { GivenUp } from "./failure.js";

/** When a call is given up: after the time that it has, or when the user's signal is aborted. */
export class Deadline {
  readonly #end: number;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: CallSignal | undefined;
  #givenUp: GivenUp | undefined;
  /** Tells the step that is waited for. */
  #fail: (error: GivenUp) => void = ignore;

  constructor(ms: number, signal: CallSignal | undefined) {
    this.#end = performance.now() + ms;
    this.#timer = setTimeout(() => this.#giveUp(`no answer within ${ms} ms (option timeout)`), ms);
    this.#signal = signal;
    if (signal?.aborted) this.#abort();
    else signal?.addEventListener("abort", this.#abort);
  }

  /** Milliseconds that are left. */
  get left(): number {
    return this.#end - performance.now();
  }

  /** Throws if the call was given up. */
  check(): void {
    if (this.#givenUp !== undefined) throw this.#givenUp;
  }

  /**
   * What a step of the call comes to; fails earlier when the call is given up. One step at a time.
   * @param late gets what the step comes to all the same
   */
  race<T>(step: Promise<T>, late: (value: T) => void = ignore): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#fail = (error) => {
        step.then(late, ignore);
        reject(error);
      };
      step.then(resolve, reject);
    });
  }

  /** To be called when the call has ended. */
  end(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => this.#giveUp("the signal was aborted");

  #giveUp(reason: string): void {
    this.#givenUp = new GivenUp(reason);
    this.#fail(this.#givenUp);
  }
}

function ignore(): void {}
