import { formatDuration, timed } from "./measure.js";

/** Where a program prints: what {@link Report} and the progress bar need of `process.stdout`. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Node's own judgement, which minds NO_COLOR. */
  hasColors?(): boolean;
  write(text: string): unknown;
}

export type Cell = string | number;
export type Row = readonly Cell[];

const INDENT = "   ";
const CALL_WIDTH = 66;
const BOLD = [1, 22] as const;
const DIM = [2, 22] as const;
const CYAN = [36, 39] as const;

/** Prints numbered sections of calls and what came of them; plain text where there are no colours. */
export class Report {
  readonly #out: Output;
  readonly #colored: boolean;
  #sections = 0;

  constructor(out: Output) {
    this.#out = out;
    this.#colored = out.isTTY === true && out.hasColors?.() === true;
  }

  title(text: string): void {
    this.#line(this.#paint(BOLD, text));
  }

  section(title: string): void {
    this.#sections++;
    this.#line(`\n${this.#paint(BOLD, `${this.#sections}. ${title}`)}\n`);
  }

  /** Text, a line for each argument. */
  note(...lines: string[]): void {
    for (const line of lines) this.#line(`${INDENT}${line}`);
  }

  /** A call as a reader would write it, and what there is to say of it, such as what it returned. */
  call(code: string, remark = ""): void {
    const gap = remark === "" ? "" : " ".repeat(Math.max(2, CALL_WIDTH - code.length));
    this.#line(`${INDENT}${this.#paint(CYAN, code)}${gap}${remark}`);
  }

  /** Makes a call, and prints it with the time it took. */
  timed<T>(code: string, work: () => T): T {
    const { value, milliseconds } = timed(work);
    this.call(code, this.#paint(DIM, formatDuration(milliseconds).padStart(8)));
    return value;
  }

  /** Aligned columns, those of numbers to the right. Shows the first `limit` rows and counts the others. */
  rows(rows: readonly Row[], options: { headings?: Row; limit?: number } = {}): void {
    const { headings, limit = Number.POSITIVE_INFINITY } = options;
    const shown = rows.slice(0, limit);
    const all = headings === undefined ? shown : [headings, ...shown];
    const width = (column: number) => Math.max(...all.map((row) => show(row[column] ?? "").length));
    const columns = (all[0] ?? []).map((_, column) => ({
      width: width(column),
      isNumber: shown.every((row) => /^\d/.test(show(row[column] ?? ""))),
    }));
    const line = (row: Row) =>
      columns
        .map(({ width, isNumber }, column) => {
          const text = show(row[column] ?? "");
          return isNumber ? text.padStart(width) : text.padEnd(width);
        })
        .join("  ")
        .trimEnd();

    if (headings !== undefined) this.#line(`${INDENT}  ${this.#paint(DIM, line(headings))}`);
    for (const row of shown) this.#line(`${INDENT}  ${line(row)}`);
    if (rows.length > shown.length) {
      this.#line(`${INDENT}  ${this.#paint(DIM, `and ${show(rows.length - shown.length)} more`)}`);
    }
  }

  gap(): void {
    this.#line("");
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  #paint([on, off]: readonly [number, number], text: string): string {
    return this.#colored ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }
}

function show(cell: Cell): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
}
