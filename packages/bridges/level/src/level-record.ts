import type { Table } from "@store/core";

/** An entry: Level orders keys by their bytes, and so does a table. */
export type LevelRecord = [key: Uint8Array, value: Uint8Array];

export type SyncTable = Table<LevelRecord, "sync">;
export type AsyncTable = Table<LevelRecord, "async">;
