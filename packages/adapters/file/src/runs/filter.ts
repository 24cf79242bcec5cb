import {
  addToLine,
  LINE_BYTES,
  LINES_PER_PAGE,
  lineOf,
  linesFor,
} from "../format/run/filter-page.js";
import { CHECKSUM_BYTES, indexSalt, sealPiece } from "../format/run/run-identity.js";

/** What filters know of a key; its suffix is left out. */
export { hashKey } from "../format/run/filter-page.js";

const FIRST_KEYS = 1024;

/** Collects the hashes of a run's keys, and makes the filter (format/filter-page.ts) when their number is known. */
export class FilterBuilder {
  #hashes = new Int32Array(FIRST_KEYS);
  #count = 0;
  #lines = 0;
  #bytes = Buffer.alloc(0);

  /** Adds the hash of a key; once if it is that of the key before, too. */
  add(hash: number): void {
    if (this.#count > 0 && this.#hashes[this.#count - 1] === hash) return;
    if (this.#count === this.#hashes.length) {
      const hashes = new Int32Array(this.#count * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#hashes[this.#count++] = hash;
  }

  /** The number of hashes. */
  get count(): number {
    return this.#count;
  }

  /** Makes room for the filter; returns how many lines it has. */
  begin(): number {
    this.#lines = linesFor(this.#count);
    this.#bytes = Buffer.alloc(this.#lines * LINE_BYTES);
    return this.#lines;
  }

  /** Sets the bits of the hashes from `first` up to `last`. */
  fill(first: number, last: number): void {
    const hashes = this.#hashes;
    for (let index = first; index < last; index++) {
      const hash = hashes[index] as number;
      addToLine(this.#bytes, lineOf(hash, this.#lines) * LINE_BYTES, hash);
    }
  }

  /** Writes the page that begins with that line to `page`, PAGE_BYTES long or longer; returns its bytes. */
  writePage(line: number, page: Buffer, salt: number, offset: number): number {
    const end = Math.min(line + LINES_PER_PAGE, this.#lines);
    const length = this.#bytes.copy(page, 0, line * LINE_BYTES, end * LINE_BYTES);
    sealPiece(page, 0, length, indexSalt(salt), offset);
    return length + CHECKSUM_BYTES;
  }
}
