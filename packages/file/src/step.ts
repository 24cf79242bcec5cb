/** How many entries a step takes that does a little for each. */
export const ENTRIES_PER_STEP = 1_000;

/** Calls `visit` with each entry, so many a step. */
export function* inSteps(
  entries: Iterable<number>,
  visit: (entry: number) => void,
): Generator<void, void, void> {
  let count = 0;
  for (const entry of entries) {
    visit(entry);
    if (++count % ENTRIES_PER_STEP === 0) yield;
  }
}
