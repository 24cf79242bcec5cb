export { conformance } from "./conformance.js";
export type { ConformanceOptions, Created, Place, TestRunner } from "./options.js";
