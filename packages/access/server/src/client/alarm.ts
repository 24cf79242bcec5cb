/** Goes off when the first of some moments has come. It looks for them when it is set, and after it went off. */
export class Alarm {
  readonly #soonest: () => number;
  readonly #goOff: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isHeld = true;

  /** @param soonest the first moment, by `performance.now()`; `Infinity`: none */
  constructor(soonest: () => number, goOff: () => void) {
    this.#soonest = soonest;
    this.#goOff = goOff;
  }

  /** @param isSooner there may be an earlier moment than it waits for; else it is left as it is, which costs nothing */
  set(isSooner = false): void {
    if (isSooner) this.clear();
    if (this.#timer !== undefined) return;
    const wait = this.#soonest() - performance.now();
    if (wait === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#goOff();
        this.set();
      },
      Math.max(1, Math.ceil(wait)),
    );
    this.hold(this.#isHeld);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Whether it keeps the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#timer?.ref();
    else this.#timer?.unref();
  }
}
