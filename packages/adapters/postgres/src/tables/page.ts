/** A page holds so many rows at first, and up to {@link MAX_ROWS} when they turn out to be small. */
const FIRST_ROWS = 64;
const MAX_ROWS = 4_096;
/** How many bytes a page should hold. */
const PAGE_BYTES = 2 ** 20;

/** How many rows the next page of a scan asks for: few of large ones, many of small ones. */
export class PageSize {
  #rows = FIRST_ROWS;

  /** @param left how many rows the scan still needs */
  next(left: number): number {
    return Math.min(this.#rows, left);
  }

  /** Learns from a page, which wasn't empty. */
  learn(rows: number, bytes: number): void {
    const fitting = Math.floor((PAGE_BYTES * rows) / (bytes + rows));
    this.#rows = Math.max(1, Math.min(fitting, this.#rows * 4, MAX_ROWS));
  }
}
