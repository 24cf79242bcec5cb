import { EntryKey } from "../format/entry-key.js";
import type { TreeView } from "./tree-view.js";

/** What the README says that `info().details` has, but for repairs. */
export interface TreeDetails {
  /** How many there are, and what they have together. */
  readonly runs: number;
  readonly entries: number;
  readonly tombstones: number;
  readonly files: {
    /** New to old. */
    readonly runs: readonly RunDetails[];
    /** Of the log, old to new; the last one may be spare. */
    readonly segments: readonly SegmentDetails[];
  };
  /** Frames of changes that were ever written: one for each write, several for a large one. */
  readonly changes: number;
  /** In memory, until a flush. */
  readonly waiting: { readonly entries: number; readonly bytes: number };
  readonly cache: CacheDetails;
  /** In runs; undefined where one of them is damaged. */
  readonly tableBytes?: number;
}

export interface RunDetails {
  readonly id: number;
  readonly level: number;
  readonly bytes: number;
  readonly entries: number;
  readonly tombstones: number;
}

export interface SegmentDetails {
  readonly id: number;
  readonly bytes: number;
}

/** Since the directory was opened. */
export interface CacheDetails {
  readonly bytes: number;
  /** `cacheBytes` of the options. */
  readonly limit: number;
  /** Reads of entries of runs that needed no run, and those that did. */
  readonly entryHits: number;
  readonly entryMisses: number;
  /** Of blocks and of pages of filters. */
  readonly blockHits: number;
  readonly blockMisses: number;
}

/** What a tree is made of, and where a table is in it. */
export function detailsOf(tree: TreeView, storageId: number): TreeDetails {
  const { memtable, frozen, blockCache, entryUse } = tree;
  const runs = tree.runs.map(({ id, level, bytes, run: { summary } }): RunDetails => {
    const { entries, tombstones } = summary;
    return { id, level, bytes, entries, tombstones };
  });
  const tableBytes = tableBytesOf(tree, storageId);
  return {
    runs: runs.length,
    entries: runs.reduce((sum, { entries }) => sum + entries, 0),
    tombstones: runs.reduce((sum, { tombstones }) => sum + tombstones, 0),
    files: { runs, segments: tree.segments },
    changes: tree.changes,
    waiting: {
      entries: memtable.size + (frozen?.memtable.size ?? 0),
      bytes: memtable.memoryBytes + (frozen?.memtable.memoryBytes ?? 0),
    },
    cache: {
      bytes: blockCache.bytes + entryUse.bytes,
      limit: tree.cacheBytes,
      entryHits: entryUse.hits,
      entryMisses: entryUse.misses,
      blockHits: blockCache.hits,
      blockMisses: blockCache.misses,
    },
    ...(tableBytes !== undefined && { tableBytes }),
  };
}

/** About how many bytes of the runs are a table's: what lies between its first key and the next table's. */
function tableBytesOf({ runs }: TreeView, storageId: number): number | undefined {
  const begin = new EntryKey();
  begin.setStorageId(storageId);
  const end = begin.copy();
  end.addEnd();
  try {
    return runs.reduce((sum, { run }) => {
      const from = run.positionOf(begin.buffer, 0, begin.length);
      return sum + Math.round(run.positionOf(end.buffer, 0, end.length) - from);
    }, 0);
  } catch {
    // What is damaged is told by whoever reads it.
    return undefined;
  }
}
