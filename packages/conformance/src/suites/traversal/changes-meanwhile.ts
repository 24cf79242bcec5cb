import { show } from "../../assertions/show.js";
import type { TestContext } from "../../harness/test-context.js";
import type { AnyRange } from "../../model/range.js";
import { LARGE, type TrackedTable } from "./tracked-table.js";

/** With so many runs or more, and so by default, a table is changed after every step of an iteration. */
const RUNS_FOR_EVERY_STEP = 60;
/** With fewer runs, as slow adapters ask for, a table is changed so many times for each run. */
const CHANGES_PER_RUN = 2;

/** Iterates to the end, with `change` called after each step with the number of its key. */
export async function traverse(
  tracked: TrackedTable,
  what: "records" | "keys",
  range: AnyRange,
  change: (number: number) => unknown = () => {},
): Promise<void> {
  const check = tracked.check(`${what}(${show(range)})`, what, range);
  for await (const value of tracked.table[what](range)) await change(check.saw(value));
  check.finish();
}

/** Whether the table is to be changed after the step of this number, counted from 1. */
export function everySoManySteps({ runs }: TestContext): (step: number) => boolean {
  const changes = runs < RUNS_FOR_EVERY_STEP ? runs * CHANGES_PER_RUN : LARGE;
  const every = Math.ceil(LARGE / changes);
  return (step) => step <= LARGE && (step - 1) % every === 0;
}

/**
 * What changes a table after a step of an iteration. In the first half of the steps it deletes keys, so that positions
 * shift to lower ones; in the second half it inserts some, on both sides of the key of the step.
 */
export function changing(
  tracked: TrackedTable,
  context: TestContext,
  what: "records" | "keys",
): (number: number) => unknown {
  const isDue = everySoManySteps(context);
  const half = (what === "keys" ? tracked.keyCount : LARGE) / 2;
  let step = 0;
  return (number) => {
    step++;
    if (!isDue(step)) return undefined;
    if (step > half) return tracked.insert([lower(number, step), higher(number, step)]);
    const other = (step * 977) % tracked.keyCount;
    return tracked.delete(step % 3 === 0 && tracked.has(other) ? other : number);
  };
}

/** Deletes or inserts the key that would come next, or deletes the key that the walk stands on. */
export function changeAround(
  tracked: TrackedTable,
  number: number,
  direction: 1 | -1,
  step: number,
): unknown {
  const next = tracked.neighbour(number, direction);
  switch (step % 4) {
    case 0:
      return tracked.insert([between(number, next ?? number + direction)]);
    case 1:
      return tracked.delete(number);
    default:
      return next === undefined ? undefined : tracked.delete(next);
  }
}

/** Deletes and inserts keys while something else is under way. Returns how many records were inserted. */
export async function changeMeanwhile(
  tracked: TrackedTable,
  { runs }: TestContext,
): Promise<number> {
  const perKey = LARGE / tracked.keyCount;
  let inserted = 0;
  for (let step = 1; step <= Math.min(runs * CHANGES_PER_RUN, 100); step++) {
    const number = (step * 37) % tracked.keyCount;
    if (step % 3 !== 0) await tracked.delete(number);
    else {
      await tracked.insert([lower(number, step), higher(number, step)]);
      inserted += 2 * perKey;
    }
  }
  return inserted;
}

/** A number below the given one, which differs for each step. */
function lower(number: number, step: number): number {
  return Math.floor(number) - 1 + 1 / (step + 2);
}

/** A number above the given one, which differs for each step. */
function higher(number: number, step: number): number {
  return Math.floor(number) + 1 + 1 / (step + 2);
}

function between(a: number, b: number): number {
  return (a + b) / 2;
}
