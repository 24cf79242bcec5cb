import { mergeConfig } from "vitest/config";
import { suite } from "../../../tooling/vitest.js";

// Erlang starts and waits for the disk, which takes its time on a busy machine.
export default mergeConfig(suite, { test: { testTimeout: 240_000 } });
