export { channels } from "./channels.js";
export type { OpenTelemetryApi } from "./open-telemetry.js";
export type { StoreOperation, TableOperation } from "./operation.js";
export type { TelemetryOptions } from "./options.js";
export { type SlowCalls, slowCallText } from "./slow-log.js";
export type { StoreCall } from "./store-call.js";
export { telemetry } from "./telemetry.js";
