import { CHUNK_BYTES, CHUNK_ITEMS, ITEM_HEAD_BYTES, SUM_BYTES, SUMMED_ITEM_BYTES } from "./log-format.js";

interface Item {
  readonly bytes: Uint8Array;
}

/**
 * The items of a dump as `ets:file2tab` inserts them, a list at once: what `disk_log` has read at once, and not more than
 * a hundred. Into a bag, ets inserts such a list from its last object to its first.
 */
export class Chunks<T extends Item> {
  #chunk: T[] = [];
  /** Where what was read at once begins, and where the next item does, both from the begin of the first item. */
  #windowStart = 0;
  #position: number;

  /** @param headerBytes of the item before them, which is read with them */
  constructor(headerBytes: number) {
    this.#position = ITEM_HEAD_BYTES + headerBytes;
  }

  /** Adds an item, and gives the chunks that are whole by now. */
  push(item: T): T[][] {
    const whole: T[][] = [];
    const isSummed = item.bytes.length >= SUMMED_ITEM_BYTES;
    const end = this.#position + ITEM_HEAD_BYTES + item.bytes.length + (isSummed ? SUM_BYTES : 0);
    const isCut = end > this.#windowStart + CHUNK_BYTES;
    if (isCut || this.#chunk.length === CHUNK_ITEMS) this.#handOn(whole);
    if (isCut) this.#windowStart = this.#position;
    this.#chunk.push(item);
    this.#position = end;
    if (isSummed) {
      // Such an item is handed on alone, and what follows is read anew.
      this.#handOn(whole);
      this.#windowStart = end;
    }
    return whole;
  }

  /** What is left at the end. */
  rest(): T[] {
    return this.#chunk;
  }

  #handOn(whole: T[][]): void {
    if (this.#chunk.length > 0) whole.push(this.#chunk);
    this.#chunk = [];
  }
}

/** Items whose chunks are turned round. */
export function* reversedChunks<T extends Item>(items: Iterable<T>, headerBytes: () => number): Iterable<T> {
  let chunks: Chunks<T> | undefined;
  for (const item of items) {
    chunks ??= new Chunks(headerBytes());
    for (const chunk of chunks.push(item)) yield* chunk.reverse();
  }
  if (chunks !== undefined) yield* chunks.rest().reverse();
}
