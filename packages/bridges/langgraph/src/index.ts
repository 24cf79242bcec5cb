export type { AnyStore } from "./checkpoint-tables.js";
export type { StoreSaverOptions } from "./retention.js";
export { StoreBaseStore } from "./store-base-store.js";
export { StoreSaver } from "./store-saver.js";
