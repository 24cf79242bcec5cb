import { existsSync } from "node:fs";
import { mergeConfig } from "vitest/config";
import { suite } from "../../../tooling/vitest.js";

// Each write waits for the disk: where there is a file system in memory, it goes there.
const memory = "/dev/shm";

export default mergeConfig(suite, {
  test: {
    maxWorkers: 2,
    env: existsSync(memory) ? { TMPDIR: memory } : {},
    coverage: { thresholds: { 100: true } },
  },
});
