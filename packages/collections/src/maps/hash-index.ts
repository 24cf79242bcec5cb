import { LongMap } from "./long-map.js";

/** Items that share a hash. Most don't, and stand for themselves. */
class Chain<T> {
  constructor(readonly items: T[]) {}
}

/** Finds the items of a row by the hash of their records. It takes them in from the first to the last, each once. */
export class HashIndex<T> {
  readonly #byHash = new LongMap<number, T | Chain<T>>();
  #count = 0;

  /** How many items it has taken in. */
  get count(): number {
    return this.#count;
  }

  add(item: T, hash: number): void {
    const found = this.#byHash.get(hash);
    if (found === undefined) this.#byHash.set(hash, item);
    else if (found instanceof Chain) found.items.push(item);
    else this.#byHash.set(hash, new Chain([found, item]));
    this.#count++;
  }

  /** In the order they were taken in. */
  get(hash: number): readonly T[] {
    const found = this.#byHash.get(hash);
    if (found === undefined) return [];
    return found instanceof Chain ? found.items : [found];
  }

  /** Lets go of the items in `gone`, which may hold others as well. */
  remove(gone: ReadonlySet<T>, hashOf: (item: T) => number): void {
    for (const hash of new Set(Array.from(gone, hashOf))) {
      const items = this.get(hash);
      const left = items.filter((item) => !gone.has(item));
      const [first] = left;
      if (first === undefined) this.#byHash.delete(hash);
      else this.#byHash.set(hash, left.length === 1 ? first : new Chain(left));
      this.#count -= items.length - left.length;
    }
  }
}
