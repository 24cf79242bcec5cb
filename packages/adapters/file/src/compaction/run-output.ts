import type { TreeRun } from "../files/tree-run.js";
import { FIRST_STORAGE_ID, keyOf, storageIdOf } from "../format/entry-key.js";
import type { RunOrigin } from "../format/run/run-header.js";
import { SystemTable } from "../format/system-tables.js";
import { bestEffort } from "../platform/best-effort.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import type { EntryStream } from "../runs/entry-cursor.js";
import { Run } from "../runs/run.js";
import { RunWriter } from "../runs/run-writer.js";
import type { MaintainedTree } from "./maintained-tree.js";

/** Others have a turn after so many entries. */
const ENTRIES_PER_TURN = 500;

/** A run that is being written, by a flush or a compaction. */
export class RunOutput {
  readonly #tree: MaintainedTree;
  readonly #id: number;
  readonly #level: number;
  readonly #kind: OutputKind;
  readonly #writer: RunWriter;
  #run: Run | undefined;
  /** Storage ids that were given up, and of which nothing is left with this run. */
  readonly gone: number[] = [];
  /** Storage ids that were given up by changes that are flushed with this run. */
  readonly dropped: number[] = [];

  constructor(tree: MaintainedTree, origin: RunOrigin, kind: OutputKind) {
    const { files } = tree;
    this.#tree = tree;
    this.#id = files.takeId();
    this.#level = origin.level;
    this.#kind = kind;
    const identity = { directory: files.uuid, id: this.#id };
    const path = files.runPath(this.#id);
    this.#writer = new RunWriter(files.environment.fileSystem, path, identity, origin);
  }

  /** Writes the entries from where the stream stands to its end, but for those that nobody needs. */
  *write(entries: EntryStream, syncing: Syncing): DiskSteps<void> {
    const writer = this.#writer;
    let count = 0;
    for (; entries.isValid; entries.next()) {
      if (this.#isNeeded(entries)) writer.add(entries);
      if (writer.wantsSync) yield* writer.sync(syncing);
      else if (++count % ENTRIES_PER_TURN === 0) yield;
    }
  }

  /** Returns the run, on disk and open; undefined if there is nothing in it, and the file is gone. */
  *finish(syncing: Syncing): DiskSteps<TreeRun | undefined> {
    if (this.#writer.entries === 0) {
      this.abandon();
      return undefined;
    }
    const { fileBytes } = yield* this.#writer.finish(syncing);
    const { files } = this.#tree;
    const identity = { directory: files.uuid, id: this.#id };
    const path = files.runPath(this.#id);
    this.#run = Run.open(files.environment.fileSystem, path, identity, files.cache);
    this.#run.tellDamage(() => files.markDamaged());
    return { id: this.#id, level: this.#level, run: this.#run, bytes: fileBytes };
  }

  abandon(): void {
    bestEffort(() => this.#run?.close());
    bestEffort(() => this.#writer.abandon());
  }

  #isNeeded(cursor: EntryStream): boolean {
    const { isBottom, isCompaction } = this.#kind;
    if (isBottom && cursor.isTombstone) return false;
    const { buffer, keyStart, keyEnd } = cursor;
    const storageId = storageIdOf(buffer, keyStart);
    if (storageId >= FIRST_STORAGE_ID) {
      return !isCompaction || !this.#tree.catalogue.isDropped(storageId);
    }
    if (storageId !== SystemTable.dropped) return true;
    const isForgotten = isCompaction && isBottom;
    const ids = isForgotten ? this.gone : this.dropped;
    if (!cursor.isTombstone) ids.push(keyOf(buffer, keyStart, keyEnd, 0) as number);
    return !isForgotten;
  }
}

/** What a run is made of. */
export interface OutputKind {
  /** Nothing is below: there is nothing that tombstones could hide. */
  readonly isBottom: boolean;
  /** Entries that were flushed before. */
  readonly isCompaction: boolean;
}
