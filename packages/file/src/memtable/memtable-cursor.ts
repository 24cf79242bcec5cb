import {
  CHANGE_HEADER_BYTES,
  hasSuffix,
  isTombstone,
  keyLength,
  valueLength,
} from "../format/change.js";
import { SUFFIX_BYTES } from "../format/entry-key.js";
import { asBuffer, latin1 } from "../platform/latin1.js";
import type { EntryCursor } from "../runs/entry-cursor.js";
import type { Memtable } from "./memtable.js";

/** A position in a memtable. Stays right while the memtable changes: each step goes by the key. */
export class MemtableCursor implements EntryCursor {
  isValid = false;
  buffer: Buffer = EMPTY;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  suffixBytes = 0;
  readonly #memtable: Memtable;
  #key = "";

  constructor(memtable: Memtable) {
    this.#memtable = memtable;
  }

  seek(key: Uint8Array, start: number, end: number): void {
    const text = textOf(key, start, end);
    const order = this.#memtable.orderedKeys();
    this.#standAt(order.has(text) ? text : order.keyAfter(text));
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    this.#standAt(this.#memtable.orderedKeys().keyBefore(textOf(key, start, end)));
  }

  next(): void {
    this.#standAt(this.#memtable.orderedKeys().keyAfter(this.#key));
  }

  previous(): void {
    this.#standAt(this.#memtable.orderedKeys().keyBefore(this.#key));
  }

  #standAt(key: string | undefined): void {
    this.isValid = key !== undefined;
    if (key === undefined) return;
    this.#key = key;
    const position = this.#memtable.get(key);
    const { buffer, base } = this.#memtable.buffer.chunkAt(position);
    const at = position - base;
    this.buffer = buffer;
    this.keyStart = at + CHANGE_HEADER_BYTES;
    this.keyEnd = this.keyStart + keyLength(buffer, at);
    this.valueStart = this.keyEnd;
    this.valueEnd = this.valueStart + valueLength(buffer, at);
    this.isTombstone = isTombstone(buffer, at);
    this.suffixBytes = hasSuffix(buffer, at) ? SUFFIX_BYTES : 0;
  }
}

const EMPTY = Buffer.alloc(0);

function textOf(key: Uint8Array, start: number, end: number): string {
  return latin1(asBuffer(key), start, end);
}
