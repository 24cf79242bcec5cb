// @ts-check
/**
 * `kit.mjs memory|file`: the conformance kit on whatever runtime this is started with. Its last line is the result, as
 * JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dist } from "./dist.mjs";
import { createRunner } from "./runner.mjs";

const { conformance } = await import(dist("conformance"));
const { memoryAdapter } = await import(dist("adapters/memory"));
const runner = createRunner();

if (process.argv[2] === "memory") {
  conformance(runner, { createAdapter: () => memoryAdapter });
} else {
  const { fileAdapter } = await import(dist("adapters/file"));
  conformance(runner, {
    createAdapter: () => ({
      adapter: fileAdapter,
      options: { dataDir: mkdtempSync(join(tmpdir(), "store-runtimes-")) },
    }),
    /** @param {{ options: { dataDir: string } }} created */
    cleanup: ({ options }) => rmSync(options.dataDir, { recursive: true }),
    reference: memoryAdapter,
    runs: 5,
    processes: {
      module: dist("adapters/file"),
      export: "fileAdapter",
      survivesKill: "returned",
      exclusive: true,
      timeoutMs: 60_000,
    },
  });
}

const results = await runner.run((failure) => console.error(failure));
console.log(JSON.stringify(results));
process.exit(results.failed === 0 ? 0 : 1);
