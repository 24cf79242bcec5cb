import type { TreeRun } from "../files/tree-run.js";
import type { LogSegment } from "../log/log-segment.js";
import type { Frozen } from "../memtable/frozen.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import { MergeCursor } from "../runs/merge-cursor.js";
import type { Job } from "./job.js";
import type { MaintainedTree } from "./maintained-tree.js";
import { RunOutput } from "./run-output.js";

/**
 * Brings the changes that were set aside into a run, and makes the manifest name that in place of the log segments that
 * had them. The log gets another spare segment if it has none, but for the last flush before the tree is closed.
 */
export class Flush implements Job {
  isPublishing = false;
  readonly #tree: MaintainedTree;
  readonly #frozen: Frozen | undefined;
  readonly #isLast: boolean;
  #output: RunOutput | undefined;
  #spare: LogSegment | undefined;
  #isRenamed = false;

  /** @param frozen undefined: no change was set aside */
  constructor(tree: MaintainedTree, frozen: Frozen | undefined, isLast = false) {
    this.#tree = tree;
    this.#frozen = frozen;
    this.#isLast = isLast;
  }

  *steps(syncing: Syncing): DiskSteps<void> {
    const { files, log } = this.#tree;
    if (!this.#isLast && log.spare === undefined) {
      this.#spare = files.createLog();
      yield syncing.file(this.#spare.file);
    }
    const run = yield* this.#writeRun(syncing);
    // The name of the spare segment as well.
    if (this.#spare !== undefined) yield syncing.directory(files.directory);
    this.isPublishing = true;
    yield* files.publish(this.#state(run), syncing, () => this.#renamed(run));
    this.isPublishing = false;
  }

  abandon(): void {
    if (this.#isRenamed) return;
    this.#output?.abandon();
    this.#output = undefined;
    this.#spare?.discard();
    this.#spare = undefined;
  }

  *#writeRun(syncing: Syncing): DiskSteps<TreeRun | undefined> {
    if (this.#frozen === undefined) return undefined;
    const isBottom = this.#tree.runs.length === 0;
    const { memtable, sequence } = this.#frozen;
    const origin = { above: this.#tree.flushedSequence, upTo: sequence, level: 0 };
    this.#output = new RunOutput(this.#tree, origin, { isBottom, isCompaction: false });
    const cursor = MergeCursor.over(yield* memtable.sortedParts());
    cursor.seek(NOTHING, 0, 0);
    yield* this.#output.write(cursor, syncing);
    return yield* this.#output.finish(syncing);
  }

  #state(run: TreeRun | undefined) {
    const tree = this.#tree;
    const frozen = this.#frozen;
    const runs = run === undefined ? tree.runs : [run, ...tree.runs];
    const state = tree.stateWith(runs);
    const sequence = frozen?.sequence ?? state.sequence;
    if (this.#isLast) return { ...state, sequence, clean: true, logs: [] };
    const logs = state.logs.filter(({ id }) => frozen === undefined || id > frozen.lastLog);
    return { ...state, sequence, logs: this.#spare === undefined ? logs : [...logs, this.#spare] };
  }

  #renamed(run: TreeRun | undefined): void {
    const tree = this.#tree;
    const frozen = this.#frozen;
    this.#isRenamed = true;
    if (frozen !== undefined) {
      for (const segment of tree.log.forgetUpTo(frozen.lastLog)) tree.files.retireLog(segment);
      tree.flushed(frozen, run, (this.#output as RunOutput).dropped);
    }
    if (this.#isLast) for (const segment of tree.log.forgetAll()) tree.files.retireLog(segment);
    if (this.#spare !== undefined) tree.log.spare = this.#spare;
  }
}

const NOTHING = new Uint8Array(0);
