/** What the file adapter tells of its engine; its README says what each means. */
export interface EngineDetails {
  readonly entries: number;
  readonly tombstones: number;
  readonly runs: readonly RunDetails[];
  readonly segments: readonly { readonly id: number; readonly bytes: number }[];
  readonly changes: number;
  readonly waiting: { readonly entries: number; readonly bytes: number };
  readonly cache: CacheDetails;
}

export interface RunDetails {
  readonly id: number;
  readonly level: number;
  readonly bytes: number;
  readonly entries: number;
  readonly tombstones: number;
}

export interface CacheDetails {
  readonly bytes: number;
  readonly limit: number;
  readonly entryHits: number;
  readonly entryMisses: number;
  readonly blockHits: number;
  readonly blockMisses: number;
}

/** Undefined for another adapter's details. */
export function engineOf(
  details: Readonly<Record<string, unknown>> | undefined,
): EngineDetails | undefined {
  const files = details?.files as Pick<EngineDetails, "runs" | "segments"> | undefined;
  const isEngine =
    Array.isArray(files?.runs) && Array.isArray(files?.segments) && details?.cache !== undefined;
  if (!isEngine) return undefined;
  const { entries, tombstones, changes, waiting, cache } = details as unknown as EngineDetails;
  const { runs, segments } = files as Pick<EngineDetails, "runs" | "segments">;
  return { entries, tombstones, changes, waiting, cache, runs, segments };
}

/** The runs of each level, the newest level first. */
export function levelsOf(
  runs: readonly RunDetails[],
): readonly { readonly level: number; readonly runs: readonly RunDetails[] }[] {
  const levels = [...new Set(runs.map(({ level }) => level))].sort((a, b) => a - b);
  return levels.map((level) => ({ level, runs: runs.filter((run) => run.level === level) }));
}

/** What nobody sees any more, about: what there is beyond the records of the tables. */
export function deadOf(
  { entries, waiting, runs }: EngineDetails,
  records: number,
): {
  readonly entries: number;
  readonly all: number;
  readonly bytes: number;
  readonly allBytes: number;
} {
  const all = entries + waiting.entries;
  const dead = Math.max(0, Math.min(all, all - records));
  const allBytes = runs.reduce((sum, { bytes }) => sum + bytes, 0);
  // Entries that only wait are in no run.
  const part = entries === 0 ? 0 : Math.min(1, dead / Math.max(1, all));
  return { entries: dead, all, bytes: Math.round(allBytes * part), allBytes };
}
