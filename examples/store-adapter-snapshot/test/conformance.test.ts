import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, test, vi } from "vitest";
import { snapshotAdapter } from "../src/index.js";

// Each write waits for the disk, twice; not every machine has a file system in memory (vitest.config.ts).
vi.setConfig({ testTimeout: 120_000 });

conformance(
  { describe, test },
  {
    createAdapter: () => ({
      adapter: snapshotAdapter,
      options: { directory: mkdtempSync(join(tmpdir(), "snapshot-")) },
    }),
    cleanup: ({ options }) => rmSync(options.directory, { recursive: true }),
    invalidOptions: [{ directory: undefined }, { directory: "" }, { directory: "x", other: 1 }],
    reference: memoryAdapter,
    processes: {
      module: new URL("../dist/index.js", import.meta.url),
      export: "snapshotAdapter",
      survivesKill: "returned",
      timeoutMs: 60_000,
    },
    runs: 10,
  },
);
