import type { MaintainedTree } from "../compaction/maintained-tree.js";
import { Reserve } from "../files/reserve.js";
import type { TreeFiles, TreeState } from "../files/tree-files.js";
import type { TreeRun } from "../files/tree-run.js";
import type { FrameStager } from "../log/frame-stager.js";
import type { Log } from "../log/log.js";
import { LogBuffer } from "../log/log-buffer.js";
import type { Frozen } from "../memtable/frozen.js";
import { Memtable } from "../memtable/memtable.js";
import type { TreeContent } from "../recovery/tree-content.js";
import type { BlockCache } from "../runs/blocks/block-cache.js";
import { Catalogue } from "./catalogue.js";
import { condense, LEAST_HELD_BYTES } from "./condense.js";
import type { TreeOptions } from "./tree-options.js";
import { TreeView } from "./tree-view.js";

/** Of what the tree of an owner consists, and how that changes when it is flushed and merged. */
export abstract class OwnedTree extends TreeView implements MaintainedTree {
  readonly files: TreeFiles;
  readonly log: Log;
  readonly catalogue: Catalogue;
  readonly reserve: Reserve;
  readonly options: TreeOptions;
  /** Of the hashes of records in bags. */
  readonly hashSeed: number;
  declare frozen: Frozen | undefined;
  nextStorageId: number;
  nextOrder: number;
  /** What is set aside has changes that only a flush is sure to bring to disk. */
  needsFlush: boolean;
  flushedSequence: number;

  constructor(files: TreeFiles, content: TreeContent, options: TreeOptions) {
    super(content.memtable, content.runs, options.cacheBytes);
    this.files = files;
    this.hashSeed = files.uuid.readUInt32LE(0);
    this.log = content.log;
    this.nextStorageId = content.nextStorageId;
    this.nextOrder = content.nextOrder;
    this.frozen = content.frozen;
    this.needsFlush = content.frozen !== undefined;
    this.flushedSequence = content.flushedSequence;
    this.options = options;
    this.catalogue = new Catalogue(this, content.deltas);
    this.catalogue.learnDropped();
    if (this.frozen !== undefined) this.catalogue.addSizesTo(this.frozen.memtable);
    this.reserve = new Reserve(files, options.writeBufferBytes);
  }

  abstract failure(what: string, cause: unknown): Error;
  abstract defer(error: unknown): void;

  get waitingBytes(): number {
    return this.memtable.memoryBytes + (this.frozen?.memtable.memoryBytes ?? 0);
  }

  get blockCache(): BlockCache {
    return this.files.cache;
  }

  get segments(): readonly { readonly id: number; readonly bytes: number }[] {
    const { earlier, active, spare } = this.log;
    const all = [...earlier, active, ...(spare === undefined ? [] : [spare])];
    return all.map(({ id, size }) => ({ id, bytes: size }));
  }

  get changes(): number {
    return this.log.sequence;
  }

  get stager(): FrameStager {
    return this.log.stager;
  }

  freeze(): Frozen {
    const { log, memtable } = this;
    const lastLog = log.active.id;
    log.rotate();
    const frozen = { memtable, sequence: log.sequence, lastLog };
    this.frozen = frozen;
    this.memtable = new Memtable(log.buffer);
    this.version++;
    this.catalogue.addSizesTo(memtable);
    return frozen;
  }

  tryToFreeze(): void {
    try {
      this.freeze();
    } catch {
      // The next write tries again, and says so when there is too much.
    }
  }

  condense(): void {
    const { memoryBytes, deadBytes } = this.memtable;
    if (memoryBytes < LEAST_HELD_BYTES || deadBytes < memoryBytes / 2) return;
    this.memtable = condense(this, this.log);
    this.version++;
  }

  freezeLast(): Frozen | undefined {
    const { memtable, log } = this;
    if (memtable.size === 0) return undefined;
    this.frozen = { memtable, sequence: log.sequence, lastLog: log.active.id };
    this.memtable = new Memtable(new LogBuffer());
    this.version++;
    this.catalogue.addSizesTo(memtable);
    return this.frozen;
  }

  stateWith(runs: readonly TreeRun[]): TreeState {
    const { log, nextStorageId, nextOrder } = this;
    const spare = log.spare === undefined ? [] : [log.spare];
    const logs = [...log.earlier, log.active, ...spare];
    return { clean: false, sequence: this.flushedSequence, nextStorageId, nextOrder, runs, logs };
  }

  flushed(
    { memtable, sequence }: Frozen,
    run: TreeRun | undefined,
    dropped: readonly number[],
  ): void {
    memtable.index.forEachHash((hash) => this.entries.forget(hash));
    this.flushedSequence = sequence;
    this.frozen = undefined;
    this.needsFlush = false;
    if (run !== undefined) this.runs = [run, ...this.runs];
    this.version++;
    this.catalogue.noteDropped(dropped);
  }

  compacted(runs: readonly TreeRun[], gone: readonly number[]): void {
    this.runs = runs;
    this.version++;
    this.catalogue.forgetDropped(gone);
  }
}
