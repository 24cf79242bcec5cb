import type { StoreRecord, Table, TableType } from "@store/core";
import type { FileOptions } from "@store/file";
import type { Engine, Location, Setup } from "../engine.js";
import { type Records, sizeOf, type Value } from "../records.js";
import { load } from "../workspace-packages.js";

type Core = typeof import("@store/core");
type Memory = typeof import("@store/memory");
type File = typeof import("@store/file");

/** A table of ours, and its store. */
export class StoreEngine implements Engine {
  readonly table: Table<StoreRecord>;
  readonly #close: () => void;
  readonly #compact: (() => void) | undefined;

  constructor(table: Table<StoreRecord>, close: () => void, compact?: () => void) {
    this.table = table;
    this.#close = close;
    this.#compact = compact;
  }

  insert({ keys, values }: Records): void {
    const { table } = this;
    for (let index = 0; index < keys.length; index++) {
      table.insert([keys[index] as string, values[index] as Value]);
    }
  }

  insertBatches({ keys, values }: Records, size: number): void {
    for (let from = 0; from < keys.length; from += size) {
      const batch = keys
        .slice(from, from + size)
        .map((key, index): [string, Value] => [key, values[from + index] as Value]);
      this.table.insertMany(batch);
    }
  }

  lookup(keys: readonly string[]): number {
    const { table } = this;
    let sum = 0;
    for (const key of keys) sum += sizeOf((table.lookup(key)[0] as StoreRecord)[1]);
    return sum;
  }

  miss(keys: readonly string[]): number {
    const { table } = this;
    let count = 0;
    for (const key of keys) if (!table.member(key)) count++;
    return count;
  }

  range(keys: readonly string[], length: number): number {
    const { table } = this;
    let sum = 0;
    for (const gte of keys) {
      for (const record of table.records({ gte, limit: length })) sum += sizeOf(record[1]);
    }
    return sum;
  }

  count(keys: readonly string[]): number {
    const { table } = this;
    let sum = 0;
    for (const key of keys) sum += table.updateCounter(key, 1, [key, 0]) as number;
    return sum;
  }

  walk(): number {
    const { table } = this;
    let count = 0;
    for (let key = table.first(); key !== undefined; key = table.next(key)) count++;
    return count;
  }

  fold(): number {
    return this.table.foldl((record, sum: number) => sum + sizeOf(record[1]), 0);
  }

  settle(): void {
    this.table.sync();
  }

  async compact(): Promise<void> {
    await this.#compact?.();
  }

  close(): void {
    this.#close();
  }
}

/** Opens the table of a memory store. */
function inMemory(type: TableType): Setup {
  return {
    title: `@store/memory ${type}`,
    acknowledged: "in memory",
    async open({ workspace }) {
      const { createStore } = await load<Core>(workspace, "core");
      const { memoryAdapter } = await load<Memory>(workspace, "memory");
      const store = createStore({ adapter: memoryAdapter });
      return new StoreEngine(store.ensureTable("bench", "records", { type }), () => store.close());
    },
  };
}

/** Opens the table of a memory store whose calls are awaited. */
export async function openAsyncTable({
  workspace,
}: Location): Promise<{ table: Table<StoreRecord, "async">; close(): Promise<void> }> {
  const { createStore } = await load<Core>(workspace, "core");
  const { memoryAdapter } = await load<Memory>(workspace, "memory");
  const store = createStore({ adapter: memoryAdapter, mode: "async" });
  const table = await store.ensureTable("bench", "records");
  return { table, close: () => store.close() };
}

/** Opens the table of a file store. */
export async function openFileTable(
  { directory, workspace }: Location,
  type: TableType,
  options: FileOptions = {},
): Promise<StoreEngine> {
  const { createStore } = await load<Core>(workspace, "core");
  const { fileAdapter, compact } = await load<File>(workspace, "file");
  const store = createStore({ adapter: fileAdapter, options: { dataDir: directory, ...options } });
  const table = store.ensureTable("bench", "records", { type });
  return new StoreEngine(
    table,
    () => store.close(),
    () => void compact(store, "bench"),
  );
}

function onDisk(
  title: string,
  acknowledged: Setup["acknowledged"],
  options?: FileOptions,
  type: TableType = "set",
): Setup {
  return {
    title: `@store/file ${title}`,
    acknowledged,
    open: (location) => openFileTable(location, type, options),
  };
}

export const memorySet = inMemory("set");
export const memoryOrderedSet = inMemory("ordered_set");
export const memoryBag = inMemory("bag");
export const fileSet = onDisk("set", "in the OS");
export const fileOrderedSet = onDisk("ordered_set", "in the OS", {}, "ordered_set");
export const fileUncached = onDisk("set, cacheBytes: 0", "in the OS", { cacheBytes: 0 });
export const fileSynced = onDisk("set, autoSave: 0", "on disk", { autoSave: 0 });
/** In an async store, so many callers, each of whom waits for its write before the next. */
const CALLERS = 256;

export const fileCallers: Setup = {
  title: `@store/file set, autoSave: 0, ${CALLERS} callers`,
  acknowledged: "on disk",
  async open({ directory, workspace }) {
    const { createStore } = await load<Core>(workspace, "core");
    const { fileAdapter } = await load<File>(workspace, "file");
    const options = { dataDir: directory, autoSave: 0 };
    const store = createStore({ adapter: fileAdapter, options, mode: "async" });
    const table = await store.ensureTable("bench", "records");
    return {
      async insert({ keys, values }) {
        let next = 0;
        const call = async () => {
          for (let index = next++; index < keys.length; index = next++) {
            await table.insert([keys[index] as string, values[index] as Value]);
          }
        };
        await Promise.all(Array.from({ length: CALLERS }, call));
      },
      close: () => store.close(),
    };
  },
};
export const fileInRam = onDisk("set, ramFile", "in memory", { ramFile: true });
export const fileAtomic = onDisk("set, atomicCounters", "in memory", { atomicCounters: true });
