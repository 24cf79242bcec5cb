export type { NormalizedSharedOptions, SharedOptions } from "./shared/options.js";
export { sharedAdapter } from "./shared/shared-adapter.js";
