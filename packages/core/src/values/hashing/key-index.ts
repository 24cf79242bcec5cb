import type { Key } from "../key.js";
import { compareKeys } from "../key-order.js";
import { hashValue } from "./hash.js";

/** A map by the content of keys. Primitive keys are found as in a `Map`, tuples and bytes by a hash of their content. */
export class KeyIndex<V> {
  readonly #primitive = new Map<Key, V>();
  readonly #byContent = new Map<number, [key: Key, value: V][]>();

  get(key: Key): V | undefined {
    if (typeof key !== "object" || key === null) return this.#primitive.get(key);
    return this.#find(key)?.[1];
  }

  set(key: Key, value: V): void {
    if (typeof key !== "object" || key === null) {
      this.#primitive.set(key, value);
      return;
    }
    const found = this.#find(key);
    if (found !== undefined) {
      found[1] = value;
      return;
    }
    const hash = hashValue(key);
    const bucket = this.#byContent.get(hash);
    if (bucket === undefined) this.#byContent.set(hash, [[key, value]]);
    else bucket.push([key, value]);
  }

  *entries(): IterableIterator<[key: Key, value: V]> {
    yield* this.#primitive;
    for (const bucket of this.#byContent.values()) yield* bucket;
  }

  #find(key: Key): [key: Key, value: V] | undefined {
    return this.#byContent.get(hashValue(key))?.find(([other]) => compareKeys(other, key) === 0);
  }
}
