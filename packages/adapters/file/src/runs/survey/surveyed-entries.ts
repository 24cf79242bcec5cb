import { BlockCursor } from "../blocks/block-cursor.js";
import type { EntryStream } from "../entry-cursor.js";
import { CorruptRun } from "../run-error.js";
import type { BlockList } from "./block-list.js";
import type { PieceReader } from "./piece-reader.js";

/** The entries of those blocks of a run that a survey has found good, from the first to the last. */
export class SurveyedEntries extends BlockCursor implements EntryStream {
  readonly #path: string;
  readonly #reader: PieceReader;
  readonly #blocks: BlockList;
  #next = 0;

  constructor(path: string, reader: PieceReader, blocks: BlockList) {
    super();
    this.#path = path;
    this.#reader = reader;
    this.#blocks = blocks;
    this.#nextBlock();
  }

  next(): void {
    if (this.index + 1 < this.count) this.goOn();
    else this.#nextBlock();
  }

  #nextBlock(): void {
    this.isValid = false;
    const next = this.#next++;
    if (next >= this.#blocks.count) return;
    const offset = this.#blocks.offsetOf(next);
    const length = this.#blocks.lengthOf(next);
    // It was good a moment ago.
    if (!this.#reader.read(offset, length, true)) {
      throw new CorruptRun(this.#path, offset, `bytes that change (${length})`);
    }
    this.openBlock(this.#reader.buffer, 0, length);
    this.goTo(0);
  }
}
