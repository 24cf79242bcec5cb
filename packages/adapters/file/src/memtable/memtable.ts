import { CHANGE_HEADER_BYTES, isTombstone, keyLength, valueLength } from "../format/log/change.js";
import { hashKey } from "../format/run/filter-page.js";
import type { LogBuffer } from "../log/log-buffer.js";
import { EntryIndex } from "./entry-index.js";
import { EntryOrder } from "./entry-order.js";
import { MemtableCursor, SortedEntries } from "./memtable-cursor.js";
import { sortEntries } from "./sort-entries.js";

/** So many are sorted in one go: it takes two milliseconds or so. */
const ENTRIES_PER_PART = 2 ** 13;

/**
 * The changes since the last flush, of all tables: the last one of each entry, deletions included. Key and value stay
 * where they are, in the log's buffer; a change is known by its position there.
 */
export class Memtable {
  readonly buffer: LogBuffer;
  readonly index: EntryIndex;
  readonly order: EntryOrder;
  /** The entry that the last {@link set} was about. */
  lastEntry = -1;
  /** The hashKey of its key. */
  lastHash = 0;
  /** About how many bytes there are of changes that nobody sees any more, deletions included. */
  deadBytes = 0;

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
    this.index = new EntryIndex(buffer);
    this.order = new EntryOrder(buffer, this.index);
  }

  /** How many entries there are. */
  get size(): number {
    return this.index.size - this.index.hidden.size;
  }

  get memoryBytes(): number {
    return this.buffer.memoryBytes + this.index.memoryBytes;
  }

  /**
   * The position of the last change of an entry; -1 if there is none.
   * @param hash hashKey of the key
   */
  get(key: Uint8Array, start: number, end: number, hash: number): number {
    const entry = this.#find(key, start, end, hash);
    return entry < 0 || this.index.hidden.has(entry) ? -1 : this.index.positionOf(entry);
  }

  /** The number of an entry, hidden or not; -1 if there is none. */
  entryOf(key: Uint8Array, start: number, end: number): number {
    return this.#find(key, start, end, hashKey(key, start, end));
  }

  /** Whether the change at a position is a deletion. */
  isDeletion(position: number): boolean {
    const { buffer, base } = this.buffer.chunkAt(position);
    return isTombstone(buffer, position - base);
  }

  /** Takes in a change, whose key is in the buffer. Returns the position of the one before, -1 if there was none. */
  set(position: number, keyStart: number, keyEnd: number): number {
    const { buffer, base } = this.buffer.chunkAt(position);
    const hash = hashKey(buffer, keyStart, keyEnd);
    this.lastHash = hash;
    if (isTombstone(buffer, position - base))
      this.deadBytes += keyEnd - keyStart + CHANGE_HEADER_BYTES;
    const entry = this.#find(buffer, keyStart, keyEnd, hash);
    if (entry < 0) {
      this.lastEntry = this.index.add(hash, position);
      return -1;
    }
    if (this.index.hidden.delete(entry)) {
      this.index.setPosition(entry, position);
      this.order.show(entry);
      this.lastEntry = entry;
      return -1;
    }
    const before = this.index.positionOf(entry);
    this.deadBytes += this.#bytesAt(before);
    this.index.setPosition(entry, position);
    this.lastEntry = entry;
    return before;
  }

  /** Takes the last {@link set} of an entry back. */
  restore(entry: number, before: number): void {
    if (before >= 0) {
      this.index.setPosition(entry, before);
      return;
    }
    this.order.hide(entry);
    if (entry === this.index.size - 1) {
      this.order.forgetLast(entry);
      this.index.removeLast();
    } else {
      // The sizes of tables came behind it, when it was set aside to be flushed.
      this.index.hidden.add(entry);
    }
  }

  cursor(): MemtableCursor {
    return new MemtableCursor(this);
  }

  /** Sorts all entries, a part in each step, and returns the parts: nothing changes any more. */
  *sortedParts(): Generator<void, SortedEntries[], void> {
    const parts: SortedEntries[] = [];
    const { size } = this.index;
    for (let first = 0; first < size; first += ENTRIES_PER_PART) {
      const end = Math.min(first + ENTRIES_PER_PART, size);
      parts.push(new SortedEntries(this, sortEntries(this.index, this.buffer, first, end)));
      yield;
    }
    return parts;
  }

  /** Bytes of the change at a position. */
  #bytesAt(position: number): number {
    const { buffer, base } = this.buffer.chunkAt(position);
    const at = position - base;
    return CHANGE_HEADER_BYTES + keyLength(buffer, at) + valueLength(buffer, at);
  }

  #find(key: Uint8Array, start: number, end: number, hash: number): number {
    if (this.index.isCrowded) return this.order.find(key, start, end);
    return this.index.find(key, start, end, hash);
  }
}
