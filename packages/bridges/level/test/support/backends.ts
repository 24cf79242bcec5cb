import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type Mode, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { sqliteAdapter } from "@store/sqlite";
import type { LevelRecord, LevelTable } from "../../src/index.js";

/** Whether this Node has `node:sqlite`. */
const hasSqlite = process.getBuiltinModule("node:sqlite" as "node:fs") !== undefined;

export interface OpenBackend {
  newTable(): Promise<LevelTable>;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  readonly isThere: boolean;
  open(mode: Mode): OpenBackend;
}

type Make = <M extends Mode>(directory: string, mode: M) => Store<M>;

export const memory: Backend = {
  name: "memory",
  isThere: true,
  open: opening((_directory, mode) => createStore({ adapter: memoryAdapter, mode })),
};

export const file: Backend = {
  name: "file",
  isThere: true,
  open: opening((directory, mode) => {
    const options = { dataDir: join(directory, "data") };
    return createStore({ adapter: fileAdapter, options, mode });
  }),
};

export const sqlite: Backend = {
  name: hasSqlite ? "sqlite" : "sqlite, skipped: this Node has no node:sqlite",
  isThere: hasSqlite,
  open: opening((directory, mode) => {
    const options = { path: join(directory, "level.db") };
    return createStore({ adapter: sqliteAdapter, options, mode });
  }),
};

function opening(make: Make): Backend["open"] {
  return (mode) => {
    const directory = mkdtempSync(join(tmpdir(), "level-"));
    // Whoever awaits what it returns can take either.
    const store = make(directory, mode) as Store<"async">;
    let count = 0;
    return {
      newTable: async () =>
        store.ensureTable<LevelRecord>("level", `table-${count++}`, { type: "ordered_set" }),
      close: async () => {
        await store.close();
        rmSync(directory, { recursive: true });
      },
    };
  };
}
