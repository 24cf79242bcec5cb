import { SUFFIX_BYTES } from "../format/entry.js";
import { compareKeys } from "../format/key-order.js";
import {
  CHANGE_HEADER_BYTES,
  hasSuffix,
  isTombstone,
  keyLength,
  valueLength,
} from "../format/log/change.js";
import type { LogBuffer } from "../log/log-buffer.js";
import type { EntryCursor } from "../runs/entry-cursor.js";
import type { EntryIndex } from "./entry-index.js";
import type { EntryOrder } from "./entry-order.js";

/** What a memtable has. */
export interface HeldEntries {
  readonly buffer: LogBuffer;
  readonly index: EntryIndex;
  readonly order: EntryOrder;
}

/** The entry where something stands in a memtable. */
abstract class MemtableEntry {
  isValid = false;
  buffer: Buffer = EMPTY;
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;
  isTombstone = false;
  suffixBytes = 0;
  protected readonly memtable: HeldEntries;

  constructor(memtable: HeldEntries) {
    this.memtable = memtable;
  }

  protected standAt(entry: number): void {
    this.isValid = entry >= 0;
    if (entry < 0) return;
    const position = this.memtable.index.positionOf(entry);
    const { buffer, base } = this.memtable.buffer.chunkAt(position);
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

/** A position in a memtable, in the order of the keys. */
export class MemtableCursor extends MemtableEntry implements EntryCursor {
  #entry = -1;

  seek(key: Uint8Array, start: number, end: number): void {
    this.#goTo(this.memtable.order.firstFrom(key, start, end));
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    this.#goTo(this.memtable.order.lastBefore(key, start, end));
  }

  next(): void {
    this.#goTo(this.memtable.order.after(this.#entry));
  }

  previous(): void {
    this.#goTo(this.memtable.order.before(this.#entry));
  }

  #goTo(entry: number): void {
    this.#entry = entry;
    this.standAt(entry);
  }
}

/** A position in entries of a memtable that were sorted once. */
export class SortedEntries extends MemtableEntry implements EntryCursor {
  readonly #entries: Uint32Array;
  #at = 0;

  constructor(memtable: HeldEntries, entries: Uint32Array) {
    super(memtable);
    this.#entries = entries;
  }

  seek(key: Uint8Array, start: number, end: number): void {
    this.#goTo(this.#firstFrom(key, start, end));
  }

  seekBefore(key: Uint8Array, start: number, end: number): void {
    this.#goTo(this.#firstFrom(key, start, end) - 1);
  }

  next(): void {
    this.#goTo(this.#at + 1);
  }

  previous(): void {
    this.#goTo(this.#at - 1);
  }

  #goTo(at: number): void {
    this.#at = at;
    this.standAt(this.#entries[at] ?? -1);
  }

  #firstFrom(key: Uint8Array, start: number, end: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      this.#goTo(middle);
      const order = compareKeys(this.buffer, this.keyStart, this.keyEnd, key, start, end);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const EMPTY = Buffer.alloc(0);
