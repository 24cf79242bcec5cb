export type { NormalizedServerOptions, ServerOptions, Target } from "./adapter/options.js";
export { serverAdapter } from "./adapter/server-adapter.js";
export { clusterAdapter } from "./cluster/cluster-adapter.js";
export type { ClusterOptions, NormalizedClusterOptions } from "./cluster/options.js";
export type { AnyStore } from "./requests/served-store.js";
export type { ServeLimits } from "./server/limits.js";
export type { ServeOptions } from "./server/serve-options.js";
export { type ServedStoreHandle, serveStore } from "./server/serve-store.js";
