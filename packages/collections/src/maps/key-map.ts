import type { Key } from "@store/core";
import { ContentMap, type KeyRules } from "./content-map.js";
import { LongMap } from "./long-map.js";

/**
 * A map from keys to values, which are never undefined. The keys that a Map of V8 finds at once, however they were
 * chosen, are kept in one, at its speed; the others are found by the hash of their content.
 */
export class KeyMap<V> {
  readonly #plain = new LongMap<PlainKey, V>();
  readonly #others: ContentMap<V>;

  constructor(rules: KeyRules) {
    this.#others = new ContentMap(rules);
  }

  get size(): number {
    return this.#plain.size + this.#others.size;
  }

  get(key: Key): V | undefined {
    const plain = plainKey(key);
    return plain === undefined ? this.#others.get(key) : this.#plain.get(plain);
  }

  set(key: Key, value: V): void {
    const plain = plainKey(key);
    if (plain === undefined) this.#others.set(key, value);
    else this.#plain.set(plain, value);
  }

  /** The value of a key; undefined if there was none, and it is `value` from now on. */
  findOrAdd(key: Key, value: V): V | undefined {
    const plain = plainKey(key);
    if (plain === undefined) return this.#others.findOrAdd(key, value);
    const found = this.#plain.get(plain);
    if (found === undefined) this.#plain.set(plain, value);
    return found;
  }

  delete(key: Key): void {
    const plain = plainKey(key);
    if (plain === undefined) this.#others.delete(key);
    else this.#plain.delete(plain);
  }

  clear(): void {
    this.#plain.clear();
    this.#others.clear();
  }
}

type PlainKey = string | number | boolean | null;

/** V8 hashes a longer string by its length alone. */
const LONGEST_STRING = 16_383;

/**
 * What stands for a key in a Map; undefined for one that a Map tells apart by identity, or finds slowly among others
 * that were chosen for that: V8 hashes numbers and bigints without a seed, and a bigint by its last 64 bits.
 */
function plainKey(key: Key): PlainKey | undefined {
  switch (typeof key) {
    case "string":
      return key.length <= LONGEST_STRING ? key : undefined;
    case "number":
      return (key | 0) === key ? scrambled(key) : undefined;
    case "boolean":
      return key;
    default:
      return key === null ? null : undefined;
  }
}

const SEED = randomInteger();
const FIRST_FACTOR = randomInteger() | 1;
const SECOND_FACTOR = randomInteger() | 1;

function randomInteger(): number {
  return (Math.random() * 2 ** 32) | 0;
}

/** Another 32-bit integer for each, which nobody outside of this process can tell. */
function scrambled(integer: number): number {
  let result = Math.imul(integer ^ SEED, FIRST_FACTOR);
  result = Math.imul(result ^ (result >>> 15), SECOND_FACTOR);
  return result ^ (result >>> 16);
}
