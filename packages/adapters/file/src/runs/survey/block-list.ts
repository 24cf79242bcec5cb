/** Where blocks are, in the order of the file; a few bytes for each. */
export class BlockList {
  /** How many there are. */
  count = 0;
  #offsets = new Float64Array(FIRST_COUNT);
  #lengths = new Uint32Array(FIRST_COUNT);

  add(offset: number, length: number): void {
    if (this.count === this.#offsets.length) this.#grow();
    this.#offsets[this.count] = offset;
    this.#lengths[this.count] = length;
    this.count++;
  }

  /** Infinity if there are fewer. */
  offsetOf(index: number): number {
    return index < this.count ? (this.#offsets[index] as number) : Number.POSITIVE_INFINITY;
  }

  lengthOf(index: number): number {
    return this.#lengths[index] as number;
  }

  #grow(): void {
    const offsets = new Float64Array(2 * this.count);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const lengths = new Uint32Array(2 * this.count);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}

const FIRST_COUNT = 16;
