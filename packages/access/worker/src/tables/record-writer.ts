import { encodeElements, encodeElementsInto } from "@store/codec";
import type { StoreRecord } from "@store/core";
import type { Allocator } from "../memory/allocator.js";
import type { Arena } from "../memory/arena.js";
import type { Cells } from "../memory/cells.js";
import * as block from "../tree/record-block.js";
import { type SearchKey, wordsOf } from "../tree/search-key.js";

/** What the owner of an arena has of it. */
export interface OwnedMemory {
  readonly arena: Arena;
  readonly allocator: Allocator;
  readonly cells: Cells;
}

/** What a record is written as. */
export interface RecordForm {
  readonly isBag: boolean;
  /** Whether a record of a key and an integer is a counter. */
  readonly isAtomic: boolean;
}

/** Writes records into blocks of their own, which no reader knows of yet, and gives them back. */
export class RecordWriter {
  readonly #memory: OwnedMemory;
  readonly #form: RecordForm;
  #bytes = new Uint8Array(2 ** 12);
  #words = new Int32Array(this.#bytes.buffer);

  constructor(memory: OwnedMemory, form: RecordForm) {
    this.#memory = memory;
    this.#form = form;
  }

  /** @param hash of the record, for a bag */
  write(key: SearchKey, record: StoreRecord, moment: number | undefined, hash: number): number {
    if (key.length > block.LENGTH_MASK) throw new KeyTooLong(key.length);
    if (this.#form.isAtomic && moment === undefined && isCounter(record)) {
      return this.#writeCounter(key, record[1]);
    }
    const { isBag } = this.#form;
    const length = this.#encode(record);
    const flags = key.length | (moment === undefined ? 0 : block.HAS_MOMENT);
    const from = block.elementsOffset(flags, isBag);
    const count = wordsOf(length);
    const at = this.#memory.allocator.allocate(from + count - 1);
    const { words } = this.#memory.arena;
    Atomics.store(words, at + block.KEY_LENGTH, flags);
    Atomics.store(words, at + block.ELEMENTS_LENGTH, length);
    if (isBag) {
      Atomics.store(words, at + block.NEXT_RECORD, 0);
      Atomics.store(words, at + block.LAST_RECORD, at);
      Atomics.store(words, at + block.RECORD_HASH, hash | 0);
    }
    if (moment !== undefined)
      block.storeMoment(words, at + block.headerWords(flags, isBag), moment);
    storeKey(words, at + block.keyOffset(flags, isBag), key);
    const mine = this.#words;
    for (let index = 0; index < count; index++) {
      Atomics.store(words, at + from + index, mine[index] as number);
    }
    return at;
  }

  /** Of a record that is in no tree any more. */
  free(record: number): void {
    const { arena, allocator, cells } = this.#memory;
    const flags = arena.words[record + block.KEY_LENGTH] as number;
    if ((flags & block.IS_COUNTER) !== 0) {
      const cell = arena.words[record + block.CELL] as number;
      cells.thaw(cell);
      cells.give(cell);
    }
    allocator.free(record);
  }

  #writeCounter(key: SearchKey, count: number): number {
    const flags = key.length | block.IS_COUNTER;
    const from = block.keyOffset(flags, false);
    this.#memory.cells.reserve(1);
    const at = this.#memory.allocator.allocate(from + key.count - 1);
    const { words } = this.#memory.arena;
    const cell = this.#memory.cells.take(count);
    Atomics.store(words, at + block.KEY_LENGTH, flags);
    Atomics.store(words, at + block.CELL, cell);
    Atomics.store(words, at + block.GENERATION, this.#memory.cells.generation(cell));
    storeKey(words, at + from, key);
    return at;
  }

  /** Into the writer's own bytes. Returns how many. */
  #encode(record: StoreRecord): number {
    const end = encodeElementsInto(record, this.#bytes, 0);
    if (end >= 0) return end;
    const encoded = encodeElements(record);
    if (encoded.length > MOST_KEPT) {
      const bytes = new Uint8Array(4 * wordsOf(encoded.length));
      bytes.set(encoded);
      this.#words = new Int32Array(bytes.buffer);
      this.#bytes = bytes.subarray(0, 0);
      return encoded.length;
    }
    this.#bytes = new Uint8Array(4 * Math.max(1_024, wordsOf(2 * encoded.length)));
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#bytes.set(encoded);
    return encoded.length;
  }
}

class KeyTooLong extends Error {
  readonly code = "STORE_INVALID_KEY";

  constructor(bytes: number) {
    super(`a key takes at most ${block.LENGTH_MASK} bytes, this one ${bytes}`);
  }
}

const MOST_KEPT = 2 ** 20;

function isCounter(record: StoreRecord): record is StoreRecord & readonly [unknown, number] {
  return record.length === 2 && Number.isSafeInteger(record[1]) && !Object.is(record[1], -0);
}

function storeKey(words: Int32Array, at: number, key: SearchKey): void {
  for (let index = 0; index < key.count; index++) {
    Atomics.store(words, at + index, key.words[index] as number);
  }
}
