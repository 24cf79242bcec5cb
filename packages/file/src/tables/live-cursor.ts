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
  /** The key of the entry where it stands; before the first step, where it begins. */
  readonly #key = new EntryKey();
  #hasBegun = false;
  #isDone = false;
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

  /** The bytes of its key, for as long as it stands there. */
  get entryKey(): EntryKey {
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

  /** Goes to the next entry; false if there is none. */
  step(): boolean {
    if (this.#isDone) return false;
    const cursor = this.#moved();
    while (cursor.isValid && this.#isInRange(cursor)) {
      if (!cursor.isTombstone && this.#isThere(cursor)) {
        this.#key.setBytes(cursor.buffer, cursor.keyStart, cursor.keyEnd);
        this.#key.lookupLength = this.#key.length - cursor.suffixBytes;
        return true;
      }
      if (this.#isReverse) cursor.previous();
      else cursor.next();
    }
    this.#isDone = true;
    return false;
  }

  #moved(): EntryCursor {
    const tree = this.#tree;
    if (this.#cursor !== undefined && this.#version === tree.version) {
      if (this.#isReverse) this.#cursor.previous();
      else this.#cursor.next();
      return this.#cursor;
    }
    const cursor = tree.cursor();
    this.#cursor = cursor;
    this.#version = tree.version;
    const { begin, end } = this.#range;
    if (this.#isReverse) {
      const from = this.#hasBegun ? this.#key : end;
      cursor.seekBefore(from.buffer, 0, from.length);
    } else if (this.#hasBegun) {
      const { buffer, length } = this.#key;
      cursor.seek(buffer, 0, length);
      if (cursor.isValid && this.#compare(cursor, this.#key) === 0) cursor.next();
    } else {
      cursor.seek(begin.buffer, 0, begin.length);
    }
    this.#hasBegun = true;
    return cursor;
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
