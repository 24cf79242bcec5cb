import type { DamagedRange } from "../repair-report.js";

/** What the last owner left. */
export interface Source {
  /** Of the epoch. */
  readonly directory: string;
  /** Of the data directory, 32 hexadecimal digits. */
  readonly uuid: string;
  /** The frames up to this number are in runs. */
  readonly sequence: number;
  readonly nextId: number;
  readonly nextStorageId: number;
  readonly nextOrder: number;
  /** New to old. */
  readonly runs: readonly SourceRun[];
  readonly logs: readonly number[];
  /** What is damaged beside runs and logs: the manifest, and files of which nobody knows what they were. */
  readonly damaged: readonly DamagedRange[];
  /** The last owner met something that can't be read. */
  readonly isMarked: boolean;
}

/** A run of a {@link Source}. */
export interface SourceRun {
  readonly id: number;
  readonly level: number;
  readonly bytes: number;
  /** undefined: the manifest is lost. */
  readonly entries: number | undefined;
}
