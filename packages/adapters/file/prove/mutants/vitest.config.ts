import { defineConfig, mergeConfig } from "vitest/config";
import { suite } from "../../../../../tooling/vitest.js";
import { mutation } from "./mutation.js";

const { test, ...others } = suite;

/** The tests, over the engine with a mutant's mistake in it. Nothing is taken from a cache, or left in one. */
export default mergeConfig(
  defineConfig({ ...others, test: { ...test, reporters: ["json"] } }),
  defineConfig({
    plugins: mutation(),
    test: { cache: false, experimental: { fsModuleCache: false } },
  }),
);
