import { addToLine, LINE_BYTES, LINES_PER_PAGE, lineOf } from "../format/run/filter-page.js";
import { CHECKSUM_BYTES, indexSalt, sealPiece } from "../format/run/run-identity.js";

/** The lines of a filter that get their bits, and go into pages then, from the first to the last. */
export class FilterPages {
  readonly #lines: number;
  #bytes = Buffer.alloc(0);
  /** Of these, in use. */
  #used = 0;
  /** The line with which they begin, and the one of the next page. */
  #first = 0;
  #next = 0;

  /** @param lines of the whole filter */
  constructor(lines: number) {
    this.#lines = lines;
  }

  /** Makes room for all lines up to `end` that are in no page yet. */
  reserve(end: number): void {
    const start = (this.#next - this.#first) * LINE_BYTES;
    const rest = this.#used - start;
    const used = (Math.min(end, this.#lines) - this.#next) * LINE_BYTES;
    const bytes = this.#bytes.length < used ? Buffer.alloc(used) : this.#bytes;
    this.#bytes.copy(bytes, 0, start, this.#used);
    bytes.fill(0, rest, used);
    this.#bytes = bytes;
    this.#used = used;
    this.#first = this.#next;
  }

  /** Sets the bits of the hashes from `from` up to `to`, for whose lines there is room. */
  fill(hashes: Int32Array, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const hash = hashes[index] as number;
      addToLine(this.#bytes, (lineOf(hash, this.#lines) - this.#first) * LINE_BYTES, hash);
    }
  }

  /** Whether all lines of the next page are below a line, which is one behind the last for the last page. */
  hasPage(below: number): boolean {
    return this.#next < this.#lines && this.#endOfPage <= below;
  }

  /** Writes the next page to `page`, PAGE_BYTES long or longer; returns its bytes. */
  writePage(page: Buffer, salt: number, offset: number): number {
    const start = (this.#next - this.#first) * LINE_BYTES;
    this.#next = this.#endOfPage;
    const end = (this.#next - this.#first) * LINE_BYTES;
    const length = this.#bytes.copy(page, 0, start, end);
    sealPiece(page, 0, length, indexSalt(salt), offset);
    return length + CHECKSUM_BYTES;
  }

  get #endOfPage(): number {
    return Math.min(this.#next + LINES_PER_PAGE, this.#lines);
  }
}
