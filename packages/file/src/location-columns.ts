import type { Slots } from "@store/collections";

const BLOCK_BITS = 13;
/** Entries in a block, once there is more than one. */
const BLOCK_SIZE = 1 << BLOCK_BITS;
const BLOCK_MASK = BLOCK_SIZE - 1;
/** Entries in the first block of a small table: it doubles until it is as large as the others. */
const SMALLEST_BLOCK = 16;

const BYTES_OF_LOCATION = Float64Array.BYTES_PER_ELEMENT + Uint32Array.BYTES_PER_ELEMENT;
const BYTES_OF_HASH = Int32Array.BYTES_PER_ELEMENT;

class Block {
  readonly positions: Float64Array;
  readonly lengths: Uint32Array;
  hashes: Int32Array | undefined = undefined;

  constructor(readonly size: number) {
    const buffer = new ArrayBuffer(size * BYTES_OF_LOCATION);
    this.positions = new Float64Array(buffer, 0, size);
    this.lengths = new Uint32Array(buffer, size * Float64Array.BYTES_PER_ELEMENT, size);
  }

  get bytes(): number {
    const ofHashes = this.hashes === undefined ? 0 : BYTES_OF_HASH;
    return this.size * (BYTES_OF_LOCATION + ofHashes);
  }

  copyTo(larger: Block): void {
    larger.positions.set(this.positions);
    larger.lengths.set(this.lengths);
    if (this.hashes === undefined) return;
    larger.hashes = new Int32Array(larger.size);
    larger.hashes.set(this.hashes);
  }
}

/**
 * For each entry of a directory, where its frame is, in typed arrays: twelve bytes an entry. They come in blocks, so that
 * growing copies little, and what there is stays where it is.
 *
 * An entry may be a hole: its length is 0, which no frame has, and a number stands where the position would. It may have
 * a hash of its record; what that takes is there from the first one on, in its block.
 *
 * Entries aren't checked against {@link length}.
 */
export class LocationColumns implements Slots {
  readonly #blocks: Block[] = [];
  #length = 0;
  #capacity = 0;

  /** How many entries there are, holes included. */
  get length(): number {
    return this.#length;
  }

  /** Of all blocks. */
  get bytes(): number {
    return this.#blocks.reduce((sum, block) => sum + block.bytes, 0);
  }

  positionOf(entry: number): number {
    return this.#blockOf(entry).positions[entry & BLOCK_MASK] as number;
  }

  lengthOf(entry: number): number {
    return this.#blockOf(entry).lengths[entry & BLOCK_MASK] as number;
  }

  /** The hash of the record; 0 if there is none. */
  hashOf(entry: number): number {
    return this.#blockOf(entry).hashes?.[entry & BLOCK_MASK] ?? 0;
  }

  /** Adds an entry at the end, and returns it. */
  append(position: number, length: number): number {
    const entry = this.#length;
    if (entry === this.#capacity) this.#grow();
    this.#length = entry + 1;
    this.set(entry, position, length);
    return entry;
  }

  /** Gives an entry to another record, whose hash isn't known yet. */
  set(entry: number, position: number, length: number): void {
    const block = this.#blockOf(entry);
    const index = entry & BLOCK_MASK;
    block.positions[index] = position;
    block.lengths[index] = length;
    if (block.hashes !== undefined) block.hashes[index] = 0;
  }

  setPosition(entry: number, position: number): void {
    this.#blockOf(entry).positions[entry & BLOCK_MASK] = position;
  }

  setHash(entry: number, hash: number): void {
    const block = this.#blockOf(entry);
    block.hashes ??= new Int32Array(block.size);
    block.hashes[entry & BLOCK_MASK] = hash;
  }

  holeAt(entry: number): number {
    const inside = entry >= 0 && entry < this.#length;
    return inside && this.lengthOf(entry) === 0 ? this.positionOf(entry) : -1;
  }

  dig(entry: number, number: number): void {
    this.set(entry, number, 0);
  }

  move(from: number, to: number): void {
    const hash = this.hashOf(from);
    this.set(to, this.positionOf(from), this.lengthOf(from));
    if (hash !== 0) this.setHash(to, hash);
  }

  truncate(length: number): void {
    const blocks = Math.ceil(length / BLOCK_SIZE);
    if (blocks < this.#blocks.length) {
      this.#blocks.length = blocks;
      this.#capacity = blocks * BLOCK_SIZE;
    }
    this.#length = length;
  }

  #blockOf(entry: number): Block {
    return this.#blocks[entry >>> BLOCK_BITS] as Block;
  }

  #grow(): void {
    const [first] = this.#blocks;
    if (first === undefined) {
      this.#blocks.push(new Block(SMALLEST_BLOCK));
    } else if (first.size < BLOCK_SIZE) {
      const larger = new Block(first.size * 2);
      first.copyTo(larger);
      this.#blocks[0] = larger;
    } else {
      this.#blocks.push(new Block(BLOCK_SIZE));
    }
    const { size } = this.#blocks.at(-1) as Block;
    this.#capacity = (this.#blocks.length - 1) * BLOCK_SIZE + size;
  }
}
