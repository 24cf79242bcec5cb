/** Bytes of a chunk. */
const CHUNK = 4096;

/** The content of a file, in chunks. What was never written is zeros, and costs nothing. */
export class SparseBytes {
  readonly #chunks = new Map<number, Uint8Array>();
  /** Chunks that another one has, too: they are copied before they are written. */
  readonly #shared = new Set<number>();
  #size = 0;

  /** Content that isn't copied before it is written. Must not be changed by others. */
  static over(content: Uint8Array): SparseBytes {
    const bytes = new SparseBytes();
    bytes.#size = content.length;
    for (let index = 0; index * CHUNK < content.length; index++) {
      bytes.#chunks.set(index, content.subarray(index * CHUNK, (index + 1) * CHUNK));
      bytes.#shared.add(index);
    }
    return bytes;
  }

  get size(): number {
    return this.#size;
  }

  /** A copy that costs next to nothing: what is written to one of the two isn't seen in the other. */
  share(): SparseBytes {
    const other = new SparseBytes();
    other.#size = this.#size;
    for (const [index, chunk] of this.#chunks) {
      other.#chunks.set(index, chunk);
      other.#shared.add(index);
      this.#shared.add(index);
    }
    return other;
  }

  /** Reads into `buffer` from `start`; returns how many bytes there were. */
  read(buffer: Uint8Array, start: number, length: number, position: number): number {
    const count = Math.max(0, Math.min(length, this.#size - position));
    for (const { chunk, from, to, at } of pieces(position, count)) {
      const bytes = this.#chunks.get(chunk)?.subarray(from, to) ?? NOTHING;
      buffer.set(bytes, start + at);
      // A chunk that nobody has written here may be shorter.
      buffer.fill(0, start + at + bytes.length, start + at + to - from);
    }
    return count;
  }

  write(buffer: Uint8Array, start: number, length: number, position: number): void {
    for (const { chunk, from, to, at } of pieces(position, length)) {
      this.#own(chunk).set(buffer.subarray(start + at, start + at + to - from), from);
    }
    if (length > 0) this.#size = Math.max(this.#size, position + length);
  }

  /** A chunk that may be written. */
  #own(index: number): Uint8Array {
    const known = this.#chunks.get(index);
    if (known !== undefined && !this.#shared.has(index)) return known;
    const chunk = new Uint8Array(CHUNK);
    if (known !== undefined) chunk.set(known);
    this.#chunks.set(index, chunk);
    this.#shared.delete(index);
    return chunk;
  }
}

const NOTHING = new Uint8Array(0);

/** The part of a range that lies in one chunk: `from` and `to` count from where the chunk begins, `at` the range. */
interface Piece {
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

function* pieces(position: number, length: number): IterableIterator<Piece> {
  for (let at = 0; at < length; ) {
    const from = (position + at) % CHUNK;
    const to = Math.min(CHUNK, from + length - at);
    yield { chunk: (position + at - from) / CHUNK, from, to, at };
    at += to - from;
  }
}
