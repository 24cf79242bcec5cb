import { encodeKey } from "@store/codec";
import type { Key, StoreRecord } from "@store/core";
import { decodeBlock, momentOfBlock } from "../tree/block-reader.js";
import * as block from "../tree/record-block.js";
import type { SearchKey } from "../tree/search-key.js";
import { OwnedTable } from "./owned-table.js";

/** Longer chains are remembered by the hashes of their records. */
const LONG_CHAIN = 32;

/**
 * A `bag` or a `duplicate_bag`: an entry of the tree is the first record of a key, which leads to the others, in the order
 * in which they came. Links are changed while no reader trusts the leaf of the first.
 */
export class OwnedBagTable extends OwnedTable {
  /** Of long chains of a bag, by key: the records of each hash. Forgotten when a record of the key goes. */
  readonly #long = new Map<string, Map<number, number[]>>();

  update(): never {
    throw this.context.toolkit.error("STORE_NOT_SUPPORTED", "a bag has no record to update");
  }

  expire(key: Key, at: number | undefined): boolean {
    const chain = this.#chain(key).filter((record) => this.#isAlive(record));
    if (chain.length === 0) return false;
    this.context.changes.all(() => {
      for (const record of chain) this.#rewrite(key, record, at);
    });
    return true;
  }

  removeDue(key: Key): void {
    for (const record of this.#chain(key)) if (!this.#isAlive(record)) this.#unlink(key, record);
  }

  protected put(record: StoreRecord, moment: number | undefined): void {
    const [key] = record;
    if (this.canExpire) this.removeDue(key);
    const hash = this.context.toolkit.hashRecord(record) | 0;
    const equal = this.type === "bag" ? this.#findEqual(record, hash) : 0;
    if (equal === 0) {
      const written = this.records.write(this.#seek(key), record, moment, hash);
      try {
        this.#link(key, written, undefined);
      } catch (error) {
        this.records.free(written);
        throw error;
      }
      this.#remember(key, hash, written);
      this.#note(key, written);
    } else if (this.#momentOf(equal) !== moment) {
      this.#rewrite(key, equal, moment);
    }
    this.watch(key, moment);
  }

  protected remove(key: Key): number {
    const chain = this.#chain(key);
    const alive = chain.filter((record) => this.#isAlive(record)).length;
    if (chain.length === 1) {
      this.#unlink(key, chain[0] as number);
    } else if (chain.length > 1) {
      this.#removeChain(key, chain);
    }
    return alive;
  }

  protected removeEqual(record: StoreRecord): number {
    const [key] = record;
    const hash = this.context.toolkit.hashRecord(record) | 0;
    const equal = this.#chain(key).filter(
      (each) => this.#hashOf(each) === hash && this.#equals(each, record) && this.#isAlive(each),
    );
    if (equal.length === 1) this.#unlink(key, equal[0] as number);
    else if (equal.length > 1) {
      this.context.changes.all(() => {
        for (const each of equal) this.#unlink(key, each);
      });
    }
    return equal.length;
  }

  override deleteAllObjects(): void {
    this.#long.clear();
    super.deleteAllObjects();
  }

  /** All at once: the entry goes, and the chain stays as it is until it is given back. */
  #removeChain(key: Key, chain: readonly number[]): void {
    const sought = this.#seek(key);
    const first = this.tree.find(sought);
    this.tree.remove(sought);
    this.resize(-chain.length);
    this.#forget(key);
    this.context.changes.note({
      undo: () => {
        const again = this.#seek(key);
        this.tree.find(again);
        this.tree.insert(again, first);
        this.resize(chain.length);
      },
      settle: () => this.freeAll(first),
    });
  }

  /** Puts the same record with another moment in its place. */
  #rewrite(key: Key, record: number, moment: number | undefined): void {
    if (this.#momentOf(record) === moment) return;
    const content = this.#decode(key, record);
    const written = this.records.write(this.#seek(key), content, moment, this.#hashOf(record));
    this.watch(key, moment);
    const before = this.#before(key, record);
    this.#forget(key);
    this.#exchange(key, record, written, before);
    this.context.changes.note({
      undo: () => {
        this.#exchange(key, written, record, before);
        this.records.free(written);
      },
      settle: () => this.records.free(record),
    });
  }

  #exchange(key: Key, old: number, record: number, before: number): void {
    const first = this.tree.find(this.#seek(key));
    const next = this.#get(old + block.NEXT_RECORD);
    const last = this.#get(first + block.LAST_RECORD);
    this.tree.change(before === 0 ? record : first, () => {
      this.#set(record + block.NEXT_RECORD, next);
      const newLast = last === old ? record : last;
      if (before === 0) this.#set(record + block.LAST_RECORD, newLast);
      else {
        this.#set(before + block.NEXT_RECORD, record);
        this.#set(first + block.LAST_RECORD, newLast);
      }
    });
  }

  #unlink(key: Key, record: number): void {
    const before = this.#before(key, record);
    this.#cut(key, record, before);
    this.#forget(key);
    this.context.changes.note({
      undo: () => this.#link(key, record, before),
      settle: () => this.records.free(record),
    });
  }

  /** To be called when a record was linked. */
  #note(key: Key, record: number): void {
    if (!this.context.changes.isOneOfMany) return;
    this.context.changes.note({
      undo: () => {
        this.#cut(key, record, this.#before(key, record));
        this.#forget(key);
        this.records.free(record);
      },
      settle: () => {},
    });
  }

  /** Puts a record behind `before`; 0: first; undefined: last. */
  #link(key: Key, record: number, before: number | undefined): void {
    const sought = this.#seek(key);
    const first = this.tree.find(sought);
    if (first === 0) {
      this.#set(record + block.NEXT_RECORD, 0);
      this.#set(record + block.LAST_RECORD, record);
      this.tree.insert(sought, record);
    } else if (before === 0) {
      this.tree.change(record, () => {
        this.#set(record + block.NEXT_RECORD, first);
        this.#set(record + block.LAST_RECORD, this.#get(first + block.LAST_RECORD));
      });
    } else {
      const last = this.#get(first + block.LAST_RECORD);
      const previous = before ?? last;
      this.tree.change(first, () => {
        this.#set(record + block.NEXT_RECORD, this.#get(previous + block.NEXT_RECORD));
        this.#set(previous + block.NEXT_RECORD, record);
        if (previous === last) this.#set(first + block.LAST_RECORD, record);
      });
    }
    this.resize(1);
  }

  /** Takes a record out of its chain; its own link stays, for readers who are there. */
  #cut(key: Key, record: number, before: number): void {
    const sought = this.#seek(key);
    const first = this.tree.find(sought);
    const next = this.#get(record + block.NEXT_RECORD);
    const last = this.#get(first + block.LAST_RECORD);
    if (before !== 0) {
      this.tree.change(first, () => {
        this.#set(before + block.NEXT_RECORD, next);
        if (last === record) this.#set(first + block.LAST_RECORD, before);
      });
    } else if (next === 0) {
      this.tree.remove(sought);
    } else {
      this.tree.change(next, () => this.#set(next + block.LAST_RECORD, last));
    }
    this.resize(-1);
  }

  /** The record before this one, 0 if it is the first. */
  #before(key: Key, record: number): number {
    let before = 0;
    let at = this.tree.find(this.#seek(key));
    while (at !== record) {
      before = at;
      at = this.#get(at + block.NEXT_RECORD);
    }
    return before;
  }

  #chain(key: Key): number[] {
    const chain: number[] = [];
    let record = this.tree.find(this.#seek(key));
    for (; record !== 0; record = this.#get(record + block.NEXT_RECORD)) chain.push(record);
    return chain;
  }

  /** The record that equals this one, 0 for none. */
  #findEqual(record: StoreRecord, hash: number): number {
    const [key] = record;
    const isEqual = (each: number) => this.#hashOf(each) === hash && this.#equals(each, record);
    const known = this.#long.size === 0 ? undefined : this.#long.get(nameOf(key));
    if (known !== undefined) return known.get(hash)?.find(isEqual) ?? 0;
    const chain = this.#chain(key);
    if (chain.length > LONG_CHAIN) {
      const hashes = new Map<number, number[]>();
      for (const each of chain) addTo(hashes, this.#hashOf(each), each);
      this.#long.set(nameOf(key), hashes);
    }
    return chain.find(isEqual) ?? 0;
  }

  #remember(key: Key, hash: number, record: number): void {
    if (this.#long.size === 0) return;
    const hashes = this.#long.get(nameOf(key));
    if (hashes !== undefined) addTo(hashes, hash, record);
  }

  #forget(key: Key): void {
    if (this.#long.size > 0) this.#long.delete(nameOf(key));
  }

  #equals(at: number, record: StoreRecord): boolean {
    return this.context.toolkit.equalRecords(this.#decode(record[0], at), record);
  }

  #decode(key: Key, record: number): StoreRecord {
    return decodeBlock(this.access.arena.words, record, key);
  }

  #momentOf(record: number): number | undefined {
    return momentOfBlock(this.access.arena.words, record);
  }

  #isAlive(record: number): boolean {
    const moment = this.#momentOf(record);
    return moment === undefined || moment > this.access.now();
  }

  #hashOf(record: number): number {
    return this.#get(record + block.RECORD_HASH);
  }

  #seek(key: Key): SearchKey {
    return this.sought.set(key, this.seed);
  }

  #get(at: number): number {
    return this.access.arena.words[at] as number;
  }

  #set(at: number, value: number): void {
    Atomics.store(this.access.arena.words, at, value);
  }
}

function nameOf(key: Key): string {
  return Buffer.from(encodeKey(key)).toString("latin1");
}

function addTo(hashes: Map<number, number[]>, hash: number, record: number): void {
  const same = hashes.get(hash);
  if (same === undefined) hashes.set(hash, [record]);
  else same.push(record);
}
