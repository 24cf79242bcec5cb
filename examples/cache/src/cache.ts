import type { DeepReadonly, Store, Table } from "@store/core";

type Entry<V> = [key: string, value: V, freshUntil: number];
type CountRecord = [name: Count, n: number];

/** What is counted of a cache. */
export type Count = "hits" | "stale" | "misses" | "failures";

export interface CacheOptions {
  /** How long a value is served without asking again, in milliseconds. */
  readonly freshMs: number;
  /** How much longer it is served while it is loaded anew, in milliseconds. Then it is gone. */
  readonly staleMs: number;
}

/** Values by key, loaded when they are asked for: once for all who ask meanwhile. */
export class Cache<V> {
  readonly #entries: Table<Entry<V>>;
  readonly #counts: Table<CountRecord>;
  readonly #options: CacheOptions;
  readonly #loading = new Map<string, Promise<DeepReadonly<V>>>();

  /** The tables are `name`'s own; the adapter behind the domain needs expiry. */
  constructor(store: Store, name: string, options: CacheOptions) {
    this.#entries = store.ensureTable<Entry<V>>("cache", name);
    this.#counts = store.ensureTable<CountRecord>("cache", `${name} counts`);
    this.#options = options;
  }

  /**
   * The value that is there, else what `load` resolves to. A stale one is returned at once, and loaded in the background; if
   * that fails, it is served until it expires, and `load` called again. Rejects as `load` does if there is nothing to serve.
   */
  async get(key: string, load: (key: string) => Promise<V>): Promise<DeepReadonly<V>> {
    const [entry] = this.#entries.lookup(key);
    if (entry === undefined) {
      this.#count("misses");
      return this.#load(key, load);
    }
    const [, value, freshUntil] = entry;
    const isFresh = Date.now() < freshUntil;
    this.#count(isFresh ? "hits" : "stale");
    // It is counted as a failure, and whoever asks next tries again.
    if (!isFresh) this.#load(key, load).catch(() => {});
    return value;
  }

  /** Forgets the value. One that is on its way is handed to those who wait for it, and not kept. */
  delete(key: string): void {
    this.#loading.delete(key);
    this.#entries.delete(key);
  }

  /** As they are now; kept with the values, so they go on after a restart where these do. */
  counts(): Record<Count, number> {
    const counts = { hits: 0, stale: 0, misses: 0, failures: 0 };
    for (const [name, n] of this.#counts.records()) counts[name] = n;
    return counts;
  }

  #load(key: string, load: (key: string) => Promise<V>): Promise<DeepReadonly<V>> {
    const underWay = this.#loading.get(key);
    if (underWay !== undefined) return underWay;
    const loading: Promise<DeepReadonly<V>> = load(key)
      .then((value) => this.#keep(key, value, () => this.#loading.get(key) === loading))
      .catch((error) => {
        this.#count("failures");
        throw error;
      })
      .finally(() => {
        if (this.#loading.get(key) === loading) this.#loading.delete(key);
      });
    this.#loading.set(key, loading);
    return loading;
  }

  /** Returns the table's own copy: what one caller does to its answer is no matter of the others. */
  #keep(key: string, value: V, isWanted: () => boolean): DeepReadonly<V> {
    if (!isWanted()) return value as DeepReadonly<V>;
    const { freshMs, staleMs } = this.#options;
    const freshUntil = Date.now() + freshMs;
    this.#entries.insert([key, value, freshUntil], { expiresAt: freshUntil + staleMs });
    return this.#entries.lookup(key)[0]?.[1] ?? (value as DeepReadonly<V>);
  }

  #count(name: Count): void {
    this.#counts.updateCounter(name, 1, [name, 0]);
  }
}
