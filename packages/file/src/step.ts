/** How many entries a step takes that does a little for each. */
export const ENTRIES_PER_STEP = 1_000;

/** Goes through a scan that does a little for each entry, so many a step. */
export function* inSteps(scan: Iterable<void>): Generator<void, void, void> {
  let count = 0;
  for (const _ of scan) if (++count % ENTRIES_PER_STEP === 0) yield;
}
