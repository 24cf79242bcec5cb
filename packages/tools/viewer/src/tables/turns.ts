/** The event loop turns at least so often: whoever shares the process is kept waiting no longer. */
const TURN_MS = 8;
/** The clock is looked at once for so many steps: that costs more than a step. */
const STEPS = 32;

/** Lets the event loop turn while something long goes on. */
export class Turns {
  #turnedAt = performance.now();
  #steps = 0;

  /** To be awaited where it isn't undefined, after each step. */
  step(): Promise<void> | undefined {
    if (++this.#steps % STEPS !== 0) return undefined;
    return performance.now() - this.#turnedAt < TURN_MS ? undefined : this.turn();
  }

  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnedAt = performance.now();
  }
}
