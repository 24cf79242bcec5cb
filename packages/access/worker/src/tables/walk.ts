import { SearchKey } from "../tree/search-key.js";
import { TreeReader } from "../tree/tree-reader.js";
import { RecordCopy } from "./record-copy.js";
import type { TableAccess } from "./table-access.js";

/**
 * Goes along the entries of a table, one at a time. It stands on the key that it found last, not on a position: where the
 * leaf is as it was, the next entry is the next; else it is sought by that key. So nothing is found twice, and nothing
 * missed that was there throughout.
 */
export class Walk {
  readonly #access: TableAccess;
  readonly #reader: TreeReader;
  readonly #copy = new RecordCopy();
  /** The key that it stands on; that of the copy is written to while it looks for the next. */
  readonly #last = new SearchKey();
  readonly #isReverse: boolean;

  constructor(access: TableAccess, isReverse: boolean) {
    this.#access = access;
    this.#reader = new TreeReader(access.arena, access.place);
    this.#isReverse = isReverse;
  }

  /** Where it stands: the key and, copied, its records. */
  get copy(): RecordCopy {
    return this.#copy;
  }

  /** Whether nothing around has changed since. */
  get isUnchanged(): boolean {
    return this.#reader.isValid();
  }

  /** Goes to the entry at `start` or, if there is none or it isn't included, to what follows. Undefined: the outermost. */
  seek(start: SearchKey | undefined, isIncluded: boolean): boolean {
    const reader = this.#reader;
    const isReverse = this.#isReverse;
    return this.#access.attempt(() => {
      if (start === undefined) {
        if (!reader.findEnd(isReverse)) return undefined;
      } else {
        if (!reader.find(start)) return undefined;
        if (isReverse) {
          if (!(reader.isFound && isIncluded)) reader.index--;
        } else if (reader.isFound && !isIncluded) {
          reader.index++;
        }
      }
      return this.#settle();
    });
  }

  /** Goes on to what follows. */
  step(): boolean {
    this.#access.check();
    const reader = this.#reader;
    if (reader.isValid()) {
      reader.index += this.#isReverse ? -1 : 1;
      const found = this.#access.attemptOnce(() => this.#settle());
      if (found !== undefined) return found;
    }
    return this.seek(this.#last, false);
  }

  #settle(): boolean | undefined {
    const reader = this.#reader;
    for (;;) {
      if (!(this.#isReverse ? reader.settleBackward() : reader.settleForward())) return undefined;
      if (reader.index < 0 || reader.index >= reader.count) {
        return reader.isValid() ? false : undefined;
      }
      if (!this.#copy.load(reader, true) || !reader.isValid()) return undefined;
      if (this.#copy.isAlive(this.#access.now)) {
        this.#last.copy(this.#copy.key);
        return true;
      }
      reader.index += this.#isReverse ? -1 : 1;
    }
  }
}
