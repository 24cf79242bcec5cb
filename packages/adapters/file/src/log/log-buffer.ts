/** A piece of memory with frames in it. No frame is in two. */
export interface Chunk {
  readonly buffer: Buffer;
  /** The position of its first byte. */
  readonly base: number;
  /** Bytes of frames. */
  used: number;
}

const SMALLEST_CHUNK = 2 ** 12;
const LARGEST_CHUNK = 2 ** 20;
/** A chunk's base is a multiple of this, so that a position finds its chunk by a division. */
const SPAN = 2 ** 16;

/**
 * The bytes of the log since the last flush, in memory: what the memtable points to, and what is written again should a
 * sync fail.
 *
 * A position names a byte for as long as the buffer lives. Positions grow from one frame to the next, with gaps.
 */
export class LogBuffer {
  readonly chunks: Chunk[] = [];
  /** By position divided by {@link SPAN}. */
  readonly #bySpan: Chunk[] = [];
  /** Bytes of memory that it takes. */
  memoryBytes = 0;

  /** The chunk that a position lies in. */
  chunkAt(position: number): Chunk {
    return this.#bySpan[Math.floor(position / SPAN)] as Chunk;
  }

  /** The chunk that is being filled; one with room for `length` bytes more. */
  reserve(length: number): Chunk {
    const last = this.chunks.at(-1);
    if (last !== undefined && last.buffer.length - last.used >= length) return last;
    const grown = last === undefined ? SMALLEST_CHUNK : 2 * last.buffer.length;
    return this.#add(Math.max(length, Math.min(grown, LARGEST_CHUNK)));
  }

  /** Takes back what was added behind a position of the chunks. */
  cut(chunk: Chunk | undefined, used: number): void {
    while (this.chunks.length > 0 && this.chunks.at(-1) !== chunk) this.#dropLast();
    if (chunk !== undefined) chunk.used = used;
  }

  #add(length: number): Chunk {
    const chunk = {
      buffer: Buffer.allocUnsafeSlow(length),
      base: this.#bySpan.length * SPAN,
      used: 0,
    };
    this.chunks.push(chunk);
    for (let covered = 0; covered < length; covered += SPAN) this.#bySpan.push(chunk);
    this.memoryBytes += length;
    return chunk;
  }

  #dropLast(): void {
    const { buffer, base } = this.chunks.pop() as Chunk;
    this.#bySpan.length = base / SPAN;
    this.memoryBytes -= buffer.length;
  }
}
