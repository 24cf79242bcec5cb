import { configDefaults, mergeConfig } from "vitest/config";
import config from "./vitest.config.js";

/** The rooms of the second engine, which is still growing. They come under the rule when it takes the first one's place. */
const SECOND_ENGINE = {
  src: [
    "src/{compaction,engine,log,memtable,recovery,runs,tables}/**",
    "src/format/*",
    "src/{backup,open-backends,tree-adapter,tree-backend}.ts",
  ],
  test: ["test/{log,memtable,runs,tree}/**"],
};

/**
 * The tests that were written for something have to run all of the source, each time. What comes upon a thing by chance
 * is left out: the campaigns; and the kit once more with other options.
 */
export default mergeConfig(config, {
  test: {
    exclude: [
      ...configDefaults.exclude,
      ...SECOND_ENGINE.test,
      "test/*-campaign.test.ts",
      "test/memory-options-conformance.test.ts",
    ],
    coverage: { thresholds: { 100: true }, exclude: SECOND_ENGINE.src },
  },
});
