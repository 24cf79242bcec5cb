import { BPlusTree } from "@store/collections";
import { compareKeys, type Range } from "@store/core";
import type { LevelRecord, SyncTable } from "./level-record.js";
import { isWithin } from "./range.js";

/**
 * A table as of one moment: what it holds now, and over that what was there of each key that was changed since.
 *
 * Whoever changes the table has to call `keep` first (see {@link Versions}).
 */
export class Version {
  readonly #table: SyncTable;
  /** null: the key wasn't there. */
  readonly #kept = new BPlusTree<Uint8Array, Uint8Array | null>(compareKeys);

  constructor(table: SyncTable) {
    this.#table = table;
  }

  /** Only what was there first counts. */
  keep(key: Uint8Array, value: Uint8Array | null): void {
    if (!this.#kept.has(key)) this.#kept.set(key, value);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (!this.#kept.has(key)) return this.#table.lookup(key)[0]?.[1];
    const value = this.#kept.get(key);
    // The reader's own: it may change it.
    return value == null ? undefined : new Uint8Array(value);
  }

  /** The entries in the range's bounds and direction. The table may change between two steps. */
  *entries(range: Range<Uint8Array>): Generator<LevelRecord, undefined> {
    const live = this.#table.records(range);
    const direction = range.reverse ? -1 : 1;
    let item = live.next();
    let last: Uint8Array | undefined;
    for (;;) {
      const kept = this.#keptAfter(range, last);
      const record = item.done ? undefined : item.value;
      if (record === undefined && kept === undefined) return undefined;
      const distance =
        record === undefined || kept === undefined
          ? undefined
          : compareKeys(record[0], kept) * direction;
      if (record !== undefined && (distance === undefined || distance < 0)) {
        last = record[0];
        yield [record[0], record[1]];
        item = live.next();
      } else if (kept !== undefined) {
        last = kept;
        if (distance === 0) item = live.next();
        const value = this.#kept.get(kept);
        if (value != null) yield [new Uint8Array(kept), new Uint8Array(value)];
      }
    }
  }

  /** The next kept key in the range, undefined at its end. */
  #keptAfter(range: Range<Uint8Array>, last: Uint8Array | undefined): Uint8Array | undefined {
    if (this.#kept.size === 0) return undefined;
    const key = this.#next(range, last);
    return key !== undefined && isWithin(range, key) ? key : undefined;
  }

  #next(
    { reverse, gt, gte, lt, lte }: Range<Uint8Array>,
    last: Uint8Array | undefined,
  ): Uint8Array | undefined {
    const kept = this.#kept;
    const inclusive = reverse ? lte : gte;
    if (last === undefined && inclusive !== undefined && kept.has(inclusive)) return inclusive;
    const from = last ?? inclusive ?? (reverse ? lt : gt);
    if (from === undefined) return reverse ? kept.lastKey() : kept.firstKey();
    return reverse ? kept.keyBefore(from) : kept.keyAfter(from);
  }
}
