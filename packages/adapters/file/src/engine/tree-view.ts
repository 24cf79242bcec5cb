import type { BlockCache } from "../runs/blocks/block-cache.js";
import type { Catalogue } from "./catalogue.js";
import type { Transaction } from "./transaction.js";
import { TreeEntries } from "./tree-entries.js";

/** The tree as the tables see it, be it an owner's or a reader's. */
export abstract class TreeView extends TreeEntries {
  abstract readonly catalogue: Catalogue;
  abstract readonly blockCache: BlockCache;
  /** The files of the log, old to new. */
  abstract readonly segments: readonly { readonly id: number; readonly bytes: number }[];
  /** The number of the last frame of changes. */
  abstract readonly changes: number;

  /** Before each call: throws `STORE_TABLE_CLOSED` after the end. */
  abstract checkOpen(): void;
  /** Makes changes, and writes them: all or none. */
  abstract write<T>(change: (transaction: Transaction) => T): T;
  /** Returns when all that was written is on disk. */
  abstract sync(): void;
  /** Removes some of the records whose moment is past, if there are any. */
  abstract sweep(): void;
  /** What time it is, for moments: milliseconds since 1970. */
  abstract wallTime(): number;
}
