import type { Key } from "@store/core";
import type { TreeView } from "../engine/tree-view.js";
import { EntryKey, keyOf } from "../format/entry-key.js";
import { momentOf } from "../format/entry-value.js";
import { compareKeys } from "../format/key-order.js";
import type { EntryCursor } from "../runs/entry-cursor.js";
import type { KeyRange } from "./key-range.js";

/**
 * Goes through the entries of a range that are there, one after another: neither deleted nor past their moment. Stays
 * right while the tree changes between two steps: it goes on behind the key where it stood.
 */
export class LiveCursor {
  readonly #tree: TreeView;
  readonly #range: KeyRange;
  readonly #isReverse: boolean;
  readonly #now: () => number;
  /** Filled when it is asked for. */
  #key: EntryKey | undefined;
  #version = -1;
  #cursor: EntryCursor | undefined;

  constructor(tree: TreeView, range: KeyRange, isReverse: boolean, now: () => number) {
    this.#tree = tree;
    this.#range = range;
    this.#isReverse = isReverse;
    this.#now = now;
  }

  /** The entry where it stands, until the tree changes. */
  get entry(): EntryCursor {
    return this.#cursor as EntryCursor;
  }

  /** The bytes of its key, until it is asked for again. */
  get entryKey(): EntryKey {
    this.#key ??= new EntryKey();
    const { buffer, keyStart, keyEnd, suffixBytes } = this.entry;
    this.#key.setBytes(buffer, keyStart, keyEnd);
    this.#key.lookupLength = keyEnd - keyStart - suffixBytes;
    return this.#key;
  }

  /** Whether nothing has changed since it got there. */
  get isCurrent(): boolean {
    return this.#version === this.#tree.version;
  }

  get key(): Key {
    const { buffer, keyStart, keyEnd, suffixBytes } = this.entry;
    return keyOf(buffer, keyStart, keyEnd, suffixBytes);
  }

  /** Goes to the next entry; false if there is none: that ends it. */
  step(): boolean {
    this.#tree.checkOpen();
    const cursor = this.#moved();
    while (cursor.isValid && this.#isInRange(cursor)) {
      if (!cursor.isTombstone && this.#isThere(cursor)) return true;
      if (this.#isReverse) cursor.previous();
      else cursor.next();
    }
    return false;
  }

  #moved(): EntryCursor {
    const tree = this.#tree;
    if (this.#cursor !== undefined && this.#version === tree.version) {
      if (this.#isReverse) this.#cursor.previous();
      else this.#cursor.next();
      return this.#cursor;
    }
    // Where it stood: the bytes are still there.
    const before = this.#cursor;
    const cursor = tree.cursor(this.#range.hash);
    this.#cursor = cursor;
    this.#version = tree.version;
    if (before !== undefined) this.#goOnFrom(cursor, before);
    else if (this.#isReverse) cursor.seekBefore(this.#range.end.buffer, 0, this.#range.end.length);
    else cursor.seek(this.#range.begin.buffer, 0, this.#range.begin.length);
    return cursor;
  }

  #goOnFrom(cursor: EntryCursor, { buffer, keyStart, keyEnd }: EntryCursor): void {
    if (this.#isReverse) {
      cursor.seekBefore(buffer, keyStart, keyEnd);
      return;
    }
    cursor.seek(buffer, keyStart, keyEnd);
    if (!cursor.isValid) return;
    const { buffer: found, keyStart: start, keyEnd: end } = cursor;
    if (compareKeys(found, start, end, buffer, keyStart, keyEnd) === 0) cursor.next();
  }

  #isThere({ buffer, valueStart }: EntryCursor): boolean {
    const moment = momentOf(buffer, valueStart);
    return moment === Number.POSITIVE_INFINITY || moment > this.#now();
  }

  #isInRange(cursor: EntryCursor): boolean {
    const { begin, end } = this.#range;
    return this.#isReverse ? this.#compare(cursor, begin) >= 0 : this.#compare(cursor, end) < 0;
  }

  #compare({ buffer, keyStart, keyEnd }: EntryCursor, key: EntryKey): number {
    return compareKeys(buffer, keyStart, keyEnd, key.buffer, 0, key.length);
  }
}
