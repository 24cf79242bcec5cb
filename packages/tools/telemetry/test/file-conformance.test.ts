import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { conformance } from "@store/conformance";
import { fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { describe, test, vi } from "vitest";
import { isLong } from "../../../../tooling/long.js";
import { telemetry } from "../src/index.js";

vi.setConfig({ testTimeout: 120_000 });

/** The whole kit over files takes long. What it would find of telemetry, it finds over memory, but for what is durable. */
describe.runIf(isLong).each([
  ["while nobody listens", undefined],
  ["with a log of all calls", { slowCalls: { thresholdMs: 0, log: () => {} } }],
])("over file, %s", (_, options) => {
  const adapter = telemetry(fileAdapter, options);
  conformance(
    { describe, test },
    {
      createAdapter: () => ({
        adapter,
        options: { dataDir: mkdtempSync(join(tmpdir(), "telemetry-")) },
      }),
      cleanup: ({ options: { dataDir } }) => rmSync(dataDir, { recursive: true }),
      invalidOptions: [{ dataDir: "" }, { autoSave: -1 }],
      reference: memoryAdapter,
      runs: 2,
    },
  );
});
