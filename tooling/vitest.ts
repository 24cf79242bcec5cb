import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `npm test` sums the reports; see scripts/test.mjs. */
export const suite = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("expect-node.ts", import.meta.url))],
    // Ends what hangs, and nothing that is only slow on a busy machine.
    testTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: [["text", { skipFull: true }], "lcov"],
    },
  },
});
