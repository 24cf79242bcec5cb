import { existsSync } from "node:fs";
import { configDefaults, mergeConfig } from "vitest/config";
import { isLong } from "../../../tooling/long.js";
import { suite } from "../../../tooling/vitest.js";

// An open and a close wait for the disk several times, and the kit does thousands: where there is a file system in
// memory, it goes there.
const memory = "/dev/shm";

// The longest of all packages' tests: two files at a time, also where there are two processors only.
// The kit once more, with other options, is for `npm run test:long`.
const exclude = isLong ? [] : ["test/memory-options-conformance.test.ts"];

export default mergeConfig(suite, {
  test: {
    exclude: [...configDefaults.exclude, ...exclude],
    maxWorkers: 2,
    env: existsSync(memory) ? { TMPDIR: memory } : {},
  },
});
