import type { Measured } from "../benchmark.js";
import type { Case, Comparison } from "./plan.js";
import { type Summary, summarize } from "./statistics.js";

/** What came of one case, in all its rounds. */
export interface Entry {
  readonly title: string;
  readonly acknowledged: string;
  readonly values: readonly number[];
  readonly summary: Summary;
  /** The garbage collector's part of the time, at the median. Undefined where it wasn't looked at. */
  readonly gcShare: number | undefined;
  /** The first one's value by this one's, at the median of the rounds: below 1 where the first one is better. */
  readonly ratio: number;
}

/** What came of a comparison. */
export interface Outcome {
  readonly benchmark: string;
  readonly unit: string;
  readonly count: number;
  readonly entries: readonly Entry[];
}

/** Takes in what was measured, case by case. */
export class Outcomes {
  readonly #measured = new Map<Case, Measured[]>();

  add(of: Case, measured: Measured): void {
    const all = this.#measured.get(of) ?? [];
    all.push(measured);
    this.#measured.set(of, all);
  }

  of({ benchmark, count, cases }: Comparison): Outcome {
    const rounds = cases.map((each) => this.#measured.get(each) ?? []);
    const [first = []] = rounds;
    const entries = cases.map(({ title, setup }, index): Entry => {
      const own = rounds[index] ?? [];
      const values = own.map(({ value }) => value);
      const gcShares = own.flatMap(({ gcShare }) => (gcShare === undefined ? [] : [gcShare]));
      const ratios = values.map((value, round) => (first[round]?.value ?? Number.NaN) / value);
      return {
        title,
        acknowledged: setup.acknowledged,
        values,
        summary: summarize(values),
        gcShare: gcShares.length === 0 ? undefined : summarize(gcShares).median,
        ratio: summarize(ratios).median,
      };
    });
    return { benchmark: benchmark.name, unit: benchmark.unit, count, entries };
  }
}
