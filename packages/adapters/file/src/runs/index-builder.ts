import { LEAST_FAN_OUT, LENGTH_IN_LOCATION, LOCATION_BYTES } from "../format/run/block.js";
import { BlockBuilder } from "../format/run/block-builder.js";
import type { BlockLocation } from "../format/run/run-footer.js";

/** The levels of a run's index (format/block.ts), which grow from the lowest up while blocks are written. */
export class IndexBuilder {
  readonly #levels: BlockBuilder[] = [];
  readonly #write: (block: BlockBuilder) => BlockLocation;

  /** @param write writes a block to the run */
  constructor(write: (block: BlockBuilder) => BlockLocation) {
    this.#write = write;
  }

  /** Adds a block of data, behind all before it, and its key in the index. */
  add(key: Buffer, location: BlockLocation): void {
    this.#add(0, key, location);
  }

  /** Adds the last block of data, and writes what is left of the index. Returns its root, and how many levels it has. */
  finish(key: Buffer, location: BlockLocation): { levels: number; root: BlockLocation } {
    // Without others, it is the root itself.
    if (this.#levels.length === 0) return { levels: 0, root: location };
    this.#add(0, key, location);
    let level = 0;
    for (; level < this.#levels.length - 1; level++) this.#endBlock(level);
    return { levels: level + 1, root: this.#write(this.#levels[level] as BlockBuilder) };
  }

  #add(level: number, key: Buffer, location: BlockLocation): void {
    const entry = indexEntry(key, location);
    this.#levels[level] ??= new BlockBuilder(LEAST_FAN_OUT);
    const block = this.#levels[level] as BlockBuilder;
    if (!block.hasRoom(entry)) this.#endBlock(level);
    block.add(entry);
  }

  /** Writes the block of a level, which becomes an entry of the level above. */
  #endBlock(level: number): void {
    const block = this.#levels[level] as BlockBuilder;
    const location = this.#write(block);
    const { buffer, firstKeyStart, firstKeyEnd } = block;
    this.#add(level + 1, buffer.subarray(firstKeyStart, firstKeyEnd), location);
    block.clear();
  }
}

function indexEntry(key: Buffer, { offset, length }: BlockLocation) {
  const keyEnd = key.length;
  const buffer = Buffer.allocUnsafe(keyEnd + LOCATION_BYTES);
  buffer.set(key);
  buffer.writeUIntLE(offset, keyEnd, LENGTH_IN_LOCATION);
  buffer.writeUInt32LE(length, keyEnd + LENGTH_IN_LOCATION);
  return {
    buffer,
    keyStart: 0,
    keyEnd,
    valueStart: keyEnd,
    valueEnd: buffer.length,
    isTombstone: false,
    suffixBytes: 0,
  };
}
