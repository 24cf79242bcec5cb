import { BPlusTree } from "@store/collections";
import { compareKeys } from "../format/key-order.js";
import { CHANGE_HEADER_BYTES, keyLength } from "../format/log/change.js";
import type { LogBuffer } from "../log/log-buffer.js";
import type { EntryIndex } from "./entry-index.js";

/** In place of an entry: the key that is searched. */
const SOUGHT = -1;
const NOTHING = new Uint8Array(0);

/**
 * The entries of a memtable in the order of their keys. It is made, and brought up to date, only when someone asks: what
 * is put and looked up only doesn't pay for it.
 */
export class EntryOrder {
  readonly #buffer: LogBuffer;
  readonly #index: EntryIndex;
  readonly #tree = new BPlusTree<number, true>((a, b) => this.#compare(a, b));
  /** The entries below this are in the tree. */
  #ordered = 0;
  #sought: Uint8Array = NOTHING;
  #soughtStart = 0;
  #soughtEnd = 0;

  constructor(buffer: LogBuffer, index: EntryIndex) {
    this.#buffer = buffer;
    this.#index = index;
  }

  /** The entry of a key; -1 if there is none. */
  find(key: Uint8Array, start: number, end: number): number {
    const found = this.firstFrom(key, start, end);
    if (found < 0) return -1;
    return this.#compare(SOUGHT, found) === 0 ? found : -1;
  }

  /** The first entry whose key is not below one; -1 if there is none. */
  firstFrom(key: Uint8Array, start: number, end: number): number {
    this.#seek(key, start, end);
    const before = this.#tree.keyBefore(SOUGHT);
    return (before === undefined ? this.#tree.firstKey() : this.#tree.keyAfter(before)) ?? -1;
  }

  /** The last entry whose key is below one; -1 if there is none. */
  lastBefore(key: Uint8Array, start: number, end: number): number {
    this.#seek(key, start, end);
    return this.#tree.keyBefore(SOUGHT) ?? -1;
  }

  after(entry: number): number {
    this.#update();
    return this.#tree.keyAfter(entry) ?? -1;
  }

  before(entry: number): number {
    this.#update();
    return this.#tree.keyBefore(entry) ?? -1;
  }

  /** An entry isn't there any more, until it is shown again. */
  hide(entry: number): void {
    if (entry < this.#ordered) this.#tree.delete(entry);
  }

  show(entry: number): void {
    if (entry < this.#ordered) this.#tree.set(entry, true);
  }

  /** The last entry, which is hidden, is about to be removed: its number is given out again. */
  forgetLast(entry: number): void {
    this.#ordered = Math.min(this.#ordered, entry);
  }

  #seek(key: Uint8Array, start: number, end: number): void {
    this.#update();
    this.#sought = key;
    this.#soughtStart = start;
    this.#soughtEnd = end;
  }

  #update(): void {
    for (; this.#ordered < this.#index.size; this.#ordered++) {
      if (!this.#index.hidden.has(this.#ordered)) this.#tree.set(this.#ordered, true);
    }
  }

  #compare(a: number, b: number): number {
    if (a === b) return 0;
    let key = this.#sought;
    let start = this.#soughtStart;
    let end = this.#soughtEnd;
    if (a !== SOUGHT) {
      const position = this.#index.positionOf(a);
      const { buffer, base } = this.#buffer.chunkAt(position);
      key = buffer;
      start = position - base + CHANGE_HEADER_BYTES;
      end = start + keyLength(buffer, position - base);
    }
    if (b === SOUGHT) {
      return compareKeys(key, start, end, this.#sought, this.#soughtStart, this.#soughtEnd);
    }
    const position = this.#index.positionOf(b);
    const { buffer, base } = this.#buffer.chunkAt(position);
    const otherStart = position - base + CHANGE_HEADER_BYTES;
    const otherEnd = otherStart + keyLength(buffer, position - base);
    return compareKeys(key, start, end, buffer, otherStart, otherEnd);
  }
}
