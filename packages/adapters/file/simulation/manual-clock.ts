import type { Timer } from "../src/platform/host.js";

/** Something to call back, as long as whoever wants it runs. */
interface Callback {
  readonly callback: () => void;
  readonly runs: () => boolean;
}

interface PendingTimer extends Callback {
  readonly due: number;
}

/** Time that stands still until the test moves it. */
export class ManualClock {
  /** In the order in which they were started. */
  readonly #timers = new Set<PendingTimer>();
  readonly #deferred = new Set<Callback>();
  #monotonicTime = 0;
  #wallTime = Date.UTC(2025, 0, 1);

  get monotonicTime(): number {
    return this.#monotonicTime;
  }

  get wallTime(): number {
    return this.#wallTime;
  }

  startTimer(milliseconds: number, callback: () => void, runs: () => boolean): Timer {
    // At least one, as in Node; so a timer that starts itself anew doesn't hold `advance` for ever.
    const due = this.#monotonicTime + Math.max(1, milliseconds);
    const timer: PendingTimer = { due, callback, runs };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  defer(callback: () => void, runs: () => boolean): Timer {
    const call: Callback = { callback, runs };
    this.#deferred.add(call);
    return { cancel: () => this.#deferred.delete(call) };
  }

  /** Fires the timers that become due, also those started meanwhile, each at its time and in that order. */
  advance(milliseconds: number): void {
    const end = this.#monotonicTime + milliseconds;
    for (let timer = this.#next(end); timer !== undefined; timer = this.#next(end)) {
      this.#pass(Math.max(0, timer.due - this.#monotonicTime));
      this.#timers.delete(timer);
      timer.callback();
    }
    this.#pass(end - this.#monotonicTime);
  }

  /** Moves the clock on the wall only: someone sets it, or the machine slept. */
  shiftWallTime(milliseconds: number): void {
    this.#wallTime += milliseconds;
  }

  /** Makes the deferred calls that wait now, but not those that they defer; returns how many. */
  runDeferred(): number {
    let count = 0;
    for (const call of [...this.#deferred]) {
      if (!call.runs() || !this.#deferred.delete(call)) continue;
      count++;
      call.callback();
    }
    return count;
  }

  #next(end: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.due > end || !timer.runs()) continue;
      if (next === undefined || timer.due < next.due) next = timer;
    }
    return next;
  }

  #pass(milliseconds: number): void {
    this.#monotonicTime += milliseconds;
    this.#wallTime += milliseconds;
  }
}
