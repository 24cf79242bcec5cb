import type { RunFooter } from "../format/run/run-footer.js";
import { KEEP_DATA } from "./blocks/block-cache.js";
import { BlockCursor } from "./blocks/block-cursor.js";
import type { BlockSource } from "./blocks/block-source.js";
import { ReadWindow } from "./blocks/read-window.js";
import type { EntryCursor } from "./entry-cursor.js";
import { RunIndex } from "./run-index.js";

/** After so many blocks in a row, a scan reads ahead. */
const SEQUENTIAL = 2;

/**
 * A position in the entries of a run. Its bytes are its own: they stay until it moves, whatever others read. It copies
 * the block from the cache for that, or has read it ahead. The key that it is to seek must not be in its own buffer.
 */
export class RunCursor extends BlockCursor implements EntryCursor {
  readonly #source: BlockSource;
  readonly #hasEntries: boolean;
  readonly #index: RunIndex;
  readonly #window: ReadWindow;
  #own: Buffer = Buffer.alloc(0);
  /** How many blocks in a row it has entered from the one beside, below 0 if backward. */
  #steps = 0;

  constructor(source: BlockSource, footer: RunFooter) {
    super();
    this.#source = source;
    this.#hasEntries = footer.summary.entries > 0;
    this.#index = new RunIndex(source, footer);
    this.#window = new ReadWindow(source, footer.filterOffset);
  }

  seek(key: Uint8Array, start: number, end: number): void {
    if (!this.#hasEntries) return;
    const found = this.#find(key, start, end);
    if (found < this.count) this.goTo(found);
    else this.#nextBlock();
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    if (!this.#hasEntries) return;
    const found = this.#find(key, start, end);
    if (found > 0) this.goTo(found - 1);
    else this.#previousBlock();
  }

  next(): void {
    if (this.index + 1 < this.count) this.goOn();
    else this.#nextBlock();
  }

  previous(): void {
    if (this.index > 0) this.goTo(this.index - 1);
    else this.#previousBlock();
  }

  /** The number of the first entry that is not below, in the only block that may have the key. */
  #find(key: Uint8Array, start: number, end: number): number {
    this.isValid = false;
    this.#steps = 0;
    this.#window.clear();
    this.#index.seek(key, start, end);
    this.#openBlock();
    return this.lowerBound(key, start, end);
  }

  #nextBlock(): void {
    this.isValid = false;
    if (!this.#index.step(1)) return;
    this.#steps = Math.max(this.#steps, 0) + 1;
    this.#openBlock();
    this.goTo(0);
  }

  #previousBlock(): void {
    this.isValid = false;
    if (!this.#index.step(-1)) return;
    this.#steps = Math.min(this.#steps, 0) - 1;
    this.#openBlock();
    this.goTo(this.count - 1);
  }

  /** Takes up the block of {@link #index}. */
  #openBlock(): void {
    const { offset, length } = this.#index;
    const window = this.#window;
    if (!window.has(offset, length)) {
      const isScan = Math.abs(this.#steps) >= SEQUENTIAL || !this.#source.isKept(length);
      if (!isScan) this.#source.load(offset, length, KEEP_DATA);
      if (!isScan || this.#source.find(offset, KEEP_DATA)) {
        this.#copyBlock(length);
        return;
      }
      window.fill(offset, length, this.#steps < 0);
    }
    const start = offset - window.start;
    this.#source.verify(window.buffer, start, start + length, offset);
    this.openBlock(window.buffer, start, start + length);
  }

  #copyBlock(length: number): void {
    if (this.#own.length < length) this.#own = Buffer.allocUnsafeSlow(length);
    this.#source.buffer.copy(this.#own, 0, 0, length);
    this.openBlock(this.#own, 0, length);
  }
}
