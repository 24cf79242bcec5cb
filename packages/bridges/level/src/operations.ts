import type { LevelRecord } from "./level-record.js";

/** One of a batch, as abstract-level hands it over. */
export interface Operation {
  readonly type: "put" | "del";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Operations of one kind, one after another. */
export interface Run {
  readonly isPut: boolean;
  readonly records: LevelRecord[];
}

export function runsOf(operations: readonly Operation[]): Run[] {
  const runs: Run[] = [];
  for (const { type, key, value } of operations) {
    const isPut = type === "put";
    let run = runs.at(-1);
    if (run?.isPut !== isPut) {
      run = { isPut, records: [] };
      runs.push(run);
    }
    run.records.push([key, value]);
  }
  return runs;
}

export function keysOf({ records }: Run): Uint8Array[] {
  return records.map(([key]) => key);
}
