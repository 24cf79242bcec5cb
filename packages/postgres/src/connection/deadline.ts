import { GivenUp } from "./failure.js";

/** When a call is given up: after the time that it has, or when the user's signal is aborted. */
export class Deadline {
  readonly #ms: number;
  readonly #signal: AbortSignal | undefined;
  readonly #end: number;

  constructor(ms: number, signal: AbortSignal | undefined) {
    this.#ms = ms;
    this.#signal = signal;
    this.#end = performance.now() + ms;
  }

  /** Milliseconds that are left. */
  get left(): number {
    return this.#end - performance.now();
  }

  /** Throws if the signal is aborted. */
  check(): void {
    if (this.#signal?.aborted) throw new GivenUp("the signal was aborted");
  }

  /**
   * What the promise comes to; fails earlier when the call is given up.
   * @param late gets what the promise comes to all the same
   */
  race<T>(promise: Promise<T>, late: (value: T) => void = () => {}): Promise<T> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const giveUp = (reason: string) => {
        end();
        promise.then(late, () => {});
        reject(new GivenUp(reason));
      };
      const abort = () => giveUp("the signal was aborted");
      const timer = setTimeout(
        () => giveUp(`no answer within ${this.#ms} ms (option timeout)`),
        Math.max(this.left, 0),
      );
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", abort);
      };
      signal?.addEventListener("abort", abort);
      promise.then(resolve, reject).finally(end);
    });
  }
}
