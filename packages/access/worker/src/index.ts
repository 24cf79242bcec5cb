export { attachStore } from "./attached/attach-store.js";
export { attachedAdapter } from "./attached/attached-adapter.js";
export type { AttachedOptions, NormalizedAttachedOptions } from "./attached/options.js";
export type { NormalizedSharedOptions, SharedOptions } from "./shared/options.js";
export { shareStore } from "./shared/share-store.js";
export { sharedAdapter } from "./shared/shared-adapter.js";
export type { StoreTicket } from "./shared/ticket.js";
