import { lineOf } from "../format/run/filter-page.js";
import { type HashSpill, SPILL_PARTS } from "./hash-spill.js";

/** What filters know of a key; its suffix is left out. */
export { hashKey } from "../format/run/filter-page.js";

const FIRST_KEYS = 1024;
/** So many hashes are in memory: more than are flushed at once, which must not need room on the disk for others. */
export const MOST_HASHES = 2 ** 20;

/** Hashes of a filter whose lines come behind those of the groups before. */
export interface HashGroup {
  readonly hashes: Int32Array;
  /** The first line that a group behind it may have. */
  readonly nextLine: number;
}

/** Collects the hashes of a run's keys until their number is known, and so where in the filter each has its bits. */
export class FilterBuilder {
  readonly #makeSpill: () => HashSpill;
  #hashes = new Int32Array(FIRST_KEYS);
  /** Of these. */
  #held = 0;
  #last = 0;
  #spill: HashSpill | undefined;
  #spilled = 0;

  /** @param makeSpill makes a file for hashes that are too many for memory */
  constructor(makeSpill: () => HashSpill) {
    this.#makeSpill = makeSpill;
  }

  /** Adds the hash of a key; once if it is that of the key before, too. */
  add(hash: number): void {
    if (hash === this.#last && this.count > 0) return;
    if (this.#held === this.#hashes.length) this.#makeRoom();
    this.#hashes[this.#held++] = hash;
    this.#last = hash;
  }

  /** The number of hashes. */
  get count(): number {
    return this.#spilled + this.#held;
  }

  /** All hashes, for a filter of so many lines. Nothing is added any more. */
  *groups(lines: number): Generator<HashGroup> {
    const spill = this.#spill;
    if (spill === undefined) {
      yield { hashes: this.#hashes.subarray(0, this.#held), nextLine: lines };
      return;
    }
    this.#spillHeld(spill);
    this.#hashes = new Int32Array(0);
    for (let part = 0; part < SPILL_PARTS; part++) {
      const isLast = part === SPILL_PARTS - 1;
      yield {
        hashes: spill.read(part),
        nextLine: isLast ? lines : lineOf((part + 1) << 24, lines),
      };
    }
  }

  /** Gives back what it has on disk. Never fails. */
  close(): void {
    this.#spill?.close();
    this.#spill = undefined;
  }

  #makeRoom(): void {
    if (this.#held === MOST_HASHES) {
      this.#spill ??= this.#makeSpill();
      this.#spillHeld(this.#spill);
      return;
    }
    const hashes = new Int32Array(this.#held * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
  }

  #spillHeld(spill: HashSpill): void {
    spill.add(this.#hashes.subarray(0, this.#held));
    this.#spilled += this.#held;
    this.#held = 0;
  }
}
