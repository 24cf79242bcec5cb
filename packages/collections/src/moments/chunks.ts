const CHUNK_BITS = 12;
/** Places in a chunk, once there is more than one. */
const CHUNK_SIZE = 1 << CHUNK_BITS;
/** Places in the only chunk of a short row: it doubles until it is as large as the others. */
const SMALLEST_CHUNK = 16;

/** A piece of a row. */
export interface Chunk<C> {
  readonly size: number;
  /** Bytes that it takes. */
  readonly bytes: number;
  /** Copies what it holds to the beginning of a larger one. */
  copyTo(larger: C): void;
}

/**
 * A row of columns, cut in chunks: it grows and shrinks at its end, and what is there is not copied because of that, but
 * for the only chunk of a short row. So no call takes long, however long the row is.
 *
 * What is at `place` stands in `chunkOf(place)`, at `indexOf(place)`. Places aren't checked.
 */
export class Chunks<C extends Chunk<C>> {
  readonly #create: (size: number) => C;
  readonly #chunks: C[] = [];
  #capacity = 0;

  constructor(create: (size: number) => C) {
    this.#create = create;
  }

  get bytes(): number {
    return this.#chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  chunkOf(place: number): C {
    return this.#chunks[place >>> CHUNK_BITS] as C;
  }

  /** Makes room for `length` places, of which all but the last are there. */
  growTo(length: number): void {
    if (length <= this.#capacity) return;
    const [first] = this.#chunks;
    if (first === undefined) {
      this.#chunks.push(this.#create(SMALLEST_CHUNK));
    } else if (first.size < CHUNK_SIZE) {
      const larger = this.#create(first.size * 2);
      first.copyTo(larger);
      this.#chunks[0] = larger;
    } else {
      this.#chunks.push(this.#create(CHUNK_SIZE));
    }
    this.#capacity = (this.#chunks.length - 1) * CHUNK_SIZE + (this.#chunks[0] as C).size;
  }

  /** Gives back what is beyond `length` places, but for one chunk: the row may grow again soon. */
  shrinkTo(length: number): void {
    if (this.#capacity - length < 2 * CHUNK_SIZE) return;
    this.#chunks.pop();
    this.#capacity -= CHUNK_SIZE;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#capacity = 0;
  }
}

/** Where in its chunk a place is. */
export function indexOf(place: number): number {
  return place & (CHUNK_SIZE - 1);
}
