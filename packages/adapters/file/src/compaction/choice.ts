import type { TreeRun } from "../files/tree-run.js";

/**
 * So many runs of one level become one of the next. By measurement: with fewer all is written more often, with more each
 * read asks more filters.
 */
export const RUNS_PER_LEVEL = 5;

/**
 * What to merge next: the runs of the lowest level that is full, which lie side by side, since each level is older than
 * the one before. Undefined: nothing.
 */
export function chooseRuns(runs: readonly TreeRun[]): readonly TreeRun[] | undefined {
  for (let first = 0; first < runs.length; ) {
    const { level } = runs[first] as TreeRun;
    let end = first;
    while (end < runs.length && (runs[end] as TreeRun).level <= level) end++;
    if (end - first >= RUNS_PER_LEVEL) return runs.slice(first, end);
    first = end;
  }
  return undefined;
}
