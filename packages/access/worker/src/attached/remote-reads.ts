import type { Key, KeyRecords, Moments, ScanRange, StoreRecord } from "@store/core";
import type { Caller } from "../channel/caller.js";
import { sentRange } from "../channel/table-calls.js";

/** What is read of a table by asking its owner. */
export class RemoteReads {
  readonly #caller: Caller;
  readonly #id: number;

  constructor(caller: Caller, id: number) {
    this.#caller = caller;
    this.#id = id;
  }

  lookup(key: Key): StoreRecord[] {
    return this.#ask("lookup", key);
  }

  lookupMany(keys: readonly Key[]): StoreRecord[][] {
    return this.#ask("lookupMany", keys);
  }

  member(key: Key): boolean {
    return this.#ask("member", key);
  }

  expiresAt(key: Key): Moments {
    return this.#ask("expiresAt", key);
  }

  size(): number {
    return this.#ask("size");
  }

  first(): Key | undefined {
    return this.#ask("first");
  }

  last(): Key | undefined {
    return this.#ask("last");
  }

  next(key: Key): Key | undefined {
    return this.#ask("next", key);
  }

  prev(key: Key): Key | undefined {
    return this.#ask("prev", key);
  }

  firstLookup(): KeyRecords | undefined {
    return this.#ask("firstLookup");
  }

  lastLookup(): KeyRecords | undefined {
    return this.#ask("lastLookup");
  }

  nextLookup(key: Key): KeyRecords | undefined {
    return this.#ask("nextLookup", key);
  }

  prevLookup(key: Key): KeyRecords | undefined {
    return this.#ask("prevLookup", key);
  }

  count(range: ScanRange): number {
    return this.#ask("count", sentRange(range));
  }

  /** All at once. */
  records(range: ScanRange): StoreRecord[] {
    return this.#ask("records", sentRange(range));
  }

  /** All at once. */
  keys(range: ScanRange): Key[] {
    return this.#ask("keys", sentRange(range));
  }

  usage(): readonly [memoryBytes: number | undefined, diskBytes: number | undefined] {
    return this.#ask("usage");
  }

  #ask<T>(call: string, ...args: unknown[]): T {
    return this.#caller.call<T>([call, this.#id, ...args], false);
  }
}
