import { existsSync } from "node:fs";
import { mergeConfig } from "vitest/config";
import { suite } from "../../tooling/vitest.js";

// Each write waits for the disk twice, and the kit does thousands: where there is a file system in memory, it goes there.
const memory = "/dev/shm";

export default mergeConfig(suite, {
  test: { env: existsSync(memory) ? { TMPDIR: memory } : {} },
});
