import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { StoreRecord, Table, TableType } from "@store/core";
import type { FileOptions } from "@store/file";
import type { Engine, Location, Setup } from "../engine.js";
import type { Records } from "../records.js";

type Core = typeof import("@store/core");
type Memory = typeof import("@store/memory");
type File = typeof import("@store/file");

/** How often it is looked whether a compaction is over, in milliseconds. */
const POLL = 5;

/** A table of ours, and its store. */
export class StoreEngine implements Engine {
  readonly table: Table<StoreRecord>;
  readonly #close: () => void;

  constructor(table: Table<StoreRecord>, close: () => void) {
    this.table = table;
    this.#close = close;
  }

  insert({ keys, values }: Records): void {
    const { table } = this;
    for (let index = 0; index < keys.length; index++) {
      table.insert([keys[index] as string, values[index] as string]);
    }
  }

  insertBatches({ keys, values }: Records, size: number): void {
    for (let from = 0; from < keys.length; from += size) {
      const batch = keys
        .slice(from, from + size)
        .map((key, index): [string, string] => [key, values[from + index] as string]);
      this.table.insertMany(batch);
    }
  }

  lookup(keys: readonly string[]): number {
    const { table } = this;
    let sum = 0;
    for (const key of keys) sum += ((table.lookup(key)[0] as StoreRecord)[1] as string).length;
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
    return this.table.foldl((record, sum: number) => sum + (record[1] as string).length, 0);
  }

  settle(): void {
    this.table.sync();
  }

  /** Of a table of which more than half are dead. */
  async compact(): Promise<void> {
    const half = (this.table.info().diskBytes ?? 0) / 2;
    while ((this.table.info().diskBytes ?? 0) > half) await setTimeout(POLL);
    this.table.sync();
  }

  close(): void {
    this.#close();
  }
}

function load<T>(workspace: string, name: string): Promise<T> {
  // In earlier commits the adapters lie beside core.
  const packages = join(workspace, "packages");
  const adapter = join(packages, "adapters", name);
  const directory = existsSync(adapter) ? adapter : join(packages, name);
  return import(pathToFileURL(join(directory, "dist", "index.js")).href);
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
  const { fileAdapter } = await load<File>(workspace, "file");
  const store = createStore({ adapter: fileAdapter, options: { dataDir: directory, ...options } });
  const table = store.ensureTable("bench", "records", { type });
  return new StoreEngine(table, () => store.close());
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
export const fileInRam = onDisk("set, ramFile", "in memory", { ramFile: true });
export const fileAtomic = onDisk("set, atomicCounters", "in memory", { atomicCounters: true });
