import { encodeKey } from "@store/codec";
import type { Key, ScanRange, TableType } from "@store/core";

/** What is scanned: records, or keys. */
export interface ScanItems<T> {
  readonly keyOf: (item: T) => Key;
  readonly isSame: (a: T, b: T) => boolean;
  readonly compareKeys: (a: Key, b: Key) => number;
}

/** What a scan has come by, so that another one can go on where it was interrupted. */
export interface ScanProgress<T> {
  /** What another scan has to cover; called before each. */
  rest(): ScanRange;
  /** Notes an item; false if an earlier scan came by it. */
  isNew(item: T): boolean;
}

export function progressOf<T>(
  type: TableType,
  range: ScanRange,
  items: ScanItems<T>,
): ScanProgress<T> {
  return type === "ordered_set"
    ? new OrderedProgress(range, items)
    : new UnorderedProgress(range, items);
}

/** In key order the last key says it all: a key has one record. */
class OrderedProgress<T> implements ScanProgress<T> {
  readonly #range: ScanRange;
  readonly #items: ScanItems<T>;
  #last: Key | undefined;
  #count = 0;

  constructor(range: ScanRange, items: ScanItems<T>) {
    this.#range = range;
    this.#items = items;
  }

  rest(): ScanRange {
    const range = this.#range;
    if (this.#last === undefined) return range;
    const bound = { key: this.#last, inclusive: false };
    const limit = Math.max(0, range.limit - this.#count);
    return range.reverse ? { ...range, upper: bound, limit } : { ...range, lower: bound, limit };
  }

  isNew(item: T): boolean {
    this.#last = this.#items.keyOf(item);
    this.#count++;
    return true;
  }
}

/** The items of a key that were come by before an interruption, which may not be all. */
interface Group<T> {
  readonly key: Key;
  readonly items: T[];
  /** Those that the present scan hasn't met again. */
  unmet: T[];
}

/**
 * Without an order another scan begins anew and passes over the keys that were there, which are kept for that. The items
 * of a key stand together: so of each scan one key at most was interrupted in its midst.
 */
class UnorderedProgress<T> implements ScanProgress<T> {
  readonly #range: ScanRange;
  readonly #items: ScanItems<T>;
  /** Of the present scan: the key that it is at, and those that it has come by. */
  #group: Group<T> | undefined;
  #keys: Key[] = [];
  /** Of earlier scans, the keys as text. */
  readonly #passed = new Set<string>();
  readonly #interrupted = new Map<string, Group<T>>();

  constructor(range: ScanRange, items: ScanItems<T>) {
    this.#range = range;
    this.#items = items;
  }

  rest(): ScanRange {
    if (this.#group === undefined && this.#interrupted.size === 0) return this.#range;
    for (const key of this.#keys) this.#passed.add(textOf(key));
    this.#keys = [];
    if (this.#group !== undefined) this.#interrupted.set(textOf(this.#group.key), this.#group);
    this.#group = undefined;
    for (const group of this.#interrupted.values()) group.unmet = [...group.items];
    // Those that are passed over count as well.
    return { ...this.#range, limit: Number.POSITIVE_INFINITY };
  }

  isNew(item: T): boolean {
    const key = this.#items.keyOf(item);
    if (this.#interrupted.size > 0) {
      const text = textOf(key);
      if (this.#passed.has(text)) return false;
      const group = this.#interrupted.get(text);
      if (group !== undefined) return this.#isNewOf(group, item);
    }
    this.#note(key, item);
    return true;
  }

  #isNewOf(group: Group<T>, item: T): boolean {
    const at = group.unmet.findIndex((other) => this.#items.isSame(other, item));
    if (at >= 0) {
      group.unmet.splice(at, 1);
      return false;
    }
    group.items.push(item);
    return true;
  }

  #note(key: Key, item: T): void {
    const group = this.#group;
    if (group !== undefined && this.#items.compareKeys(group.key, key) === 0) {
      group.items.push(item);
      return;
    }
    if (group !== undefined) this.#keys.push(group.key);
    this.#group = { key, items: [item], unmet: [] };
  }
}

function textOf(key: Key): string {
  return Buffer.from(encodeKey(key)).toString("latin1");
}
