import type { Engine, Setup } from "../engine.js";
import { requirePeer } from "../peer.js";
import { type Records, sizeOf } from "../records.js";

interface Lmdb {
  put(key: string, value: unknown): Promise<boolean>;
  get(key: string): unknown;
  transaction<T>(run: () => T): Promise<T>;
  getRange(options?: {
    readonly start: string;
    readonly limit: number;
  }): Iterable<{ readonly key: string; readonly value: unknown }>;
  readonly committed: Promise<boolean>;
  readonly flushed: Promise<boolean>;
  close(): Promise<void>;
}

class LmdbEngine implements Engine {
  readonly #database: Lmdb;
  readonly #waitsForDisk: boolean;

  constructor(database: Lmdb, waitsForDisk: boolean) {
    this.#database = database;
    this.#waitsForDisk = waitsForDisk;
  }

  async insert({ keys, values }: Records): Promise<void> {
    const database = this.#database;
    for (let index = 0; index < keys.length; index++) {
      const put = database.put(keys[index] as string, values[index]);
      if (this.#waitsForDisk) {
        await put;
        await database.flushed;
      }
    }
    await database.committed;
  }

  async insertBatches({ keys, values }: Records, size: number): Promise<void> {
    const database = this.#database;
    for (let from = 0; from < keys.length; from += size) {
      const end = Math.min(from + size, keys.length);
      void database.transaction(() => {
        for (let index = from; index < end; index++) {
          void database.put(keys[index] as string, values[index]);
        }
      });
    }
    await database.committed;
  }

  lookup(keys: readonly string[]): number {
    const database = this.#database;
    let sum = 0;
    for (const key of keys) sum += sizeOf(database.get(key));
    return sum;
  }

  miss(keys: readonly string[]): number {
    const database = this.#database;
    let count = 0;
    for (const key of keys) if (database.get(key) === undefined) count++;
    return count;
  }

  range(keys: readonly string[], length: number): number {
    let sum = 0;
    for (const start of keys) {
      for (const { value } of this.#database.getRange({ start, limit: length }))
        sum += sizeOf(value);
    }
    return sum;
  }

  fold(): number {
    let sum = 0;
    for (const { value } of this.#database.getRange()) sum += sizeOf(value);
    return sum;
  }

  async settle(): Promise<void> {
    await this.#database.flushed;
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

function setup(title: string, acknowledged: Setup["acknowledged"], waitsForDisk: boolean): Setup {
  return {
    title,
    acknowledged,
    open({ directory }) {
      const { open } = requirePeer<{ open(options: { readonly path: string }): Lmdb }>("lmdb");
      return new LmdbEngine(open({ path: directory }), waitsForDisk);
    },
  };
}

/** Its documentation advises not to wait for single puts, or transactions. It has no counters. */
export const lmdb = setup("lmdb", "buffered", false);
export const lmdbFlushed = setup("lmdb, flushed", "on disk", true);
