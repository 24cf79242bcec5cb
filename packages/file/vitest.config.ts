import { existsSync } from "node:fs";
import { mergeConfig } from "vitest/config";
import { suite } from "../../tooling/vitest.js";

// An open and a close wait for the disk several times, and the kit does thousands: where there is a file system in
// memory, it goes there.
const memory = "/dev/shm";

// The longest of all packages' tests: two files at a time, also where there are two processors only.
export default mergeConfig(suite, {
  test: { maxWorkers: 2, env: existsSync(memory) ? { TMPDIR: memory } : {} },
});
