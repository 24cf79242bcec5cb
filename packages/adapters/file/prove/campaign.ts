import type { Random } from "./random.js";

/** What came of one case. */
export interface CaseReport {
  /** How much was tried, in the unit of the campaign. */
  readonly tried: number;
  /** What was tried, by 64 bits of a hash each, where the same may come up in several cases and shall count once. */
  readonly distinct?: BigUint64Array;
  /** What else there is to count, by its name in the table. Summed over the cases. */
  readonly counts?: Readonly<Record<string, number>>;
  /** What didn't hold: a text each, enough to begin to look for the reason. */
  readonly failures: readonly string[];
}

/**
 * A claim of the engine, and a way to try it as often as one likes: in cases, each of which does the same whenever it is
 * run with the same seed, alone or among others. (Where other processes take part, as nearly the same as they let it.)
 */
export interface Campaign {
  /** As the command line has it. */
  readonly name: string;
  /** What should hold. */
  readonly claim: string;
  /** What is counted. */
  readonly unit: string;
  /** How much a whole run tries, at least. */
  readonly goal: number;
  /** How many cases there are, where that is all that can be tried. Default: as many as the goal takes. */
  readonly cases?: number;
  run(random: Random, number: number): CaseReport | Promise<CaseReport>;
}

/** What came of all cases that were run. */
export class CampaignReport {
  readonly campaign: Campaign;
  readonly seed: number;
  readonly counts: Record<string, number> = {};
  /** What didn't hold, each with the command that does it again. */
  readonly failures: string[] = [];
  cases = 0;
  #tried = 0;
  readonly #distinct = new Set<bigint>();

  constructor(campaign: Campaign, seed: number) {
    this.campaign = campaign;
    this.seed = seed;
  }

  /** In the unit of the campaign; what was tried twice counts once. */
  get tried(): number {
    return this.#tried + this.#distinct.size;
  }

  add(number: number, { tried, distinct, counts = {}, failures }: CaseReport): void {
    this.cases++;
    if (distinct === undefined) this.#tried += tried;
    else for (const hash of distinct) this.#distinct.add(hash);
    for (const [name, count] of Object.entries(counts)) {
      this.counts[name] = (this.counts[name] ?? 0) + count;
    }
    for (const failure of failures) {
      this.failures.push(`${failure}\n  again: ${replayCommand(this.campaign, this.seed, number)}`);
    }
  }

  /** Whether there is more to try. */
  isDone(goal: number, begun: number): boolean {
    const { cases = Number.POSITIVE_INFINITY } = this.campaign;
    return this.tried >= goal || begun >= cases;
  }
}

function replayCommand({ name }: Campaign, seed: number, number: number): string {
  return `npm run prove -- ${name} --seed ${seed} --case ${number}`;
}
