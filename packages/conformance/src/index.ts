export type {
  AdapterProcesses,
  BackendConfig,
  ConformanceOptions,
  Created,
  TestRunner,
} from "./backend/options.js";
export { conformance } from "./conformance.js";
