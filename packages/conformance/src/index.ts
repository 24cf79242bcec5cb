export { conformance } from "./conformance.js";
export type {
  AdapterProcesses,
  ConformanceOptions,
  Created,
  Place,
  TestRunner,
} from "./options.js";
