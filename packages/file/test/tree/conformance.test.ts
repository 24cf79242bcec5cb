import { randomUUID } from "node:crypto";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { describe, test, vi } from "vitest";
import { createFileAdapter } from "../../src/file-adapter.js";
import { nodeHost } from "../../src/platform/node-host.js";
import { MemoryFileSystem } from "../support/memory-file-system.js";

vi.setConfig({ testTimeout: 120_000 });

describe("the second engine, over a file system in memory", () => {
  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter: createFileAdapter({ fileSystem: new MemoryFileSystem(), host: nodeHost }),
        // proper-lockfile knows its locks by path, whatever the file system.
        options: { dataDir: `/${randomUUID()}`, cacheBytes: 2 ** 16 },
      }),
      reference: memoryAdapter,
      runs: 5,
    },
  );
});
