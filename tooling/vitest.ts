import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const TESTS = "test/**/*.test.ts";

/** Test files of the package in the working directory that replace modules. They need modules of their own. */
const replacing = listOf("test").filter((file) => /\bvi\.mock\(/.test(readFileSync(file, "utf8")));

/** V8 may lose count of what a worker has run in an earlier file: so each gets its own. */
const isolate = process.argv.includes("--coverage");

/** `npm test` sums the reports; see scripts/test.mjs. */
export const suite = defineConfig({
  test: {
    setupFiles: [fileURLToPath(new URL("expect-node.ts", import.meta.url))],
    // Ends what hangs, and nothing that is only slow on a busy machine.
    testTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: "test-report.json" }]],
    coverage: {
      provider: "v8",
      include: ["src/**"],
      reporter: [["text", { skipFull: true }], "lcov"],
    },
    // Without isolation a worker keeps the modules that it has loaded for its next file; loading them again for each file
    // takes half the time of some packages. So a test leaves modules, globals and the process as they were.
    ...(replacing.length === 0
      ? { include: [TESTS], isolate }
      : {
          projects: [
            {
              extends: true,
              test: {
                name: "together",
                include: [TESTS],
                exclude: [...configDefaults.exclude, ...replacing],
                isolate,
              },
            },
            { extends: true, test: { name: "isolated", include: replacing, isolate: true } },
          ],
        }),
  },
});

function listOf(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(directory, file));
}
