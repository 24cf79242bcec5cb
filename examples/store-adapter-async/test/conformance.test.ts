import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, test, vi } from "vitest";
import { objectsAdapter } from "../src/index.js";

// Each write waits for the disk, twice; not every machine has a file system in memory (vitest.config.ts).
vi.setConfig({ testTimeout: 120_000 });

conformance(
  { describe, test },
  {
    createAdapter: () => ({
      adapter: objectsAdapter,
      options: { objects: mkdtempSync(join(tmpdir(), "objects-")) },
    }),
    cleanup: ({ options }) => rmSync(options.objects, { recursive: true }),
    invalidOptions: [{ objects: "" }, { objects: { get() {} } }, { objects: "x", other: 1 }],
    reference: memoryAdapter,
    processes: {
      module: new URL("../dist/index.js", import.meta.url),
      export: "objectsAdapter",
      survivesKill: "returned",
      timeoutMs: 60_000,
    },
    runs: 3,
  },
);
