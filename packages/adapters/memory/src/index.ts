export { type MemoryOptions, memoryAdapter } from "./memory-adapter.js";
