import type { TreeRun } from "../files/tree-run.js";
import type { Log } from "../log/log.js";
import type { Frozen } from "../memtable/frozen.js";
import type { Memtable } from "../memtable/memtable.js";

/** What a recovery hands over. */
export interface TreeContent {
  readonly log: Log;
  readonly memtable: Memtable;
  /** New to old. */
  readonly runs: readonly TreeRun[];
  /** The frames up to this number are in runs. */
  readonly flushedSequence: number;
  readonly nextStorageId: number;
  readonly nextOrder: number;
  /** What the replayed changes did to the number of records, by storage id. */
  readonly deltas: Map<number, number>;
  /** What was replayed from files of an earlier owner: only a flush is sure to bring it to disk. */
  readonly frozen: Frozen | undefined;
}
