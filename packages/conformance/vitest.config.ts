import { mergeConfig } from "vitest/config";
import { suite } from "../../tooling/vitest.js";

// Some tests share a directory of compiled adapters, which the file that made it removes.
export default mergeConfig(suite, { test: { isolate: true } });
