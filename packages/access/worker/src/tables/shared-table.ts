import { decodeKey } from "@store/codec";
import type { Key, KeyRecords, Moments, ScanRange, StoreRecord, TableType } from "@store/core";
import { addTo } from "../memory/cells.js";
import { SearchKey } from "../tree/search-key.js";
import { TreeReader } from "../tree/tree-reader.js";
import { RecordCopy } from "./record-copy.js";
import { scanRecords } from "./scan.js";
import type { TableAccess } from "./table-access.js";
import * as header from "./table-header.js";
import { Walk } from "./walk.js";

/** How many keys of counters a thread remembers the cells of. */
const REMEMBERED_CELLS = 4_096;

interface RememberedCell {
  readonly cell: number;
  readonly generation: number;
}

/** What a thread reads of a table in shared memory, without a message and without a lock. */
export class SharedTable {
  readonly type: TableType;
  readonly isAtomic: boolean;
  protected readonly access: TableAccess;
  protected readonly address: number;
  protected readonly seed: number;
  readonly #key = new SearchKey();
  readonly #reader: TreeReader;
  readonly #copy = new RecordCopy();
  readonly #cells = new Map<Key, RememberedCell>();

  constructor(access: TableAccess, address: number) {
    const { words } = access.arena;
    const kind = Atomics.load(words, address + header.KIND);
    this.type = header.TYPES[kind & header.TYPE_MASK] as TableType;
    this.isAtomic = (kind & header.IS_ATOMIC) !== 0;
    this.access = access;
    this.address = address;
    this.seed = Atomics.load(words, address + header.SEED);
    this.#reader = new TreeReader(access.arena, access.place);
  }

  lookup(key: Key): StoreRecord[] {
    return this.#find(key) ? this.#copy.decode(key, this.access.now) : [];
  }

  lookupMany(keys: readonly Key[]): StoreRecord[][] {
    return keys.map((key) => this.lookup(key));
  }

  member(key: Key): boolean {
    return this.#find(key) && this.#copy.isAlive(this.access.now);
  }

  expiresAt(key: Key): Moments {
    return this.#find(key) ? this.#copy.moments(this.access.now) : [];
  }

  /** Of what is due, some may still count; it goes in the background. */
  size(): number {
    const { access, address } = this;
    return access.attempt(() => {
      const { words } = access.arena;
      const batches = Atomics.load(words, access.place.batches);
      if ((batches & 1) !== 0) return undefined;
      const size = Atomics.load(words, address + header.SIZE);
      access.check();
      return Atomics.load(words, access.place.batches) === batches ? size : undefined;
    });
  }

  first(): Key | undefined {
    return this.#keyAt(this.#seekEnd(false));
  }

  last(): Key | undefined {
    return this.#keyAt(this.#seekEnd(true));
  }

  next(key: Key): Key | undefined {
    return this.#keyAt(this.#seekBeside(key, false));
  }

  prev(key: Key): Key | undefined {
    return this.#keyAt(this.#seekBeside(key, true));
  }

  firstLookup(): KeyRecords | undefined {
    return this.#entryAt(this.#seekEnd(false));
  }

  lastLookup(): KeyRecords | undefined {
    return this.#entryAt(this.#seekEnd(true));
  }

  nextLookup(key: Key): KeyRecords | undefined {
    return this.#entryAt(this.#seekBeside(key, false));
  }

  prevLookup(key: Key): KeyRecords | undefined {
    return this.#entryAt(this.#seekBeside(key, true));
  }

  *scan(range: ScanRange): IterableIterator<StoreRecord> {
    const lookup = (key: Key) => this.lookup(key);
    for (const walk of this.walk(range)) {
      const key = keyOf(walk.copy.key);
      yield* scanRecords(walk, key, lookup, this.access.now);
    }
  }

  *scanKeys(range: ScanRange): IterableIterator<Key> {
    for (const walk of this.walk(range)) yield keyOf(walk.copy.key);
  }

  count(range: ScanRange): number {
    if (range.lower === undefined && range.upper === undefined) {
      return Math.min(this.size(), range.limit);
    }
    let count = 0;
    for (const _walk of this.walk(range)) if (++count >= range.limit) return range.limit;
    return count;
  }

  /** Steps through the entries of a range. What is yielded is always the same walk. */
  protected *walk({ lower, upper, reverse }: ScanRange): IterableIterator<Walk> {
    const walk = new Walk(this.access, reverse);
    const [start, end] = reverse ? [upper, lower] : [lower, upper];
    const from = start && new SearchKey().set(start.key, this.seed);
    const to = end && new SearchKey().set(end.key, this.seed);
    let isFound = walk.seek(from, start?.inclusive ?? true);
    while (isFound) {
      if (to !== undefined) {
        const order = (reverse ? -1 : 1) * walk.copy.key.compare(to);
        if (order > 0 || (order === 0 && end?.inclusive === false)) return;
      }
      yield walk;
      isFound = walk.step();
    }
  }

  /** Adds to a counter that has a cell. Undefined: it has none, or its owner has to say. */
  countUp(key: Key, increment: number): number | undefined {
    this.access.check();
    const isShort = typeof key !== "object";
    const remembered = isShort ? this.#cells.get(key) : undefined;
    if (remembered !== undefined) {
      const value = this.#addTo(remembered, increment);
      if (value !== undefined) return value;
    }
    if (!this.#find(key) || !this.#copy.isCounter) return undefined;
    const { cell, generation } = this.#copy;
    const found = { cell, generation };
    if (isShort) {
      if (this.#cells.size >= REMEMBERED_CELLS) this.#cells.clear();
      this.#cells.set(key, found);
    }
    return this.#addTo(found, increment);
  }

  #addTo({ cell, generation }: RememberedCell, increment: number): number | undefined {
    const { arena } = this.access;
    if (cell >= arena.cells.length) arena.refresh();
    return addTo(arena.cells, cell, generation, increment);
  }

  /** Copies the records of the key. */
  #find(key: Key): boolean {
    const reader = this.#reader;
    const copy = this.#copy;
    const sought = this.#key.set(key, this.seed);
    for (let tries = 1; ; tries++) {
      try {
        if (reader.find(sought)) {
          const { isFound } = reader;
          if ((!isFound || copy.load(reader, false)) && reader.isValid()) return isFound;
        }
      } catch (error) {
        this.access.recover(error);
      }
      this.access.pause(tries);
    }
  }

  #seekEnd(isLast: boolean): Walk | undefined {
    const walk = new Walk(this.access, isLast);
    return walk.seek(undefined, true) ? walk : undefined;
  }

  /** A table that has no order knows no neighbours of a key that isn't there. */
  #seekBeside(key: Key, isBefore: boolean): Walk | undefined {
    if (this.seed !== 0 && !this.member(key)) return undefined;
    const walk = new Walk(this.access, isBefore);
    return walk.seek(this.#key.set(key, this.seed), false) ? walk : undefined;
  }

  #keyAt(walk: Walk | undefined): Key | undefined {
    return walk && keyOf(walk.copy.key);
  }

  #entryAt(walk: Walk | undefined): KeyRecords | undefined {
    if (walk === undefined) return undefined;
    const key = keyOf(walk.copy.key);
    // What the key's records hold must not hold the key itself twice.
    const records = walk.copy.decode(keyOf(walk.copy.key), this.access.now);
    return [key, records];
  }
}

/** The key whose words these are. */
export function keyOf(key: SearchKey): Key {
  return decodeKey(key.toBytes());
}
