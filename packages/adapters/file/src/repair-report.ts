/** Part of a file that could not be read as what it should be. */
export interface DamagedRange {
  /** The name of the file; it is in the directory `keptAside`. */
  readonly file: string;
  /** The first byte, and the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** What was found and done when a data directory was opened, about one of its tables. */
export interface RepairReport {
  /**
   * The table's. Both are "" where what was found belongs to no table that is known: a torn tail, damage that has cost
   * nothing, and tables that may have been lost with their names. What is left of such a table is in one of the domain
   * `"lost"`.
   */
  readonly domain: string;
  readonly table: string;
  /**
   * `"torn tail"`: the last write, or writes that no sync had confirmed, hadn't reached the disk whole when the machine
   * stopped; normal after a loss of power. `"damage"`: bytes that had reached the disk are not what was written.
   * `"forced"`: the table was written anew because `repair: "force"` says so.
   */
  readonly reason: "torn tail" | "damage" | "forced";
  /** Bytes behind the last good frame, which count for nothing. */
  readonly tornBytes: number;
  /** What was damaged. Empty for a torn tail. */
  readonly damaged: readonly DamagedRange[];
  /**
   * How many changes are lost, as far as that can be told, and never 0 where some may be: then older records of their
   * keys may be back, and deleted ones. A torn tail is no loss of that kind: all that is left came before it.
   */
  readonly lostChanges: number;
  /** How many records the table has now. */
  readonly records: number;
  /** The directory where the files are kept as they were found; undefined if nothing was damaged. */
  readonly keptAside: string | undefined;
}
