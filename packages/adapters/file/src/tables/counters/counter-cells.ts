/** Cells in a block. */
const BLOCK_BITS = 10;
const BLOCK_CELLS = 1 << BLOCK_BITS;

/**
 * Signed 64-bit integers in shared memory, read and written by `Atomics`. They come in blocks, so that none ever moves;
 * a cell that is given back is used again.
 */
export class CounterCells {
  readonly #blocks: BigInt64Array[] = [];
  readonly #free: number[] = [];
  #taken = 0;

  /** Of all blocks. */
  get bytes(): number {
    return this.#blocks.length * BLOCK_CELLS * BigInt64Array.BYTES_PER_ELEMENT;
  }

  take(value: bigint): number {
    const cell = this.#free.pop() ?? this.#taken++;
    if (cell >>> BLOCK_BITS === this.#blocks.length) {
      const bytes = BLOCK_CELLS * BigInt64Array.BYTES_PER_ELEMENT;
      this.#blocks.push(new BigInt64Array(new SharedArrayBuffer(bytes)));
    }
    this.store(cell, value);
    return cell;
  }

  give(cell: number): void {
    this.#free.push(cell);
  }

  clear(): void {
    this.#blocks.length = 0;
    this.#free.length = 0;
    this.#taken = 0;
  }

  load(cell: number): bigint {
    return Atomics.load(this.#blockOf(cell), cell & (BLOCK_CELLS - 1));
  }

  /** Returns the value before, as `Atomics.add` does, and wraps around. */
  add(cell: number, increment: bigint): bigint {
    return Atomics.add(this.#blockOf(cell), cell & (BLOCK_CELLS - 1), increment);
  }

  store(cell: number, value: bigint): void {
    Atomics.store(this.#blockOf(cell), cell & (BLOCK_CELLS - 1), value);
  }

  #blockOf(cell: number): BigInt64Array {
    return this.#blocks[cell >>> BLOCK_BITS] as BigInt64Array;
  }
}
