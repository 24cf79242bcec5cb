import type { Engine, Setup } from "../engine.js";
import { requirePeer } from "../peer.js";
import { type Records, sizeOf, sizeOfJson, toText, type Value } from "../records.js";

interface PutOperation {
  readonly type: "put";
  readonly key: string;
  readonly value: string;
}

interface Level {
  open(): Promise<void>;
  put(key: string, value: string, options: WriteOptions): Promise<void>;
  batch(operations: readonly PutOperation[], options: WriteOptions): Promise<void>;
  getSync(key: string): string | undefined;
  iterator(options?: { readonly gte: string; readonly limit: number }): {
    nextv(size: number): Promise<[key: string, value: string][]>;
    close(): Promise<void>;
  };
  compactRange?(start: string, end: string): Promise<void>;
  close(): Promise<void>;
}

interface WriteOptions {
  readonly sync?: boolean;
}

/** Entries that its iterator is asked for at once, as its documentation advises. */
const READ_AHEAD = 1000;

class LevelEngine implements Engine {
  readonly #level: Level;
  readonly #options: WriteOptions;
  #read: (text: unknown) => number = sizeOfJson;

  constructor(level: Level, options: WriteOptions) {
    this.#level = level;
    this.#options = options;
  }

  prepare({ values }: Records): void {
    if (typeof values[0] === "string") this.#read = sizeOf;
  }

  async insert({ keys, values }: Records): Promise<void> {
    const level = this.#level;
    for (let index = 0; index < keys.length; index++) {
      await level.put(keys[index] as string, toText(values[index] as Value), this.#options);
    }
  }

  async insertBatches({ keys, values }: Records, size: number): Promise<void> {
    for (let from = 0; from < keys.length; from += size) {
      const operations = keys.slice(from, from + size).map(
        (key, index): PutOperation => ({
          type: "put",
          key,
          value: toText(values[from + index] as Value),
        }),
      );
      await this.#level.batch(operations, this.#options);
    }
  }

  lookup(keys: readonly string[]): number {
    const level = this.#level;
    const read = this.#read;
    let sum = 0;
    for (const key of keys) sum += read(level.getSync(key));
    return sum;
  }

  miss(keys: readonly string[]): number {
    const level = this.#level;
    let count = 0;
    for (const key of keys) if (level.getSync(key) === undefined) count++;
    return count;
  }

  async range(keys: readonly string[], length: number): Promise<number> {
    let sum = 0;
    for (const gte of keys) {
      const iterator = this.#level.iterator({ gte, limit: length });
      for (const [, text] of await iterator.nextv(length)) sum += this.#read(text);
      await iterator.close();
    }
    return sum;
  }

  async count(keys: readonly string[]): Promise<number> {
    const level = this.#level;
    let sum = 0;
    for (const key of keys) {
      const count = Number(level.getSync(key) ?? 0) + 1;
      await level.put(key, String(count), this.#options);
      sum += count;
    }
    return sum;
  }

  async fold(): Promise<number> {
    const iterator = this.#level.iterator();
    let sum = 0;
    while (true) {
      const entries = await iterator.nextv(READ_AHEAD);
      if (entries.length === 0) break;
      for (const [, text] of entries) sum += this.#read(text);
    }
    await iterator.close();
    return sum;
  }

  async compact(): Promise<void> {
    await this.#level.compactRange?.("", "~");
  }

  async close(): Promise<void> {
    await this.#level.close();
  }
}

interface Exported {
  readonly MemoryLevel: new () => Level;
  readonly ClassicLevel: new (directory: string) => Level;
}

export const memoryLevel: Setup = {
  title: "memory-level",
  acknowledged: "in memory",
  async open() {
    const { MemoryLevel } = requirePeer<Exported>("memory-level");
    const level = new MemoryLevel();
    await level.open();
    return new LevelEngine(level, {});
  },
};

function classic(title: string, acknowledged: Setup["acknowledged"], options: WriteOptions): Setup {
  return {
    title,
    acknowledged,
    async open({ directory }) {
      const { ClassicLevel } = requirePeer<Exported>("classic-level");
      const level = new ClassicLevel(directory);
      await level.open();
      return new LevelEngine(level, options);
    },
  };
}

export const classicLevel = classic("classic-level", "in the OS", {});
export const classicLevelSync = classic("classic-level, sync", "on disk", { sync: true });
