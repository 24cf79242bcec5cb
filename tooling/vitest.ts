import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `npm test` sums the reports; see scripts/test.mjs. */
export const suite = defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("expect-node.ts", import.meta.url))],
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    coverage: { provider: "v8", include: ["src/**"], reporter: ["text", "lcov"] },
  },
});
