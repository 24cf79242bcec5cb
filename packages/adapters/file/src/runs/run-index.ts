import { LENGTH_IN_LOCATION } from "../format/run/block.js";
import type { RunFooter } from "../format/run/run-footer.js";
import { uint32 } from "../format/uint32.js";
import { KEEP_INDEX } from "./blocks/block-cache.js";
import { BlockCursor } from "./blocks/block-cursor.js";
import type { BlockSource } from "./blocks/block-source.js";

/** A block of data of a run that has some, found by key, and from there the ones beside it. */
export class RunIndex {
  /** Where the block of data begins, and its bytes. */
  offset = 0;
  length = 0;
  readonly #source: BlockSource;
  readonly #footer: RunFooter;
  readonly #entries = new BlockCursor();
  /** The way from the root: by level, 1 is the lowest, the block of the index, and which of its entries. */
  readonly #offsets: number[];
  readonly #lengths: number[];
  readonly #indexes: number[];
  readonly #counts: number[];

  constructor(source: BlockSource, footer: RunFooter) {
    this.#source = source;
    this.#footer = footer;
    const none = new Array<number>(footer.levels + 1).fill(0);
    this.#offsets = [...none];
    this.#lengths = [...none];
    this.#indexes = [...none];
    this.#counts = [...none];
  }

  /** Goes to the block whose keys are not below its key in the index, and that has the key if there is such an entry. */
  seek(key: Uint8Array, start: number, end: number): void {
    const { root, levels } = this.#footer;
    this.offset = root.offset;
    this.length = root.length;
    for (let level = levels; level > 0; level--) {
      this.#open(level);
      const found = this.#entries.lowerBoundBehindFirst(key, start, end);
      this.#choose(level, this.#entries.isExact ? found : found - 1);
    }
  }

  /** Goes to the next block (1), or to the one before (-1). Returns whether there is one; otherwise it stays. */
  step(direction: number): boolean {
    const { levels } = this.#footer;
    let level = 1;
    let index = 0;
    for (; level <= levels; level++) {
      index = (this.#indexes[level] as number) + direction;
      if (index >= 0 && index < (this.#counts[level] as number)) break;
    }
    if (level > levels) return false;
    this.offset = this.#offsets[level] as number;
    this.length = this.#lengths[level] as number;
    this.#open(level);
    this.#choose(level, index);
    for (level--; level > 0; level--) {
      this.#open(level);
      this.#choose(level, direction < 0 ? this.#entries.count - 1 : 0);
    }
    return true;
  }

  #open(level: number): void {
    const { offset, length } = this;
    this.#source.load(offset, length, KEEP_INDEX);
    this.#entries.openBlock(this.#source.buffer, 0, length);
    this.#offsets[level] = offset;
    this.#lengths[level] = length;
    this.#counts[level] = this.#entries.count;
  }

  #choose(level: number, index: number): void {
    const entries = this.#entries;
    this.#indexes[level] = index;
    entries.goTo(index);
    const { buffer, valueStart } = entries;
    this.offset = uint32(buffer, valueStart) + uint16At(buffer, valueStart + 4) * 2 ** 32;
    this.length = uint32(buffer, valueStart + LENGTH_IN_LOCATION);
  }
}

function uint16At(buffer: Buffer, at: number): number {
  return (buffer[at] as number) | ((buffer[at + 1] as number) << 8);
}
