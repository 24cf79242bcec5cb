import type { DiskSteps, Syncing } from "../platform/syncing.js";

/** A piece of work on the files of a tree. */
export interface Job {
  /** It is replacing the manifest: no other job may begin. */
  readonly isPublishing: boolean;
  /** Does it, step by step. Calls of the user, and a flush, may come between the steps. */
  steps(syncing: Syncing): DiskSteps<void>;
  /** Ends it wherever it is. What it has done counts, or is taken back. */
  abandon(): void;
}
