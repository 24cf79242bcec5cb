import type { TreeRun } from "../files/tree-run.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import { MergeCursor } from "../runs/merge-cursor.js";
import { RUNS_PER_LEVEL } from "./choice.js";
import type { Job } from "./job.js";
import type { MaintainedTree } from "./maintained-tree.js";
import { RunOutput } from "./run-output.js";

/** Merges runs that lie side by side into one. */
export class Compaction implements Job {
  isPublishing = false;
  readonly #tree: MaintainedTree;
  readonly #inputs: readonly TreeRun[];
  #output: RunOutput | undefined;
  #isRenamed = false;

  /** @param inputs new to old; nothing is between them */
  constructor(tree: MaintainedTree, inputs: readonly TreeRun[]) {
    this.#tree = tree;
    this.#inputs = inputs;
  }

  *steps(syncing: Syncing): DiskSteps<void> {
    const tree = this.#tree;
    const inputs = this.#inputs;
    const cursor = new MergeCursor(inputs.map(({ run }) => run.cursor()));
    cursor.seek(NOTHING, 0, 0);
    const highest = Math.max(...inputs.map((input) => input.level));
    const level = inputs.length < RUNS_PER_LEVEL ? highest : highest + 1;
    const isBottom = inputs.at(-1) === tree.runs.at(-1);
    const origins = inputs.map(({ run }) => run.origin);
    const above = Math.min(...origins.map((origin) => origin.above));
    const upTo = Math.max(...origins.map((origin) => origin.upTo));
    const output = new RunOutput(tree, { above, upTo, level }, { isBottom, isCompaction: true });
    this.#output = output;
    yield* output.write(cursor, syncing);
    const run = yield* output.finish(syncing);
    this.isPublishing = true;
    const runs = this.#runsWith(run);
    yield* tree.files.publish(tree.stateWith(runs), syncing, () => {
      this.#isRenamed = true;
      for (const input of inputs) tree.files.retireRun(input);
      tree.compacted(runs, output.gone);
    });
    this.isPublishing = false;
  }

  abandon(): void {
    if (!this.#isRenamed) this.#output?.abandon();
  }

  /** A flush may have added runs in front meanwhile. */
  #runsWith(run: TreeRun | undefined): readonly TreeRun[] {
    const { runs } = this.#tree;
    const at = runs.indexOf(this.#inputs[0] as TreeRun);
    const output = run === undefined ? [] : [run];
    return [...runs.slice(0, at), ...output, ...runs.slice(at + this.#inputs.length)];
  }
}

const NOTHING = new Uint8Array(0);
