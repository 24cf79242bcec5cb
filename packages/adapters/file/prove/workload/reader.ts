import type { Store } from "@store/core";
import { directoryDigest } from "./directory-digest.js";
import type { Machine } from "./machine.js";
import { isWithin, type Oracle } from "./oracle.js";
import type { WorkloadPlan } from "./plan.js";

/** A process that reads a data directory with `readOnly` while its owner writes. What it sees never goes back. */
export class Reader {
  readonly #store: Store<"sync">;
  readonly #oracle: Oracle;
  readonly #isLossy: boolean;
  /** No state before this one may be seen: an index. */
  #from: number;

  /** @param from the first state that it may see: an index */
  constructor(
    machine: Machine,
    { options, ...others }: WorkloadPlan,
    oracle: Oracle,
    from: number,
  ) {
    this.#oracle = oracle;
    this.#isLossy = others.isLossy;
    this.#from = from;
    this.#store = machine.openElsewhere({ ...others, options: { ...options, readOnly: true } });
  }

  /**
   * Reads all. Returns what is wrong, if anything is.
   * @param from it must see this state by now, or a later one
   */
  look(from = 0): string | undefined {
    this.#from = Math.max(this.#from, from);
    const { bounds, states } = this.#oracle;
    const state = directoryDigest(this.#store);
    // Not even the first table is written.
    if (state === "" && this.#isLossy && this.#from === 0) return undefined;
    if (!isWithin(states, { ...bounds, floor: this.#from }, state)) {
      return `a reader that had seen state ${this.#from} of ${bounds.ceiling} sees this:\n${state}\nand the last one is this:\n${states.at(-1)}`;
    }
    this.#from = Math.max(this.#from, states.indexOf(state, this.#from));
    return undefined;
  }

  close(): void {
    this.#store.close();
  }
}
