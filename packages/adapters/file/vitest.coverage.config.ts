import { configDefaults, mergeConfig } from "vitest/config";
import config from "./vitest.config.js";

/**
 * The tests that were written for something have to run all of the source, each time. What comes upon a thing by chance
 * is left out: the campaigns; and the kit once more with other options.
 */
export default mergeConfig(config, {
  test: {
    exclude: [
      ...configDefaults.exclude,
      "test/campaigns/*-campaign.test.ts",
      "test/memory-options-conformance.test.ts",
    ],
    coverage: { thresholds: { 100: true } },
  },
});
