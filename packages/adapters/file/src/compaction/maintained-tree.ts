import type { Reserve } from "../files/reserve.js";
import type { TreeFiles, TreeState } from "../files/tree-files.js";
import type { TreeRun } from "../files/tree-run.js";
import type { Log } from "../log/log.js";
import type { Frozen } from "../memtable/frozen.js";
import type { Memtable } from "../memtable/memtable.js";

/** The tree of an owner, as whoever flushes and merges it sees it. */
export interface MaintainedTree {
  readonly files: TreeFiles;
  readonly log: Log;
  readonly reserve: Reserve;
  readonly memtable: Memtable;
  /** What is set aside to be flushed. */
  readonly frozen: Frozen | undefined;
  /** New to old. */
  readonly runs: readonly TreeRun[];
  /** The frames up to this number are in runs. */
  readonly flushedSequence: number;
  /** Bytes of memory that what waits for a flush takes: more than it will on disk. */
  readonly waitingBytes: number;
  readonly options: { readonly writeBufferBytes: number };
  readonly catalogue: { isDropped(storageId: number): boolean };

  /** Begins another memtable, and sets the one so far aside. There is none aside, and a spare segment. */
  freeze(): Frozen;
  /** {@link freeze}, if that succeeds: nobody waits for it. */
  tryToFreeze(): void;
  /** Sets everything aside for good. */
  freezeLast(): Frozen | undefined;
  /** Frees the memory of what was held, and is changed or gone. */
  condense(): void;
  /** What a manifest says that names these runs. */
  stateWith(runs: readonly TreeRun[]): TreeState;
  /** What was set aside is in a run, which the manifest names; undefined: nothing of it was needed. */
  flushed(frozen: Frozen, run: TreeRun | undefined, dropped: readonly number[]): void;
  /** The manifest names other runs, with the same entries but for those of some storage ids, and what was deleted. */
  compacted(runs: readonly TreeRun[], gone: readonly number[]): void;
  /** What the lease, the disk or a bug says, as the error of a call. */
  failure(what: string, cause: unknown): Error;
  /** Keeps a failure in the background for the next call. */
  defer(error: unknown): void;
}
