import {
  CHUNK_BYTES,
  CHUNK_ITEMS,
  ITEM_HEAD_BYTES,
  SUM_BYTES,
  SUMMED_ITEM_BYTES,
} from "./log-format.js";

interface Item {
  readonly bytes: Uint8Array;
}

export interface Chunk<T extends Item> {
  readonly items: readonly T[];
  /** An item that takes no more bytes, and were the first of them, would have been read with the chunk before. */
  readonly room: number;
}

/** How many bytes an item takes in a log. */
export function bytesInLog({ bytes }: Item): number {
  return ITEM_HEAD_BYTES + bytes.length + (bytes.length < SUMMED_ITEM_BYTES ? 0 : SUM_BYTES);
}

/**
 * The items of a dump as `ets:file2tab` inserts them, a list at once: what `disk_log` has read at once, and not more than
 * a hundred. Into a bag, ets inserts such a list from its last object to its first.
 */
export class Chunks<T extends Item> {
  #items: T[] = [];
  #room = 0;
  /** Where what was read at once begins, and where the next item does, both from the begin of the first item. */
  #windowStart = 0;
  #position: number;

  /** @param headerBytes of the item before them, which is read with them */
  constructor(headerBytes: number) {
    this.#position = ITEM_HEAD_BYTES + headerBytes;
  }

  /** Adds an item, and gives the chunks that are whole by now. */
  push(item: T): Chunk<T>[] {
    const whole: Chunk<T>[] = [];
    const end = this.#position + bytesInLog(item);
    const windowEnd = this.#windowStart + CHUNK_BYTES;
    if (end > windowEnd) {
      this.#handOn(whole, windowEnd - this.#position);
      this.#windowStart = this.#position;
    } else if (this.#items.length === CHUNK_ITEMS) {
      this.#handOn(whole, 0);
    }
    this.#items.push(item);
    this.#position = end;
    if (item.bytes.length >= SUMMED_ITEM_BYTES) {
      // Such an item is handed on alone, and what follows is read anew.
      this.#handOn(whole, 0);
      this.#windowStart = end;
    }
    return whole;
  }

  /** What is left at the end. */
  rest(): Chunk<T> {
    return { items: this.#items, room: this.#room };
  }

  #handOn(whole: Chunk<T>[], room: number): void {
    if (this.#items.length > 0) whole.push(this.rest());
    this.#items = [];
    this.#room = room;
  }
}

/** Items as they were before each chunk was turned round. */
export function* turnedRound<T extends Item>(
  items: Iterable<T>,
  headerBytes: () => number,
): Iterable<T> {
  let chunks: Chunks<T> | undefined;
  for (const item of items) {
    chunks ??= new Chunks(headerBytes());
    for (const chunk of chunks.push(item)) yield* chunk.items.toReversed();
  }
  if (chunks !== undefined) yield* chunks.rest().items.toReversed();
}

/**
 * A chunk in the order in which it has to be written so that each key's objects come out in theirs. What is written first
 * must not fit into the chunk before, so it may be the last object of any key.
 */
export function turnedToWrite<T extends Item & { readonly key: string }>({
  items,
  room,
}: Chunk<T>): T[] {
  const turned = items.toReversed();
  const keys = new Set<string>();
  for (let index = 0; index < turned.length; index++) {
    const item = turned[index] as T;
    if (bytesInLog(item) > room && !keys.has(item.key)) {
      turned.splice(index, 1);
      return [item, ...turned];
    }
    keys.add(item.key);
  }
  return turned;
}
