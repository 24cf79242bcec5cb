/** Which states of the table are right, if the machine stopped now. */
export interface Bounds {
  /** No earlier state than this one: it was on disk. An index. */
  readonly floor: number;
  /** And no later one. */
  readonly ceiling: number;
  /** The state after the call that is on its way, and those after calls that failed since the last one that didn't. */
  readonly others: readonly string[];
}

/** What was acknowledged, and what of it must be on disk. */
export class Oracle {
  /** The states of the table, from the first on, by their digest. */
  readonly states: string[];
  #floor = 0;
  #inFlight: string | undefined;
  #doubtful: readonly string[] = [];

  constructor(first: string) {
    this.states = [first];
  }

  /** The first state that may come back. */
  get floor(): number {
    return this.#floor;
  }

  get last(): number {
    return this.states.length - 1;
  }

  get bounds(): Bounds {
    const others =
      this.#inFlight === undefined ? this.#doubtful : [...this.#doubtful, this.#inFlight];
    return { floor: this.#floor, ceiling: this.last, others };
  }

  /** A call begins that will leave this state. */
  begin(state: string): void {
    this.#inFlight = state;
  }

  /** It has returned. */
  acknowledge(): void {
    const state = this.#inFlight;
    this.#inFlight = undefined;
    // A call that changes nothing writes nothing.
    if (state === undefined || state === this.states[this.last]) return;
    this.states.push(state);
    this.#doubtful = [];
  }

  /**
   * It has failed.
   * @param mayHold whether it may be in the files all the same, as long as nothing comes after it
   */
  fail(mayHold: boolean): void {
    if (mayHold && this.#inFlight !== undefined) {
      this.#doubtful = [...this.#doubtful, this.#inFlight];
    }
    this.#inFlight = undefined;
  }

  /** The states up to this one are on disk for certain. */
  keep(index = this.last): void {
    this.#floor = Math.max(this.#floor, index);
  }

  /** The table was opened, and has this state, which is on disk by now. False if it must not have it. */
  reopened(state: string): boolean {
    const isRight = this.foundAgain(state, this.#floor);
    this.keep();
    return isRight;
  }

  /**
   * The table was opened, and has this state, which may be in the memory of the system only. False if it must not have
   * it.
   * @param floor no earlier state than this one may have come back, as the power wasn't cut
   */
  foundAgain(state: string, floor: number): boolean {
    const isRight = isWithin(this.states, { ...this.bounds, floor }, state);
    this.#doubtful = [];
    this.states.push(state);
    return isRight;
  }
}

/** Whether a state is within bounds. */
export function isWithin(states: readonly string[], bounds: Bounds, state: string): boolean {
  const { floor, ceiling, others } = bounds;
  return others.includes(state) || states.slice(floor, ceiling + 1).includes(state);
}
