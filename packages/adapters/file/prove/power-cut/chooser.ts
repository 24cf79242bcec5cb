import type { Random } from "../random.js";

/**
 * What is chosen when power is cut: of a change to a name, whether it is on disk (0 or 1); of a file's size, which one;
 * of a sector, how many of its writes; and of the last of these, whether it is torn. 0 is always the oldest.
 */
export type Choice = "name" | "size" | "sector" | "tear";

/** Decides what is on disk of what may be. */
export interface Chooser {
  /** From 0 up to, but not, `count`. */
  choose(choice: Choice, count: number): number;
}

/** How likely the newest is chosen, or the oldest. */
const LEANINGS = [0, 0.1, 0.5, 0.9, 1];

/** Chooses at random, but each time with other leanings: nearly all on disk, nearly nothing, sizes without content. */
export class RandomChooser implements Chooser {
  readonly #random: Random;
  readonly #leanings: Readonly<Record<Choice, number>>;

  constructor(random: Random) {
    this.#random = random;
    this.#leanings = {
      name: random.pick(LEANINGS),
      size: random.pick(LEANINGS),
      sector: random.pick(LEANINGS),
      tear: random.pick([0, 0, 0.3]),
    };
  }

  choose(choice: Choice, count: number): number {
    const random = this.#random;
    const leaning = this.#leanings[choice];
    const dice = random.below(1000) / 1000;
    if (choice === "tear") return dice < leaning ? random.below(count) : 0;
    if (dice >= leaning) return 0;
    return leaning < 1 && random.oneIn(3) ? random.below(count) : count - 1;
  }
}

/** Makes all choices there are but tears, one way after another: what it decides last changes first. */
export class ExhaustiveChooser implements Chooser {
  readonly #chosen: number[] = [];
  readonly #counts: number[] = [];
  #at = 0;

  choose(choice: Choice, count: number): number {
    if (choice === "tear") return 0;
    const at = this.#at++;
    this.#counts[at] = count;
    this.#chosen[at] ??= 0;
    return this.#chosen[at];
  }

  /** Goes on to the next way; false if all have been gone. */
  next(): boolean {
    this.#chosen.length = this.#at;
    this.#at = 0;
    while (this.#chosen.length > 0) {
      const last = this.#chosen.length - 1;
      const chosen = (this.#chosen[last] ?? 0) + 1;
      if (chosen < (this.#counts[last] ?? 0)) {
        this.#chosen[last] = chosen;
        return true;
      }
      this.#chosen.pop();
    }
    return false;
  }
}

/** Nothing is on disk but what must be. */
export const OLDEST: Chooser = { choose: () => 0 };

/** All is on disk. */
export const NEWEST: Chooser = {
  choose: (choice, count) => (choice === "tear" ? 0 : count - 1),
};
