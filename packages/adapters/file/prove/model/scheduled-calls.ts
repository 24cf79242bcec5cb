import type { Scheduler } from "fast-check";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { SystemError } from "../../simulation/system-error.js";

/** Calls off the main thread that are made when fast-check says so, in any order; some fail then. */
export class ScheduledCalls extends BackgroundCalls {
  readonly #scheduler: Scheduler;
  readonly #failing: readonly number[];
  readonly #onFailure: () => void;
  #made = 0;
  #processes = 0;

  /** @param failing which of the calls fail, counted from 0 */
  constructor(scheduler: Scheduler, failing: readonly number[], onFailure: () => void) {
    super();
    this.#scheduler = scheduler;
    this.#failing = failing;
    this.#onFailure = onFailure;
  }

  override make(call: () => void): Promise<void> {
    const nth = this.#made++;
    const process = this.#processes;
    return this.#scheduler.schedule(Promise.resolve(), `background call ${nth}`).then(() => {
      if (process !== this.#processes) return new Promise<never>(() => {});
      if (this.#failing.includes(nth)) {
        this.#onFailure();
        throw new SystemError("EIO", "fdatasync", nth);
      }
      return call();
    });
  }

  /** What was begun is never made: whoever began it is dead. */
  override forget(): void {
    this.#processes++;
  }
}
