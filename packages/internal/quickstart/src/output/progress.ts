import type { Output } from "./report.js";

const WIDEST = 40;

/** A line that shows how far something is. Only a terminal sees it; a pipe or a file gets nothing. */
export class ProgressBar {
  readonly #out: Output;
  readonly #total: number;
  #done = 0;

  constructor(out: Output, total: number) {
    this.#out = out;
    this.#total = total;
  }

  /** Shows that so many more of the total are done. */
  advance(label: string, by = 1): void {
    this.#done += by;
    const share = Math.min(1, this.#done / this.#total);
    const percent = `${Math.floor(100 * share)} %`.padStart(5);
    const room = this.#columns - "   ".length - percent.length - "  ".length - label.length;
    const width = Math.max(0, Math.min(WIDEST, room));
    const filled = Math.round(width * share);
    this.#draw(`   ${"█".repeat(filled)}${"░".repeat(width - filled)}${percent}  ${label}`);
  }

  /** Takes the line away. */
  clear(): void {
    this.#draw("");
    if (this.#out.isTTY) this.#out.write("\r");
  }

  /** Spaces rather than an escape sequence wipe the line: every terminal knows them. */
  #draw(line: string): void {
    if (this.#out.isTTY) this.#out.write(`\r${line.slice(0, this.#columns).padEnd(this.#columns)}`);
  }

  /** One less than there are: a terminal may go to the next line after the last. */
  get #columns(): number {
    return (this.#out.columns || 80) - 1;
  }
}
