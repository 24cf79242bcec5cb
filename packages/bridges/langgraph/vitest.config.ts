import { mergeConfig } from "vitest/config";
import { suite } from "../../../tooling/vitest.js";

// LangGraph's validation takes `describe`, `it` and `expect` from the global object.
export default mergeConfig(suite, { test: { globals: true } });
