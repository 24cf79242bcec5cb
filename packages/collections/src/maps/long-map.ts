/**
 * By measurement, a Map of V8 refuses to hold more than 2^24 entries, and it counts deleted ones with the others unless
 * they are half of them or more. At half of that it never refuses, whatever was deleted.
 */
const MOST_ENTRIES = 2 ** 23;

/**
 * A Map without a limit: where one may hold no more, it goes on in further ones. An entry stays in the Map that it is in.
 * Up to `limit` entries it costs what a Map costs, beyond that a look into each.
 */
export class LongMap<K, V> {
  readonly #limit: number;
  readonly #first = new Map<K, V>();
  readonly #further: Map<K, V>[] = [];

  constructor(limit: number = MOST_ENTRIES) {
    this.#limit = limit;
  }

  get size(): number {
    let { size } = this.#first;
    for (const map of this.#further) size += map.size;
    return size;
  }

  get(key: K): V | undefined {
    const value = this.#first.get(key);
    return value !== undefined || this.#further.length === 0 ? value : this.#getFurther(key);
  }

  set(key: K, value: V): void {
    if (this.#further.length === 0 && this.#first.size < this.#limit) this.#first.set(key, value);
    else this.#mapFor(key).set(key, value);
  }

  delete(key: K): void {
    if (this.#first.delete(key)) return;
    const index = this.#further.findIndex((map) => map.delete(key));
    if (this.#further[index]?.size === 0) this.#further.splice(index, 1);
  }

  clear(): void {
    this.#first.clear();
    this.#further.length = 0;
  }

  #getFurther(key: K): V | undefined {
    for (const map of this.#further) {
      const value = map.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** The Map that has the key, or else the first one with room for it. */
  #mapFor(key: K): Map<K, V> {
    const maps = [this.#first, ...this.#further];
    const found = maps.find((map) => map.has(key)) ?? maps.find((map) => map.size < this.#limit);
    if (found !== undefined) return found;
    const added = new Map<K, V>();
    this.#further.push(added);
    return added;
  }
}
