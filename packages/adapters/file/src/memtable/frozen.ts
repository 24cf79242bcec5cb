import type { Memtable } from "./memtable.js";

/** Changes on their way into a run. */
export interface Frozen {
  readonly memtable: Memtable;
  /** The number of the last frame that is in it. */
  readonly sequence: number;
  /** The last log segment with changes that are in it. */
  readonly lastLog: number;
}
