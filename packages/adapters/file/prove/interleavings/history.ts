import { describeState, type Step, stateAfter } from "./plan.js";

type Change = Pick<Step, "apply">;

/** What was acknowledged, by whichever process, in that order; and what one of them can't know of. */
export class History {
  readonly #changes: Change[] = [];
  #doubt: { readonly at: number; readonly changes: readonly Change[] } | undefined;

  get length(): number {
    return this.#changes.length;
  }

  acknowledge(changes: readonly Change[]): void {
    this.#changes.push(...changes);
  }

  /** All of `changes` may have come after the first `at`, or none. */
  doubt(at: number, changes: readonly Change[]): void {
    if (changes.length > 0) this.#doubt = { at, changes };
  }

  /** What the table may hold, as texts. */
  states(): readonly string[] {
    const states = [describeState(stateAfter(this.#changes))];
    if (this.#doubt !== undefined) {
      const changes = this.#changes.toSpliced(this.#doubt.at, 0, ...this.#doubt.changes);
      states.push(describeState(stateAfter(changes)));
    }
    return states;
  }
}
