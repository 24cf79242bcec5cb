import type { ManifestRun } from "../format/manifest.js";
import type { Run } from "../runs/run.js";

/** A run of the tree, open. */
export interface TreeRun {
  readonly id: number;
  /** How often its entries were merged: 0 for what a flush wrote. */
  readonly level: number;
  readonly run: Run;
  readonly bytes: number;
}

/** What the manifest says of a run. */
export function manifestRun({ id, level, bytes, run: { summary } }: TreeRun): ManifestRun {
  const { entries, tombstones } = summary;
  return { id, level, bytes, entries, tombstones };
}

/** The name of a run's file. */
export function runName(id: number): string {
  return `${String(id).padStart(6, "0")}.run`;
}
