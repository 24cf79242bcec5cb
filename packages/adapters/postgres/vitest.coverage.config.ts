import { configDefaults, mergeConfig } from "vitest/config";
import config from "./vitest.config.js";

/** Without a server, its tests are skipped, and can't cover anything. */
const thresholds = process.env.STORE_REQUIRE_SERVERS === "1" ? { 100: true } : {};

/** What other processes run isn't counted, a large table has no code of its own, and the kit need not run twice. */
export default mergeConfig(config, {
  test: {
    exclude: [
      ...configDefaults.exclude,
      "test/contention.test.ts",
      "test/scale.test.ts",
      "test/pglite-conformance.test.ts",
    ],
    coverage: { thresholds },
  },
});
