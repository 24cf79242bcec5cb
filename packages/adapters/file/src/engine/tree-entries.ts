import type { TreeRun } from "../files/tree-run.js";
import { CHANGE_HEADER_BYTES, isTombstone, keyLength, valueLength } from "../format/log/change.js";
import { hashKey } from "../format/run/filter-page.js";
import type { Memtable } from "../memtable/memtable.js";
import { BLOCK_CACHE_PART } from "../runs/blocks/block-cache.js";
import type { EntryCursor } from "../runs/entry-cursor.js";
import { MergeCursor } from "../runs/merge-cursor.js";
import { EntryCache } from "./entry-cache.js";
import type { Hit } from "./hit.js";

/** How much of `cacheBytes` is for entries. */
const ENTRY_CACHE_PART = 1 - BLOCK_CACHE_PART;

/**
 * The log-structured merge tree that all tables of a data directory live in, as whoever reads sees it: sorted entries,
 * the newest first in the memtable, then in the one that is being flushed, then in the runs from new to old.
 *
 * 1. An entry in a newer part hides those of its key in older ones; a tombstone hides them all.
 * 2. `runs` is replaced as a whole, never changed.
 */
export class TreeEntries {
  memtable: Memtable;
  frozen: { readonly memtable: Memtable } | undefined;
  runs: readonly TreeRun[];
  /** Another one after each change of what is read. */
  version = 0;
  /** Where the value of the last {@link find} is. */
  readonly hit: Hit = { buffer: Buffer.alloc(0), valueStart: 0, valueEnd: 0 };
  /**
   * Entries of runs. Those that are in the memtable as well, and so not to be found here, may be old: what is flushed is
   * forgotten.
   */
  protected readonly entries: EntryCache;
  /** What was read takes so many, at most. */
  readonly cacheBytes: number;
  /** Reads of entries in runs that the cache of entries answered, and that it didn't. */
  #entryHits = 0;
  #entryMisses = 0;

  constructor(memtable: Memtable, runs: readonly TreeRun[], cacheBytes: number) {
    this.memtable = memtable;
    this.runs = runs;
    this.cacheBytes = cacheBytes;
    this.entries = new EntryCache(cacheBytes * ENTRY_CACHE_PART);
  }

  /** What became of the cache of entries. */
  get entryUse(): { readonly hits: number; readonly misses: number; readonly bytes: number } {
    const { memoryBytes: bytes } = this.entries;
    return { hits: this.#entryHits, misses: this.#entryMisses, bytes };
  }

  /**
   * Whether an entry is there, and not deleted; then {@link hit} says where its value is.
   * @param lookupEnd where the part of the key ends that filters know
   */
  find(key: Buffer, start: number, end: number, lookupEnd: number): boolean {
    const hash = hashKey(key, start, end);
    const { memtable, frozen, runs } = this;
    if (memtable.size > 0) {
      const position = memtable.get(key, start, end, hash);
      if (position >= 0) return this.#hitChange(memtable, position);
    }
    if (frozen === undefined && runs.length === 0) return false;
    return this.#findBelow(key, start, end, lookupEnd, hash, true);
  }

  /**
   * Whether what is set aside, or a run, has an entry, and not as deleted: {@link find} without a look at the memtable, and
   * for someone who is about to change the entry. So it isn't kept in the cache.
   * @param hash hashKey of the key
   */
  hasFlushed(key: Buffer, start: number, end: number, lookupEnd: number, hash: number): boolean {
    if (this.frozen === undefined && this.runs.length === 0) return false;
    return this.#findBelow(key, start, end, lookupEnd, hash, false);
  }

  /**
   * A cursor over all entries as they are now, tombstones included; void when the {@link version} changes.
   * @param hash hashKey of a key, without suffix: what has no entry of that key is left out
   */
  cursor(hash?: number): EntryCursor {
    const cursors: EntryCursor[] = [];
    if (this.memtable.size > 0) cursors.push(this.memtable.cursor());
    if (this.frozen !== undefined) cursors.push(this.frozen.memtable.cursor());
    for (const { run } of this.runs) {
      if (hash === undefined || run.mayContain(hash)) cursors.push(run.cursor());
    }
    return MergeCursor.over(cursors);
  }

  /** A cursor over the runs alone; void when these change. */
  flushedCursor(): EntryCursor {
    return new MergeCursor(this.runs.map(({ run }) => run.cursor()));
  }

  #findBelow(
    key: Buffer,
    start: number,
    end: number,
    lookupEnd: number,
    hash: number,
    isKept: boolean,
  ): boolean {
    const { frozen, runs, hit, entries } = this;
    if (frozen !== undefined) {
      const position = frozen.memtable.get(key, start, end, hash);
      if (position >= 0) return this.#hitChange(frozen.memtable, position);
    }
    if (entries.find(key, start, end, hash)) {
      if (isKept) this.#entryHits++;
      hit.buffer = entries.buffer;
      hit.valueStart = entries.valueStart;
      hit.valueEnd = entries.valueEnd;
      return true;
    }
    if (isKept) this.#entryMisses++;
    const lookupHash = lookupEnd === end ? hash : hashKey(key, start, lookupEnd);
    for (const { run } of runs) {
      if (run.find(key, start, end, lookupHash)) {
        const { buffer, valueStart, valueEnd, isTombstone } = run;
        if (isTombstone) return false;
        if (isKept) entries.add(key, start, end, hash, buffer, valueStart, valueEnd);
        hit.buffer = buffer;
        hit.valueStart = valueStart;
        hit.valueEnd = valueEnd;
        return true;
      }
    }
    return false;
  }

  #hitChange(memtable: Memtable, position: number): boolean {
    const { buffer, base } = memtable.buffer.chunkAt(position);
    const at = position - base;
    if (isTombstone(buffer, at)) return false;
    const { hit } = this;
    hit.buffer = buffer;
    hit.valueStart = at + CHANGE_HEADER_BYTES + keyLength(buffer, at);
    hit.valueEnd = hit.valueStart + valueLength(buffer, at);
    return true;
  }
}
