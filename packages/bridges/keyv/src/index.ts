export type { KeyvKey } from "./joined-keys.js";
export type { KeyvEntry, KeyvRecord, KeyvTable } from "./keyv-store.js";
export { KeyvStore, type KeyvStoreOptions } from "./keyv-store.js";
