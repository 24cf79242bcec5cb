import { randomUUID } from "node:crypto";
import { conformance } from "@store/conformance";
import { memoryAdapter } from "@store/memory";
import { kitRunner } from "../../../../tooling/kit-runner.js";
import { MemoryFileSystem } from "../simulation/memory-file-system.js";
import { createFileAdapter } from "../src/file-adapter.js";
import { nodeHost } from "../src/platform/node-host.js";
import { ofAnySize } from "./support/any-size-counters.js";

const newAdapter = () => createFileAdapter({ fileSystem: new MemoryFileSystem(), host: nodeHost });

// Both at once: each has tests of its own besides.
conformance(kitRunner(4), {
  createAdapter: () => ({
    adapter: ofAnySize(newAdapter()),
    // proper-lockfile knows its locks by path, whatever the file system.
    options: { dataDir: `/${randomUUID()}`, ramFile: true, atomicCounters: true },
  }),
  reference: memoryAdapter,
  runs: 3,
});
