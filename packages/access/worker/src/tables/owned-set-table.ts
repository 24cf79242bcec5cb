import type { CounterStep, Key, StoreRecord } from "@store/core";
import * as block from "../tree/record-block.js";
import { SearchKey } from "../tree/search-key.js";
import { OwnedTable } from "./owned-table.js";

/** A `set` or an `ordered_set`: an entry of the tree is the record of a key. */
export class OwnedSetTable extends OwnedTable {
  update(key: Key, change: (record: StoreRecord) => StoreRecord): StoreRecord | undefined {
    return this.frozen(() => {
      const [record] = this.lookup(key);
      if (record === undefined) return undefined;
      const changed = change(record);
      if (changed !== record) this.put(changed, this.expiresAt(key)[0]);
      return changed;
    });
  }

  replace(expected: StoreRecord, record: StoreRecord, expiresAt?: number): boolean {
    return this.frozen(() => {
      const [found] = this.lookup(expected[0]);
      if (found === undefined || !this.context.toolkit.equalRecords(found, expected)) return false;
      this.put(record, expiresAt);
      return true;
    });
  }

  expire(key: Key, at: number | undefined): boolean {
    return this.frozen(() => {
      const [record] = this.lookup(key);
      if (record === undefined) return false;
      if (this.expiresAt(key)[0] !== at) this.put(record, at);
      return true;
    });
  }

  removeDue(key: Key): void {
    const sought = this.sought.set(key, this.seed);
    if (this.tree.find(sought) === 0) return;
    this.found.load(this.tree.at, false);
    if (!this.found.isAlive(this.access.now)) this.#swap(sought, 0);
  }

  protected put(record: StoreRecord, moment: number | undefined): void {
    const key = this.sought.set(record[0], this.seed);
    const written = this.records.write(key, record, moment, 0);
    try {
      this.#swap(key, written);
    } catch (error) {
      this.retire(written);
      this.records.free(written);
      throw error;
    }
    this.watch(record[0], moment);
  }

  protected remove(key: Key): number {
    const sought = this.sought.set(key, this.seed);
    if (this.tree.find(sought) === 0) return 0;
    this.found.load(this.tree.at, false);
    const wasAlive = this.found.isAlive(this.access.now);
    this.#swap(sought, 0);
    return wasAlive ? 1 : 0;
  }

  protected removeEqual(record: StoreRecord): number {
    return this.frozen(() => {
      const [found] = this.lookup(record[0]);
      if (found === undefined || !this.context.toolkit.equalRecords(found, record)) return 0;
      return this.remove(record[0]);
    });
  }

  /** Puts a record, or nothing, where one of the key is, or none. */
  #swap(key: SearchKey, record: number): void {
    const old = this.tree.find(key);
    // Before the tree changes: who doesn't count here any more looks again, and finds what there is then.
    if (old !== 0) this.retire(old);
    this.#set(key, old, record);
    if (!this.context.changes.isOneOfMany) {
      if (old !== 0) this.records.free(old);
      return;
    }
    this.context.changes.note({
      undo: () => {
        const again = this.#keyOf(old === 0 ? record : old);
        if (record !== 0) this.retire(record);
        if (old !== 0) this.#revive(old);
        this.tree.find(again);
        this.#set(again, record, old);
        if (record !== 0) this.records.free(record);
      },
      settle: () => {
        if (old !== 0) this.records.free(old);
      },
    });
  }

  #set(key: SearchKey, old: number, record: number): void {
    if (old === 0) {
      if (record === 0) return;
      this.tree.insert(key, record);
      this.resize(1);
    } else if (record === 0) {
      this.tree.remove(key);
      this.resize(-1);
    } else {
      this.tree.change(record);
    }
  }

  #keyOf(record: number): SearchKey {
    const { words } = this.access.arena;
    const flags = words[record + block.KEY_LENGTH] as number;
    const at = record + block.keyOffset(flags, false);
    return new SearchKey().load(words, at, flags & block.LENGTH_MASK, 0).rehash(this.seed);
  }

  /** A record that was retired is a counter again. */
  #revive(record: number): void {
    const cell = this.cellOf(record);
    if (cell === undefined) return;
    const { arena, cells } = this.context.memory;
    Atomics.store(arena.words, record + block.GENERATION, cells.generation(cell));
  }

  override updateCounter(key: Key, step: CounterStep) {
    this.sweep();
    return super.updateCounter(key, step);
  }
}
