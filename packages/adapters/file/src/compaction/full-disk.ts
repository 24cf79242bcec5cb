import type { TreeRun } from "../files/tree-run.js";
import type { Timer } from "../platform/host.js";
import type { MaintainedTree } from "./maintained-tree.js";

/** Milliseconds from one flush that is to give room back to the next. */
const FLUSH_EVERY = 1_000;

/** On a full disk: what is done so that deletes give room back (I11), though no memtable and no level is full. */
export class FullDisk {
  readonly #tree: MaintainedTree;
  /** Called when a flush is due that wasn't when {@link freezeDeletes} was asked. */
  readonly #onDue: () => void;
  /** Monotonic time. */
  #nextFlush = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;
  /** What is left after a merge has no room: nothing is merged before there are other runs. */
  isStuck = false;

  constructor(tree: MaintainedTree, onDue: () => void) {
    this.#tree = tree;
    this.#onDue = onDue;
  }

  /** Sets the memtable aside now and then, so that what it deletes can be merged away. The disk is full, and it may be. */
  freezeDeletes(): void {
    const { memtable, files } = this.#tree;
    if (memtable.size === 0) return;
    const { host } = files.environment;
    const now = host.monotonicTime();
    if (now >= this.#nextFlush) {
      this.#nextFlush = now + FLUSH_EVERY;
      this.#tree.tryToFreeze();
      return;
    }
    this.#timer ??= host.startTimer(this.#nextFlush - now, () => {
      this.#timer = undefined;
      this.#onDue();
    });
  }

  /** Runs whose merge needs the least room, and may give some back. */
  chooseRuns(): readonly TreeRun[] | undefined {
    const { reserve, runs } = this.#tree;
    return reserve.isShort && runs.length > 1 ? runs.slice(0, 2) : undefined;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
