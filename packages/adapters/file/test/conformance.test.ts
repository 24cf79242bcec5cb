import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, vi } from "vitest";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { MemoryFileSystem } from "../simulation/memory-file-system.js";
import { createFileAdapter, fileAdapter } from "../src/file-adapter.js";
import { nodeHost } from "../src/platform/node-host.js";

// An open and a close wait for the disk; not every machine has a file system in memory (vitest.config.ts).
vi.setConfig({ testTimeout: 120_000 });

const invalidOptions = [
  { dataDir: "" },
  { dataDir: 1 },
  { dataDir: "a\0b" },
  { autoSave: -1 },
  { autoSave: 1.5 },
  { autoSave: "1000" },
  { autoSave: Number.NaN },
  { ramFile: 1 },
  { atomicCounters: "yes" },
  { repair: "maybe" },
  { cacheBytes: -1 },
  { onRepair: "log" },
  { datadir: "x" },
];

describe("over the file system", () => {
  conformance(kitRunner(2), {
    createAdapter: () => ({
      adapter: fileAdapter,
      options: { dataDir: mkdtempSync(join(tmpdir(), "file-")) },
    }),
    cleanup: ({ options }) => rmSync(options.dataDir, { recursive: true }),
    invalidOptions,
    reference: memoryAdapter,
    runs: 5,
    processes: {
      module: new URL("../dist/index.js", import.meta.url),
      export: "fileAdapter",
      survivesKill: "returned",
      exclusive: true,
      timeoutMs: 60_000,
    },
  });
});

describe("over a file system in memory", () => {
  conformance(kitRunner(4), {
    createAdapter: () => ({
      adapter: createFileAdapter({ fileSystem: new MemoryFileSystem(), host: nodeHost }),
      // proper-lockfile knows its locks by path, whatever the file system.
      options: { dataDir: `/${randomUUID()}`, cacheBytes: 2 ** 12 },
    }),
    invalidOptions,
    reference: memoryAdapter,
    runs: 5,
  });
});
