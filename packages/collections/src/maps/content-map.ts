import type { Key, Toolkit } from "@store/core";
import { LongMap } from "./long-map.js";

/** What makes two keys the same. */
export type KeyRules = Pick<Toolkit, "compareKeys" | "hashRecord">;

interface Entry<V> {
  readonly key: Key;
  value: V;
  /** Another one whose key has the same hash. */
  next: Entry<V> | undefined;
}

/** A map from keys to values, which are never undefined, that finds a key by its hash and compares its content. */
export class ContentMap<V> {
  readonly #rules: KeyRules;
  readonly #byHash = new LongMap<number, Entry<V>>();
  #size = 0;

  constructor(rules: KeyRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#size;
  }

  get(key: Key): V | undefined {
    return this.#size === 0 ? undefined : this.#find(key, this.#hash(key))?.value;
  }

  set(key: Key, value: V): void {
    const hash = this.#hash(key);
    const found = this.#find(key, hash);
    if (found !== undefined) found.value = value;
    else this.#add(key, value, hash);
  }

  /** The value of a key; undefined if there was none, and it is `value` from now on. */
  findOrAdd(key: Key, value: V): V | undefined {
    const hash = this.#hash(key);
    const found = this.#find(key, hash);
    if (found === undefined) this.#add(key, value, hash);
    return found?.value;
  }

  delete(key: Key): void {
    const hash = this.#hash(key);
    const gone = this.#find(key, hash);
    if (gone === undefined) return;
    this.#size--;
    const first = this.#byHash.get(hash) as Entry<V>;
    if (first !== gone) before(first, gone).next = gone.next;
    else if (gone.next === undefined) this.#byHash.delete(hash);
    else this.#byHash.set(hash, gone.next);
  }

  clear(): void {
    this.#byHash.clear();
    this.#size = 0;
  }

  #hash(key: Key): number {
    return this.#rules.hashRecord([key]);
  }

  #find(key: Key, hash: number): Entry<V> | undefined {
    let entry = this.#byHash.get(hash);
    while (entry !== undefined && this.#rules.compareKeys(entry.key, key) !== 0) entry = entry.next;
    return entry;
  }

  #add(key: Key, value: V, hash: number): void {
    this.#byHash.set(hash, { key, value, next: this.#byHash.get(hash) });
    this.#size++;
  }
}

/** The entry before one that comes after `first`. */
function before<V>(first: Entry<V>, entry: Entry<V>): Entry<V> {
  let found = first;
  while (found.next !== undefined && found.next !== entry) found = found.next;
  return found;
}
