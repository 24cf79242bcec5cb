import { threadState } from "./thread-state.js";

/** Below the count of a label are bits of the token of the thread that made it. */
const COUNT_SHIFT = 20n;
const TOKEN_MASK = 2 ** 20 - 1;

/**
 * Finds out when owners wait for each other in a circle, of whatever length, none of whom sees more than the one that it waits
 * for. Each wait of an owner has a label that no other wait has (Mitchell and Merritt, 1984):
 *
 * 1. Who begins to wait makes a label above those that it and whom it waits for have shown last, and shows it.
 * 2. Who waits, and sees a higher label at whom it waits for, shows that one from then on: so labels go back along the chain.
 * 3. Who sees its own label at whom it waits for is in a circle. In each one that is only the wait with the highest label.
 */
export class CircleWatch {
  readonly #own: bigint;

  /** @param theirs the label that is shown by whom it waits for */
  constructor(theirs: bigint) {
    const { token, label } = threadState();
    const highest = theirs > label ? theirs : label;
    const count = (highest >> COUNT_SHIFT) + 1n;
    this.#own = (count << COUNT_SHIFT) | BigInt(token & TOKEN_MASK);
    show(this.#own);
  }

  /** Whether whom it waits for waits, by way of others, for this thread. */
  isClosedBy(theirs: bigint): boolean {
    if (theirs > threadState().label) show(theirs);
    return theirs === this.#own;
  }
}

/** It stays when the wait is over: a label that others have from there is below the next one. */
function show(label: bigint): void {
  const state = threadState();
  state.label = label;
  for (const { cells, labelAt } of state.waits) Atomics.store(cells, labelAt, label);
}
