const NEWLINE = 0x0a;

/** A line of a file, and where it ends. */
export interface Line {
  /** With its line break, if that is there. */
  readonly bytes: Buffer;
  /** In the file, behind the line break. */
  readonly end: number;
  /** Counted from 1. */
  readonly number: number;
}

/** Cuts chunks of bytes into lines. What is kept is the part of a line whose end is still to come. */
export class LineSplitter {
  #parts: Buffer[] = [];
  #end = 0;
  #number = 0;

  /** The lines that end in a chunk. They are valid as long as the chunk is. */
  *push(chunk: Buffer): Iterable<Line> {
    let start = 0;
    for (;;) {
      const at = chunk.indexOf(NEWLINE, start);
      if (at < 0) break;
      yield this.#line(chunk.subarray(start, at + 1));
      start = at + 1;
    }
    if (start < chunk.length) this.#parts.push(Buffer.from(chunk.subarray(start)));
  }

  /** What comes after the last line break, if anything. */
  rest(): Line | undefined {
    return this.#parts.length === 0 ? undefined : this.#line(Buffer.alloc(0));
  }

  #line(last: Buffer): Line {
    const bytes = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#end += bytes.length;
    this.#number++;
    return { bytes, end: this.#end, number: this.#number };
  }
}
