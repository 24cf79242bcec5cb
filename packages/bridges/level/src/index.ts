export type { LevelRecord } from "./level-record.js";
export { type LevelTable, StoreLevel, type StoreLevelOptions } from "./store-level.js";
